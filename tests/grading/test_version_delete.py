"""Versions that came to nothing: folded away in the list, deleted with their files, refused where something rests on them."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.models import Dataset
from grading.actions import run_life
from grading.actions.fine_tune import start_fine_tuning
from grading.actions.grading_run import give_scorers
from grading.actions.version_delete import delete_versions, why_not_delete
from grading.actions.version_files import workplace
from grading.grader_jobs import take_up_again
from grading.models import (
    FineTuning,
    Grader,
    GradingRun,
    ModelVersion,
    PromptTemplate,
    ServedGenerator,
    TrainingPoint,
    TrainingSet,
)
from tests import make
from tests.base import ConcordTestCase
from tests.grading.test_grader_pages import text
from tests.grading.training_case import a_training_set
from tests.queries import queries_of

State = FineTuning.State


class VersionDeleteCase(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("erin")
        self.set = a_training_set(self.team)
        self.failed = self.started(State.FAILED, error="There is not enough memory.")
        self.grader = self.failed.grader
        self.page = f"/graders/{self.grader.pk}/"
        self.delete_page = f"{self.page}delete-versions/"

    def started(self, state: str, note: str = "", **changes) -> ModelVersion:
        run = start_fine_tuning(
            training_set=self.set, school_subject="历史", kind="classical", hyper_parameters={},
            user=self.cast.erin, note=note or f"no. {FineTuning.objects.count()}",
        )  # fmt: skip
        FineTuning.objects.filter(pk=run.pk).update(state=state, **changes)
        return ModelVersion.objects.select_related("grader").get(pk=run.version_id)

    def trained(self, **changes) -> ModelVersion:
        version = self.started(State.DONE)
        values = {"measures": {"held_out": {}}, "trained_at": timezone.now(), **changes}
        ModelVersion.objects.filter(pk=version.pk).update(**values)
        version.refresh_from_db()
        return version

    def exists(self, version: ModelVersion) -> bool:
        return ModelVersion.objects.filter(pk=version.pk).exists()


class ActionTest(VersionDeleteCase):
    def delete(self, *versions: ModelVersion) -> list[str]:
        with self.captureOnCommitCallbacks(execute=True):
            return delete_versions(grader=self.grader, ids=[one.pk for one in versions])

    def test_run_curve_and_files_go_and_the_training_set_stays(self):
        run = FineTuning.objects.get(version=self.failed)
        TrainingPoint.objects.create(fine_tuning=run, split="train", step=1, epoch=1, loss=1, accuracy=0)
        folders = [self.failed.folder, self.failed.folder.with_name(f"{self.failed.pk}.part"), workplace(run)]
        for folder in folders:
            folder.mkdir(parents=True)
            (folder / "weights").write_bytes(b"x")
        assert self.delete(self.failed) == ["历史 v1"]
        assert not any(folder.exists() for folder in folders)
        assert (FineTuning.objects.count(), TrainingPoint.objects.count(), TrainingSet.objects.count()) == (0, 0, 1)

    def test_what_is_trained_or_at_work_stays_with_a_sentence(self):
        cancelled = self.started(State.CANCELLED)
        for version, words in (
            (self.trained(), "retire it instead"),
            (self.started(State.RUNNING), "cancel the training first"),
            (self.started(State.WAITING), "cancel the training first"),
        ):
            with pytest.raises(ValidationError, match=words):
                self.delete(cancelled, version)
            assert self.exists(version)
        assert self.exists(cancelled), "all of them or none"

    def test_what_something_rests_on_stays_and_that_is_named(self):
        def a_run() -> None:
            GradingRun.objects.create(version=self.failed, dataset=dataset)

        def in_service() -> None:
            template = PromptTemplate.objects.create(team=self.team, name="t", text="{question}")
            served = {"team": self.team, "name": "w", "version": self.failed, "template": template}
            ServedGenerator.objects.create(**served, ended_at=timezone.now())

        def a_later_one() -> None:
            ModelVersion.objects.filter(pk=self.started(State.FAILED).pk).update(parent=self.failed)

        dataset: Dataset = make.a_dataset(self.team)
        told = {a_run: "1 grading run", in_service: "in service", a_later_one: "v2 is held against it"}
        for rests, words in told.items():
            rests()
            assert words in why_not_delete(self.failed)
        give_scorers(self.failed)
        assert "marks of it are kept" in why_not_delete(self.failed)
        with pytest.raises(ValidationError, match="something rests on it: 1 grading run"):
            self.delete(self.failed)
        assert self.exists(self.failed)

    def test_deleted_twice_it_is_gone_once_and_other_graders_lose_nothing(self):
        other = Grader.objects.create(team=self.team, school_subject="物理")
        theirs = ModelVersion.objects.create(grader=other, number=1, kind="classical", training_set=self.set)
        assert self.delete(self.failed) == ["历史 v1"]
        assert self.delete(self.failed) == []
        assert self.exists(theirs)

    def test_a_training_whose_worker_died_can_be_cancelled_and_then_deleted(self):
        long_ago = timezone.now() - timedelta(hours=1)
        dead = self.started(State.RUNNING, beat_at=long_ago, started_at=long_ago)
        at_work = self.started(State.RUNNING, beat_at=timezone.now(), started_at=long_ago)
        for version in (dead, at_work):
            self.client.post(f"{self.page}versions/{version.number}/cancel/")
        states = dict(FineTuning.objects.values_list("version", "state"))
        assert (states[dead.pk], states[at_work.pk]) == (State.CANCELLED, State.RUNNING)
        assert FineTuning.objects.get(version=at_work).is_cancel_requested
        assert self.delete(dead) == ["历史 v2"]

    def test_what_was_to_be_cancelled_when_the_worker_died_is_not_taken_up_again(self):
        long_ago = timezone.now() - timedelta(hours=1)
        dead = self.started(State.RUNNING, beat_at=long_ago, started_at=long_ago, is_cancel_requested=True)
        with mock.patch("grading.grader_jobs.enqueue") as enqueue:
            take_up_again()
        enqueue.assert_not_called()
        assert FineTuning.objects.get(version=dead).state == State.CANCELLED

    def test_a_worker_that_comes_too_late_finds_nothing_to_do(self):
        run = FineTuning.objects.get(version=self.failed)
        self.delete(self.failed)
        assert not run_life.resume_run(run)
        assert run_life.claim_run(FineTuning, run.pk, "") is None


class PagesTest(VersionDeleteCase):
    def test_the_list_folds_failed_ones_away_and_retired_ones_too(self):
        good, retired = self.trained(), self.trained(retired_at=timezone.now())
        waiting = self.started(State.WAITING)
        page = self.client.get(self.page)
        assert page.context["versions"] == [waiting, good]
        assert page.context["retired"] == [retired]
        assert page.context["ticked"] == [good]
        assert page.context["failed"] == [self.failed]
        assert "1 training that failed or was cancelled: v1" in text(page)
        assert "There is not enough memory." in text(page)
        self.assertNotContains(page, '<details class="fold" open>')

    def test_where_nothing_was_trained_it_is_open_and_says_what_to_do(self):
        page = self.client.get(self.page)
        self.assertContains(page, "No version yet")
        self.assertContains(page, '<details class="fold" open>')

    def test_a_viewer_sees_why_they_failed_and_can_delete_nothing(self):
        self.sign_in("victor")
        page = self.client.get(self.page)
        assert "not enough memory" in text(page)
        self.assertNotContains(page, self.delete_page)
        self.assertNotContains(self.client.get(f"{self.page}versions/1/"), self.delete_page)
        assert self.client.get(self.delete_page).status_code == 403
        assert self.client.post(self.delete_page, {"version": 1}).status_code == 403
        assert self.exists(self.failed)

    def test_what_goes_is_shown_and_then_deleted(self):
        second = self.started(State.CANCELLED, note="with another rate")
        workplace(FineTuning.objects.get(version=second)).mkdir(parents=True)
        (workplace(FineTuning.objects.get(version=second)) / "state").write_bytes(b"x" * 3000)
        asked = self.client.get(self.delete_page, {"version": [1, 2]})
        for words in ("with another rate", "2.9 KB", "Delete 2 versions", "cannot be undone"):
            assert words in text(asked).replace("\xa0", " ")
        assert self.exists(second), "looking deletes nothing"
        ids = re.findall(r'name="id" value="(\d+)"', asked.content.decode())
        response = self.client.post(self.delete_page, {"id": ids}, follow=True)
        self.assertContains(response, "Deleted: 历史 v1, 历史 v2.")
        assert not ModelVersion.objects.exists()
        anew = self.started(State.CANCELLED)
        again = self.client.post(self.delete_page, {"id": ids}, follow=True)
        self.assertContains(again, "not there any more")
        assert self.exists(anew), "it has the number of one that is gone"

    def test_without_numbers_all_that_failed_are_asked_about_and_nonsense_is_none(self):
        self.trained()
        asked = self.client.get(self.delete_page)
        assert [one.version for one in asked.context["going"]] == [self.failed]
        assert self.client.get(self.delete_page, {"version": "9" * 5000}).status_code == 200
        arabic = str(self.failed.pk).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        self.client.post(self.delete_page, {"id": ["x", arabic]})
        assert ModelVersion.objects.count() == 2

    def test_a_trained_version_is_refused_on_the_page_and_by_the_post(self):
        good = self.trained()
        asked = self.client.get(self.delete_page, {"version": good.number})
        assert "retire it instead" in text(asked)
        assert "Nothing to delete" in text(asked)
        response = self.client.post(self.delete_page, {"id": good.pk}, follow=True)
        self.assertContains(response, "retire it instead")
        assert self.exists(good)

    def test_the_page_of_a_failed_version_leads_there_and_that_of_a_good_one_does_not(self):
        address = f"{self.delete_page}?version="
        self.assertContains(self.client.get(f"{self.page}versions/1/"), f"{address}1")
        waiting = self.started(State.WAITING)
        self.assertNotContains(self.client.get(f"{self.page}versions/{waiting.number}/"), address)

    def test_the_list_of_graders_names_the_newest_that_did_not_fail(self):
        good = self.trained()
        self.started(State.FAILED)
        (row,) = self.client.get("/graders/").context["rows"]
        assert row.newest == good

    def test_a_training_set_held_by_failures_alone_names_them(self):
        page = f"/training/{self.set.pk}/"
        alice = self.client_of("alice")
        response = alice.post(f"{page}delete/", {"typed_name": self.set.name}, follow=True)
        self.assertContains(response, "failed or was cancelled: 历史 v1.")
        assert "failed" in text(self.client.get(page)).split("Versions that learnt from it")[-1]

    def test_query_counts_do_not_grow_with_the_failures(self):
        few = queries_of(self.client, self.page)
        for _number in range(4):
            self.started(State.FAILED)
        assert queries_of(self.client, self.page) == few
