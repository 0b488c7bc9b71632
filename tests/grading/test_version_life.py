"""A version is retired and brought back once, and never while it serves; what is started twice is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import RestrictedError
from django.utils import timezone

from annotations.models import User
from grading.actions.deploy import Terms, deploy
from grading.actions.fine_tune import start_fine_tuning
from grading.actions.grading_run import give_scorers, start_grading_run
from grading.actions.served_questions import Asked, learnt_questions
from grading.actions.version_life import set_retired
from grading.models import (
    Deployment,
    FineTuning,
    GradingRun,
    ModelVersion,
    PromptTemplate,
    ServedGenerator,
    Verdict,
)
from grading.service import client
from grading.version_stage import Stage, stages_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.training_case import a_training_set, asked, example


class VersionLifeTests(ConcordTestCase):
    def setUp(self) -> None:
        rows = [example(asked("1"), n, n % 3) for n in range(30)]
        self.learnt = a_training_set(self.team, rows)
        self.version = self.started().version
        ModelVersion.objects.update(trained_at=timezone.now())
        self.version.refresh_from_db()
        self.page = f"/graders/{self.version.grader_id}/versions/{self.version.number}/"

    def started(self, note: str = "") -> FineTuning:
        return start_fine_tuning(
            training_set=self.learnt, school_subject="历史", kind="classical", hyper_parameters={},
            user=self.cast.alice, note=note,
        )  # fmt: skip

    def served(self) -> ServedGenerator:
        template = PromptTemplate.objects.create(team=self.team, name="t", text="{question}")
        return ServedGenerator.objects.create(
            team=self.team, name="writer", version=self.version, template=template
        )

    def test_what_writes_under_a_name_is_in_service_until_it_is_taken_out(self) -> None:
        served = self.served()
        assert stages_of([self.version]) == {self.version.pk: Stage.DEPLOYED}
        with pytest.raises(ValidationError, match="writer"):
            set_retired(version=self.version, is_retired=True)
        served.ended_at = timezone.now()
        served.save()
        set_retired(version=self.version, is_retired=True)
        self.version.refresh_from_db()
        assert stages_of([self.version]) == {self.version.pk: Stage.RETIRED}

    def test_what_was_ever_served_under_a_name_is_not_deleted(self) -> None:
        served = self.served()
        served.ended_at = timezone.now()
        served.save()
        with pytest.raises(RestrictedError):
            self.version.delete()
        served.refresh_from_db()
        assert served.version == self.version

    def test_the_admin_refuses_to_delete_a_team_with_versions_and_says_what_stands_in_the_way(self) -> None:
        self.served()
        self.client.force_login(User.objects.create_superuser("root", password="x"))
        page = self.client.get(f"/admin/annotations/team/{self.team.pk}/delete/")
        self.assertContains(page, "would require deleting the following protected related objects")
        self.assertContains(page, str(self.version))

    def test_two_clicks_on_either_button_are_one(self) -> None:
        erin = self.client_of("erin")
        for pressed in ("1", "1", "0", "0"):
            erin.post(f"{self.page}retire/", {"retired": pressed})
            self.version.refresh_from_db()
            assert bool(self.version.retired_at) == (pressed == "1")

    def deployed_while(self, loading: Callable[[], object], reason: str = "for the test") -> Deployment:
        """Loading a version takes minutes, in which this happens."""
        with mock.patch.object(client, "load", side_effect=lambda _version: loading()):
            terms = Terms(override_reason=reason)
            return deploy(version=self.version, by=self.cast.erin, terms=terms, raters=[self.cast.bob])

    def test_a_version_retired_while_it_is_loaded_is_not_deployed(self) -> None:
        with pytest.raises(ValidationError, match="retired"):
            self.deployed_while(lambda: set_retired(version=self.version, is_retired=True))
        assert not Deployment.objects.exists()

    def test_a_proof_taken_back_while_it_is_loaded_is_none(self) -> None:
        give_scorers(self.version)
        dataset = make.a_dataset(self.team)
        campaign = make.a_campaign(dataset, make.a_rubric(self.team), [], kind="grading")
        verdict = {"campaign": campaign, "candidate": self.version.scorer.name}
        Verdict.objects.create(**verdict, outcome="pass", signed_at=timezone.now())
        with pytest.raises(ValidationError, match="does not any more"):
            self.deployed_while(lambda: Verdict.objects.create(**verdict, outcome="fail"), reason="")
        assert not Deployment.objects.exists()

    def test_the_training_set_is_read_before_the_lock_of_writers_is_taken(self) -> None:
        def read(version: ModelVersion) -> list[Asked]:
            seen.append(len(connection.atomic_blocks))
            return learnt_questions(version)

        seen: list[int] = []
        with mock.patch("grading.actions.deploy.learnt_questions", read):
            self.deployed_while(lambda: None)
        assert seen == [len(connection.atomic_blocks)]

    def test_a_training_asked_for_twice_is_one_until_it_is_over(self) -> None:
        first = FineTuning.objects.get()
        assert self.started() == first
        assert self.started("another") != first
        long_ago = timezone.now() - timedelta(hours=1)
        for changes in ({"state": "running", "beat_at": long_ago}, {"state": "cancelled"}):
            FineTuning.objects.update(**changes)
            assert self.started().version.number == FineTuning.objects.count()

    def test_a_dataset_that_is_being_marked_is_not_marked_beside_it(self) -> None:
        dataset = make.a_dataset(self.team)
        make.an_item(make.a_question(dataset, full_mark=2))
        meant = {"version": self.version, "dataset": dataset, "user": self.cast.erin}
        first = start_grading_run(**meant)
        assert start_grading_run(**meant) == first
        GradingRun.objects.update(state=GradingRun.State.DONE)
        assert start_grading_run(**meant) != first

    def test_a_number_of_any_length_is_no_dataset(self) -> None:
        response = self.client_of("erin").post(f"{self.page}grade/", {"dataset": "9" * 5000})
        assert response.status_code == 404
