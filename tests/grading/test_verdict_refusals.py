"""Verdicts that are refused, and verdicts that are signed."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.models import Rating
from grading.actions.verdict import compute_verdict, compute_verdicts, sign_verdict
from grading.models import DecisionPolicy, Verdict
from grading.verdict_advice import advice
from grading.verdict_data import NoVerdict
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_grading, an_evaluation


class Refusals(ConcordTestCase):
    def test_without_a_policy_nothing_is_decided(self) -> None:
        campaign = an_evaluation(self.cast, n=3)
        with make.as_draft(campaign):
            DecisionPolicy.objects.filter(campaign=campaign).delete()
        with pytest.raises(NoVerdict, match="no decision policy"):
            compute_verdicts(campaign=campaign, by=None)

    def test_an_unknown_candidate_is_named(self) -> None:
        campaign = an_evaluation(self.cast, n=3)
        with pytest.raises(NoVerdict, match="nobody"):
            compute_verdict(campaign=campaign, candidate="nobody", by=None)
        grading, _scorer = a_grading(self.cast, n=3)
        with pytest.raises(NoVerdict, match="nobody"):
            compute_verdict(campaign=grading, candidate="nobody", by=None)

    def test_a_draft_campaign_has_no_verdict(self) -> None:
        campaign = an_evaluation(self.cast, n=3)
        campaign.state = "draft"
        with pytest.raises(NoVerdict, match="not been launched"):
            compute_verdict(campaign=campaign, candidate="good", by=None)

    def test_a_grading_without_machine_marks_says_what_is_missing(self) -> None:
        campaign, scorer = a_grading(self.cast, n=3)
        scorer.delete()
        with pytest.raises(NoVerdict, match="no scorer has marks"):
            compute_verdicts(campaign=campaign, by=None)

    def test_nothing_rated_yet_is_undecided_with_a_reason(self) -> None:
        campaign = an_evaluation(self.cast, n=3, agreement_floor=0)
        Rating.objects.filter(campaign=campaign).update(state="withdrawn")
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.evidence["decision"]["reason"] == "unfinished"
        assert verdict.evidence["estimate"]["reason"] == "too_few_items"

    def test_raters_who_all_say_the_same_have_no_agreement_to_show(self) -> None:
        campaign = an_evaluation(self.cast, n=6)
        Rating.objects.filter(campaign=campaign).update(composite=1.0)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.outcome == "raters_not_ready"
        assert verdict.evidence["agreement"]["reason"] == "one_value"
        assert "items that differ more" in advice(verdict.evidence), "two raters have rated them already"
        like = verdict.evidence["estimate"]["intervals"]["like"]
        assert like["low"] < like["high"]


class Signing(ConcordTestCase):
    def setUp(self) -> None:
        self.campaign = an_evaluation(self.cast, n=4)
        self.verdict = compute_verdict(campaign=self.campaign, candidate="good", by=None)

    def test_the_lead_signs_with_a_note(self) -> None:
        sign_verdict(verdict=self.verdict, by=self.cast.alice, note="Seen by the board.")
        self.verdict.refresh_from_db()
        assert self.verdict.signed_by == self.cast.alice
        assert self.verdict.signed_at
        assert self.verdict.sign_note == "Seen by the board."

    def test_nobody_else_signs(self) -> None:
        for name in ("bob", "dave", "erin", "victor", "eve"):
            with pytest.raises(PermissionDenied):
                sign_verdict(verdict=self.verdict, by=getattr(self.cast, name))

    def test_a_verdict_is_signed_once(self) -> None:
        sign_verdict(verdict=self.verdict, by=self.cast.alice)
        with pytest.raises(ValidationError, match="signed already"):
            sign_verdict(verdict=self.verdict, by=self.cast.alice, note="again")

    def test_an_older_verdict_is_not_signed(self) -> None:
        compute_verdict(campaign=self.campaign, candidate="good", by=None)
        with pytest.raises(ValidationError, match="newer"):
            sign_verdict(verdict=self.verdict, by=self.cast.alice)

    def test_where_the_raters_are_not_ready_there_is_nothing_to_sign(self) -> None:
        Verdict.objects.update(outcome="raters_not_ready")
        self.verdict.refresh_from_db()
        with pytest.raises(ValidationError, match="do not agree"):
            sign_verdict(verdict=self.verdict, by=self.cast.alice)
        self.sign_in("alice")
        page = self.client.get(f"/campaigns/{self.campaign.slug}/verdicts/{self.verdict.pk}/")
        self.assertContains(page, "there is nothing to sign")
        self.assertNotContains(page, "Sign the verdict")
        Verdict.objects.update(outcome="undecided")
        self.verdict.refresh_from_db()
        assert sign_verdict(verdict=self.verdict, by=self.cast.alice).signed_at

    def test_the_newest_of_each_candidate_is_shown(self) -> None:
        newest = compute_verdicts(campaign=self.campaign, by=None)
        assert list(Verdict.objects.newest(self.campaign)) == newest
