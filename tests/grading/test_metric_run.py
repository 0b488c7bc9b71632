"""Metric runs: the job with cancel and resume, and the fields it reads."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import django_rq
import pytest
from django.utils import timezone
from rq import SimpleWorker

from annotations.models import AutomaticScore, Scorer
from config.queue import enqueue
from grading import jobs
from grading.actions import metric_batches
from grading.actions.run_life import SELDOM_STALLED_AFTER, cancel_run, resume_run
from grading.field_choices import field_choices, suggested_kind
from grading.fields import UnknownField, field_values
from grading.forms.metric_run import MetricRunForm
from grading.metrics import OutputKind
from grading.models import MetricResult, MetricRun
from tests import make
from tests.base import ConcordTestCase
from tests.grading.metric_run_case import a_run, replies


class MetricJobTest(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = replies(self.team)

    def test_it_stores_a_value_an_item_and_totals_by_source(self):
        run = a_run(self.dataset, self.cast.alice)
        jobs.compute_metrics(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done, run.total) == ("done", 4, 4)
        scorer = Scorer.objects.get(name="rougeL")
        assert scorer.kind == Scorer.Kind.METRIC
        assert sorted(scorer.automatic_scores.values_list("value", flat=True)) == [0, 0, 1, 1]
        totals = {(r.candidate, r.metric): r.value for r in run.results.all()}
        assert totals["A", "rougeL"] == 1
        assert totals["B", "rougeL"] == 0
        assert totals["", "rougeL"] == 0.5
        assert totals["A", "bleu"] > 99

    def test_a_source_without_a_name_is_told_from_the_whole(self):
        self.dataset.items.filter(source="B").update(source="")
        run = a_run(self.dataset, self.cast.alice, ["rougeL"])
        jobs.compute_metrics(run.pk)
        found = {(r.candidate, r.is_nameless): r.value for r in run.results.all()}
        assert found == {("A", False): 1, ("", True): 0, ("", False): 0.5}
        self.sign_in("alice")
        page = self.client.get(f"/datasets/{self.dataset.pk}/metrics/{run.pk}/")
        for title in ("(no source named)", "all items"):
            self.assertContains(page, title)

    def test_labels_from_the_metadata_give_an_accuracy_by_source(self):
        run = a_run(self.dataset, self.cast.alice, ["accuracy", "confusion_matrix"], "metadata.intent", "metadata.intent label")
        jobs.compute_metrics(run.pk)
        result = MetricResult.objects.get(run=run, candidate="B", metric="accuracy")
        assert (result.value, result.n) == (0, 2)
        assert Scorer.objects.filter(name="accuracy · intent / intent label").exists()

    def test_in_grading_the_scorer_is_the_candidate(self):
        exam = make.a_dataset(self.team)
        question = make.a_question(exam, full_mark=4)
        items = [make.an_item(question, source=f"s{i}", reference_mark=i) for i in range(4)]
        make.a_scorer(self.team, dict.fromkeys(items, 3), name="m1")
        run = a_run(exam, self.cast.alice, ["mae", "qwk"], "scorer.m1", "reference_mark")
        jobs.compute_metrics(run.pk)
        assert set(run.results.values_list("candidate", flat=True)) == {"m1"}
        assert run.results.get(metric="mae").value == 1.5

    def test_what_is_undefined_keeps_its_reason(self):
        run = a_run(self.dataset, self.cast.alice, ["mae"], "text", "reference_mark")
        jobs.compute_metrics(run.pk)
        result = run.results.get(candidate="")
        assert (result.value, result.reason) == (None, "no_pairs")

    def test_a_second_run_replaces_the_values_and_adds_none(self):
        for _again in range(2):
            jobs.compute_metrics(a_run(self.dataset, self.cast.alice).pk)
        assert AutomaticScore.objects.filter(scorer__name="rougeL").count() == 4

    def test_a_run_with_other_options_overwrites_nothing(self):
        jobs.compute_metrics(a_run(self.dataset, self.cast.alice, ["rougeL"]).pk)
        self.dataset.items.filter(source="B").update(text="我们会退钱给你。")
        usual = {"segmentation": "words"}
        jobs.compute_metrics(a_run(self.dataset, self.cast.alice, ["rougeL"], **usual).pk)
        other = {"segmentation": "characters"}
        jobs.compute_metrics(a_run(self.dataset, self.cast.alice, ["rougeL"], **other).pk)
        names = ["rougeL", "rougeL · segmentation characters"]
        assert list(Scorer.objects.order_by("name").values_list("name", flat=True)) == names
        values = [set(AutomaticScore.objects.filter(scorer__name=n).values_list("value", flat=True)) for n in names]
        assert values[0] != values[1]

    def test_a_column_with_the_metrics_name_is_left_alone(self):
        item = self.dataset.items.first()
        make.a_scorer(self.team, {item: 7.0}, name="rougeL", scale="score")
        jobs.compute_metrics(a_run(self.dataset, self.cast.alice).pk)
        assert AutomaticScore.objects.get(scorer__name="rougeL").value == 7
        assert AutomaticScore.objects.filter(scorer__name="rougeL (Concord)").count() == 4

    def test_a_cancelled_run_keeps_what_it_has_and_goes_on_from_there(self):
        run = a_run(self.dataset, self.cast.alice, ["rougeL"])
        with mock.patch.object(metric_batches, "BATCH", 2):
            beat = metric_batches._beat

            def cancel_after_the_first(run, **fields):
                MetricRun.objects.filter(pk=run.pk).update(is_cancel_requested=True)
                beat(run, **fields)

            with mock.patch.object(metric_batches, "_beat", cancel_after_the_first):
                jobs.compute_metrics(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done) == ("cancelled", 2)
        assert AutomaticScore.objects.count() == 2
        assert resume_run(run)
        with mock.patch.object(metric_batches, "score_batch", wraps=metric_batches.score_batch) as spy:
            jobs.compute_metrics(run.pk)
        assert len(spy.call_args.args[1]) == 2
        run.refresh_from_db()
        assert (run.state, AutomaticScore.objects.count()) == ("done", 4)
        seconds = (run.finished_at - run.started_at).total_seconds()
        assert run.per_second == pytest.approx(2 / seconds)  # the first two were not of this run

    def test_a_failure_is_recorded_without_the_data(self):
        run = a_run(self.dataset, self.cast.alice)
        broken = mock.patch.object(metric_batches, "score_batch", side_effect=ValueError("secret"))
        with broken, self.assertLogs("grading.jobs", "ERROR") as logs:
            jobs.compute_metrics(run.pk)
        run.refresh_from_db()
        assert (run.state, run.error) == ("failed", "ValueError")
        assert "ValueError in compute_metrics" in logs.output[0]
        assert "secret" not in logs.output[0]

    def test_two_workers_do_not_take_the_same_run(self):
        run = a_run(self.dataset, self.cast.alice)
        MetricRun.objects.filter(pk=run.pk).update(state="running", beat_at=timezone.now())
        jobs.compute_metrics(run.pk)
        assert not run.results.exists()
        assert not resume_run(run)

    def running(self, **values) -> MetricRun:
        run = a_run(self.dataset, self.cast.alice)
        values = {"state": "running", "beat_at": timezone.now(), **values}
        MetricRun.objects.filter(pk=run.pk).update(**values)
        return MetricRun.objects.get(pk=run.pk)

    def test_a_run_without_a_sign_of_life_can_go_on(self):
        long_ago = timezone.now() - SELDOM_STALLED_AFTER - timedelta(seconds=1)
        assert resume_run(self.running(beat_at=long_ago))

    def test_a_run_whose_worker_died_can_go_on_at_once(self):
        for is_dead in (False, True):
            with mock.patch("grading.actions.run_life.has_job_died", return_value=is_dead):
                assert resume_run(self.running(job_id="j1")) is is_dead

    def test_a_waiting_run_is_cancelled_at_once(self):
        run = a_run(self.dataset, self.cast.alice)
        cancel_run(run)
        jobs.compute_metrics(run.pk)
        run.refresh_from_db()
        assert run.state == "cancelled"


class FieldsTest(ConcordTestCase):
    def test_it_reads_every_address(self):
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset, reference="ref")
        item = make.an_item(
            question, text="t", reference_mark=2, metadata={"k": 5}, group_keys={"class": "7"}
        )
        make.a_scorer(self.team, {item: 1.5}, name="a.b")
        values = {
            "text": "t", "question.reference": "ref", "reference_mark": 2, "metadata.k": 5,
            "metadata.none": None, "group.class": "7", "scorer.a.b": 1.5, "scorer.none": None,
        }
        for address, value in values.items():
            assert field_values([item], address) == [value], address

    def test_it_refuses_an_address_that_is_none(self):
        for address in ("", "scorer.", "question.pk", "password"):
            with pytest.raises(UnknownField):
                field_values([], address)

    def test_it_offers_what_the_dataset_has(self):
        dataset = replies(self.team)
        addresses = [choice.address for choice in field_choices(dataset)]
        assert addresses == ["text", "question.reference", "metadata.intent", "metadata.intent label"]
        assert suggested_kind(dataset) is OutputKind.TEXT

    def test_the_form_suggests_the_two_sides(self):
        dataset = replies(self.team)
        form = MetricRunForm(dataset=dataset, kind=OutputKind.LABEL)
        assert form.initial["prediction"] == "metadata.intent"
        assert form.initial["reference"] == "metadata.intent label"
        assert [field.name for field in form.option_fields()] == ["tolerance", "average", "positive"]

    def test_the_form_refuses_twice_the_same_side(self):
        data = {"metrics": ["bleu"], "prediction": "text", "reference": "text"}
        form = MetricRunForm(data, dataset=replies(self.team), kind=OutputKind.TEXT)
        assert not form.is_valid()
        assert "reference" in form.errors


@pytest.mark.queue
@pytest.mark.django_db(transaction=True)
def test_a_worker_on_a_real_queue_finishes_the_run(queue, cast):
    run = a_run(replies(cast.team), cast.alice)
    enqueue(jobs.compute_metrics, run.pk)
    run.refresh_from_db()
    assert run.state == "waiting"
    waiting = django_rq.get_queue("default")
    SimpleWorker([waiting], connection=waiting.connection).work(burst=True)
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 4)
