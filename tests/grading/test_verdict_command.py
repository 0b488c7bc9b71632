"""manage.py verdict: what CI reads."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Rating
from grading.actions.verdict import compute_verdict, sign_verdict
from grading.models import DecisionPolicy, Gate, Verdict
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import an_evaluation


def run(campaign: str, *args: str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("verdict", "--campaign", campaign, *args, stdout=out)
    return stop.value.code, out.getvalue()


class Command(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=12)
        cls.slug = cls.campaign.slug

    def test_a_pass_exits_0_with_its_numbers(self) -> None:
        code, text = run(self.slug, "--candidate", "good", "--json")
        facts = json.loads(text)
        assert (code, facts["outcome"], facts["candidate"]) == (0, "pass", "good")
        assert facts["low"] <= facts["estimate"] <= facts["high"]
        assert facts["low"] > facts["threshold"]
        assert len(facts["inputs_digest"]) == 64

    def test_a_fail_exits_10(self) -> None:
        code, text = run(self.slug, "--candidate", "poor")
        assert code == 10
        assert "poor fails" in text

    def test_a_rejection_exits_11(self) -> None:
        with make.as_draft(self.campaign):
            Gate.objects.create(
                campaign=self.campaign,
                metric="accuracy",
                prediction="metadata.got",
                reference="metadata.true",
                threshold=0.8,
            )
        assert run(self.slug, "--candidate", "good")[0] == 11

    def test_undecided_exits_12_and_says_what_would_decide(self) -> None:
        value = compute_verdict(campaign=self.campaign, candidate="good", by=None).evidence[
            "estimate"
        ]["value"]
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.update(threshold=value)
        code, text = run(self.slug, "--candidate", "good", "--json")
        assert code == 12
        assert json.loads(text)["advice"]

    def test_raters_not_ready_exits_13(self) -> None:
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.update(agreement_floor=1.0)
        assert run(self.slug, "--candidate", "good")[0] == 13

    def test_without_a_candidate_all_are_listed_and_the_worst_decides(self) -> None:
        code, text = run(self.slug, "--json")
        facts = json.loads(text)
        assert (code, facts["outcome"]) == (10, "fail")
        assert [v["candidate"] for v in facts["verdicts"]] == ["good", "poor"]

    def test_a_name_that_is_not_there_is_answered_with_those_that_are(self) -> None:
        with pytest.raises(CommandError, match=f"no campaign.*There are: {self.slug}"):
            call_command("verdict", "--campaign", "nowhere")
        for asked in (["--candidate", "nobody"], ["--compare", "good", "nobody"]):
            with pytest.raises(CommandError, match=r"“nobody”\. There are: good, poor"):
                call_command("verdict", "--campaign", self.slug, *asked)

    def test_without_a_policy_it_says_that_there_is_none(self) -> None:
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.all().delete()
        with pytest.raises(CommandError, match="no decision policy"):
            call_command("verdict", "--campaign", self.slug)

    def test_running_it_again_keeps_the_signed_verdict(self) -> None:
        verdict = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        sign_verdict(verdict=verdict, by=self.cast.alice)
        _code, text = run(self.slug, "--candidate", "good", "--json")
        assert json.loads(text)["signed_by"] == "alice"
        assert Verdict.objects.filter(candidate="good").count() == 1
        Rating.objects.filter(campaign_item__item__source="good").update(composite=0.95)
        run(self.slug, "--candidate", "good")
        assert Verdict.objects.filter(candidate="good").count() == 2
