"""The demo: it loads once, and everything on it is computed like real work, by the code that real work goes through."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import numpy as np
import pytest
from django.core.management import call_command
from django.db.models import Count
from django.test import TestCase
from django.utils import timezone

from annotations.models import Assignment, Campaign, Item, Rating, User
from grading.actions.demo import DemoExists, load_demo
from grading.actions.demo_exam import CONFIDENCE, GRADER
from grading.backends.generator import Generator
from grading.backends.generator_settings import Sampling
from grading.demo.exam import answers, confidences
from grading.exam_data import exam_data
from grading.grader_data import prompt_of
from grading.methods.selective import acceptance_threshold
from grading.models import (
    Alarm,
    Deployment,
    Endpoint,
    Feedback,
    GradingRun,
    ModelVersion,
    MonitoredHour,
    ServedAnswer,
    ServedGenerator,
    TrainingSet,
    Verdict,
)
from grading.selective_data import calibration
from grading.training_rows import question_of, rows_of
from grading.version_answers import written_examples
from grading.version_stage import Stage, stages_of


class DemoTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", verbosity=0)
        cls.versions = list(ModelVersion.objects.select_related("grader", "scorer").order_by("number"))

    def test_it_has_a_class_of_fifty_and_a_hundred_replies(self):
        exam = Campaign.objects.get(slug="demo-exam").dataset
        assert exam.items.values("source").distinct().count() == 50
        assert Item.objects.filter(source__startswith="小智").count() == 100

    def test_the_finished_campaigns_have_all_their_ratings(self):
        for slug in ("demo-exam-finished", "demo-service"):
            slots = Assignment.objects.filter(campaign__slug=slug)
            assert slots.exists()
            assert not slots.exclude(state="submitted").exists()

    def test_the_running_campaign_is_half_done(self):
        done = Rating.objects.filter(campaign__slug="demo-exam").count()
        slots = Assignment.objects.filter(campaign__slug="demo-exam").count()
        assert 0.45 < done / slots < 0.55

    def test_its_verdicts_show_the_ways_a_verdict_can_go(self):
        shown = ("demo-exam-finished", "demo-service")
        outcomes = {v.candidate: v.outcome for v in Verdict.objects.filter(campaign__slug__in=shown)}
        assert outcomes == {
            "grader-v2（演示）": "pass",
            "grader-v1（演示）": "fail",
            "小智 2.0": "pass",
            "小智 1.0": "rejected",
        }
        assert Verdict.objects.get(candidate="grader-v2（演示）").signed_by.username == "lead"

    def test_its_sample_proves_a_threshold_whatever_the_seed_of_the_confidence(self):
        found = calibration(exam_data(Campaign.objects.get(slug="demo-exam-finished")), GRADER, CONFIDENCE, tolerance=0)
        place = {pk: i for i, pk in enumerate(found.frame.tolist())}
        mine, written = [place[pk] for pk in found.data.item.tolist()], answers()
        proven = 0
        for seed in range(40):
            sure = np.array(confidences(written, seed=seed))
            proven += acceptance_threshold(
                sure[mine], found.wrong, alpha=0.05, delta=0.1, frame=sure
            ).threshold is not None  # fmt: skip
        assert proven >= 30

    def test_nobody_rated_an_item_twice(self):
        twice = (
            Rating.objects.values("campaign_item", "rater").annotate(n=Count("id")).filter(n__gt=1)
        )
        assert not twice.exists()

    def test_it_is_never_loaded_twice(self):
        before = Campaign.objects.count()
        with pytest.raises(DemoExists):
            load_demo()
        assert Campaign.objects.count() == before

    def test_it_learnt_from_a_file_and_from_a_dataset_s_past_marks(self):
        assert [one.origin for one in TrainingSet.objects.order_by("pk")] == ["file", "dataset"]
        assert self.versions[1].training_set.row_count > 2 * self.versions[0].training_set.row_count

    def test_its_generator_is_in_service_and_what_was_recorded_of_it_is_what_it_writes(self):
        served = ServedGenerator.objects.get()
        version = served.version
        assert version == ModelVersion.objects.writing().get()
        assert stages_of([version]) == {version.pk: Stage.DEPLOYED}
        assert version.training_set == self.versions[1].training_set
        writer, (first, *_others) = Generator.load(version.folder / "grader"), written_examples(version)
        prompt = prompt_of(version).to_answer(
            next(q for row in rows_of(version.training_set) if (q := question_of(row["question"])).text == first["question"])
        )
        (told,) = writer.generate([prompt], Sampling(served.max_tokens))
        assert told.text == first["written"]
        assert version.fine_tuning.points.filter(split="validation").exists()

    def test_the_generators_pages_show_it(self):
        self.client.force_login(User.objects.get(username="engineer"))
        version = ModelVersion.objects.writing().get()
        page = f"/graders/{version.grader_id}/versions/{version.number}/"
        self.assertContains(self.client.get(page), written_examples(version)[0]["written"])
        self.assertContains(self.client.get("/served-generators/"), page)

    def test_both_versions_marked_the_whole_test_and_the_later_one_is_proven(self):
        for run in GradingRun.objects.all():
            assert (run.state, run.skipped, run.done) == ("done", 0, run.total)
        assert set(GradingRun.objects.values_list("version", flat=True)) == {self.versions[0].pk, self.versions[1].pk}
        assert stages_of([self.versions[0], self.versions[1]]) == {
            self.versions[0].pk: Stage.CANDIDATE, self.versions[1].pk: Stage.DEPLOYED,
        }  # fmt: skip

    def test_one_was_put_in_service_for_a_reason_and_the_other_by_a_signed_verdict(self):
        later, earlier = Deployment.objects.all()
        assert (earlier.version, earlier.verdict, later.version) == (self.versions[0], None, self.versions[1])
        assert earlier.override_reason
        assert later.verdict is not None
        assert later.verdict.signed_by.username == "lead"
        assert earlier.ended_at == later.created_at

    def test_people_marked_what_was_audited_and_something_is_left_for_them(self):
        audited = ServedAnswer.objects.filter(is_audited=True)
        assert Rating.objects.filter(campaign_item__item__in=audited.values("item")).exists()
        queue = Deployment.objects.active().get().queue
        assert Assignment.objects.filter(campaign=queue, state="open").exists()

    def test_monitoring_has_hours_an_interval_of_the_audit_and_an_alarm_to_see_to(self):
        assert MonitoredHour.objects.filter(measures__answers__gt=0).count() > 10
        assert MonitoredHour.objects.latest("hour").measures["audit"]["ends"] is not None
        alarm = Alarm.objects.get(cleared_at=None, kind=Alarm.Kind.DRIFT)
        assert alarm.deployment == Deployment.objects.active().get()
        assert alarm.raised_at < timezone.now() - timedelta(hours=1)

    def test_readers_agreed_and_appealed(self):
        assert set(Feedback.objects.values_list("kind", flat=True)) == {"agree", "appeal"}

    def test_what_people_mark_in_service_is_named_so_that_people_can_tell_it(self):
        queue = Deployment.objects.active().get().queue
        for row in queue.campaign_items.select_related("item__question"):
            key = row.item.key
            assert key.startswith(f"{row.item.question.key} · {row.item.source} · 20")
            assert row.item.metadata["id"] not in key
            assert ServedAnswer.objects.filter(public_id=row.item.metadata["id"], item=row.item).exists()

    def test_the_page_of_its_queue_offers_monitoring_and_learning_and_no_verdict(self):
        deployment = Deployment.objects.active().get()
        base = f"/campaigns/{deployment.queue.slug}/"
        self.client.force_login(User.objects.get(username="lead"))
        page = self.client.get(base, headers={"accept-language": "en"})
        self.assertContains(page, "Right by the audit")
        self.assertContains(page, f"/graders/{deployment.grader_id}/monitoring/")
        self.assertContains(page, f"/training/new/?campaign={deployment.queue_id}")
        for path in (base, f"{base}verdicts/"):
            self.assertNotContains(self.client.get(path), f"{base}verdicts/compute/")
            self.assertNotContains(self.client.get(path), "Compute")
        self.client.post(f"{base}verdicts/compute/")
        assert not Verdict.objects.filter(campaign=deployment.queue).exists()

    def test_the_appeal_waits_first_among_what_the_adjudicator_settles(self):
        queue = Deployment.objects.active().get().queue
        self.client.force_login(User.objects.get(username="adjudicator"))
        first = self.client.get(f"/campaigns/{queue.slug}/agreement/").context["disputes"].rows[0]
        assert first.appeal.mark == ServedAnswer.objects.get(item=first.item.item).mark

    def test_its_endpoint_can_reach_nobody(self):
        host = urlsplit(Endpoint.objects.get().base_url).hostname
        assert host == "example.org" or host.endswith(".example.org")
        assert not Endpoint.objects.get().key_file
