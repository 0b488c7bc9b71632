"""Deleting a scorer: refused where something that was promised or decided rests on it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db.models import RestrictedError

from annotations.models import Scorer, User
from grading.actions.delete_scorer import delete_scorer
from grading.models import DecisionPolicy, Gate, SelectiveGrading
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import a_verdict


class DeleteScorerCase(ConcordTestCase):
    def setUp(self) -> None:
        dataset = make.a_dataset(self.team)
        item = make.an_item(make.a_question(dataset, full_mark=5))
        self.scorer = make.a_scorer(self.team, {item: 3.0}, name="m1")
        self.campaign = make.a_campaign(
            dataset, make.a_rubric(self.team), [], kind="grading", name="Spring"
        )

    def policy(self, **values) -> DecisionPolicy:
        with make.as_draft(self.campaign):
            return DecisionPolicy.objects.create(
                campaign=self.campaign, estimand="right_marks", **values
            )


class DeleteScorerTest(DeleteScorerCase):
    def refused(self) -> None:
        with pytest.raises(ValidationError, match="Spring"):
            delete_scorer(scorer=self.scorer)
        assert Scorer.objects.filter(pk=self.scorer.pk).exists()

    def test_one_that_nothing_rests_on_goes_with_its_scores(self) -> None:
        delete_scorer(scorer=self.scorer)
        assert not Scorer.objects.exists()

    def test_one_of_a_launched_policy_stays(self) -> None:
        self.policy(auxiliary=self.scorer)
        self.refused()

    def test_a_further_one_of_a_launched_policy_stays(self) -> None:
        self.policy(further_auxiliaries=[self.scorer.pk])
        self.refused()

    def test_one_that_a_gate_compares_stays(self) -> None:
        with make.as_draft(self.campaign):
            Gate.objects.create(
                campaign=self.campaign, metric="mae", threshold=1, reference="scorer.m1"
            )
        self.refused()

    def test_the_candidate_of_a_verdict_stays(self) -> None:
        a_verdict(self.campaign, "m1")
        self.refused()

    def test_machine_and_confidence_of_a_selective_grading_stay(self) -> None:
        for names in ({"machine": "m1", "confidence": "c"}, {"machine": "m2", "confidence": "m1"}):
            made = SelectiveGrading.objects.create(
                campaign=self.campaign, alpha=0.05, delta=0.1, threshold=0.5, **names
            )
            self.refused()
            made.delete()

    def test_the_policy_of_a_draft_goes_on_without_it(self) -> None:
        policy = self.policy(auxiliary=self.scorer)
        with make.as_draft(self.campaign):
            delete_scorer(scorer=self.scorer)
        policy.refresh_from_db()
        assert policy.auxiliary is None

    def test_no_other_way_of_deleting_empties_a_policy(self) -> None:
        policy = self.policy(auxiliary=self.scorer)
        for delete in (self.scorer.delete, Scorer.objects.all().delete):
            with pytest.raises(RestrictedError):
                delete()
        policy.refresh_from_db()
        assert policy.auxiliary == self.scorer


class ScorerAdminTest(DeleteScorerCase):
    def setUp(self) -> None:
        super().setUp()
        User.objects.filter(username="alice").update(is_staff=True, is_superuser=True)
        self.sign_in("alice")
        self.url = f"/admin/annotations/scorer/{self.scorer.pk}/delete/"

    def test_it_deletes_what_nothing_rests_on(self) -> None:
        self.assertContains(self.client.get(self.url), ">m1<")
        self.client.post(self.url, {"post": "yes"})
        assert not Scorer.objects.exists()

    def test_it_says_why_it_does_not_and_does_not(self) -> None:
        self.policy(auxiliary=self.scorer)
        self.assertContains(self.client.get(self.url), "rest on it: Spring")
        self.client.post(self.url, {"post": "yes"})
        assert Scorer.objects.exists()

    def test_a_selection_is_refused_as_a_whole(self) -> None:
        self.policy(further_auxiliaries=[self.scorer.pk])
        other = make.a_scorer(self.team, {}, name="m2")
        data = {
            "action": "delete_selected", "_selected_action": [self.scorer.pk, other.pk], "post": "yes",
        }  # fmt: skip
        self.client.post("/admin/annotations/scorer/", data)
        assert Scorer.objects.count() == 2
