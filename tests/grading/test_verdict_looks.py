"""Rules with early looks: when they look, what they decide, and where they are offered."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from annotations.models import Assignment, Campaign, Rating
from grading.actions.launch import extend
from grading.actions.policy import policy_problems
from grading.actions.verdict import compute_verdict
from grading.forms.policy import PolicyForm
from grading.models import DecisionPolicy, Verdict
from grading.verdict_sentences import sentence, stopping_sentence
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_policy, an_evaluation


class EarlyLooks(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(
            cls.cast, n=40, quality={"good": 4.5}, k=2, stopping="obrien_fleming", agreement_floor=0
        )

    def left(self, items: int) -> None:
        """Only the first `items` are rated so far."""
        rows = list(self.campaign.campaign_items.order_by("position")[:items])
        late = Rating.objects.filter(campaign=self.campaign).exclude(campaign_item__in=rows)
        slots = list(late.values_list("assignment_id", flat=True))
        late.delete()
        Assignment.objects.filter(pk__in=slots).update(state="open", rater=None)

    def verdict(self) -> Verdict:
        return compute_verdict(campaign=self.campaign, candidate="good", by=None)

    def rule(self, **policy) -> None:
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.filter(campaign=self.campaign).update(**policy)

    def test_before_its_first_look_nothing_is_decided_however_clear_it_is(self) -> None:
        self.left(7)
        found = self.verdict()
        assert found.outcome == "undecided"
        assert found.evidence["stopping"]["looks"] == []
        assert "the first look is at 8" in sentence(found)

    def test_looks_are_taken_only_at_their_planned_numbers(self) -> None:
        self.rule(threshold=0.9)
        self.left(21)
        looks = self.verdict().evidence["stopping"]["looks"]
        assert [look["items"] for look in looks] == [8, 16]

    def test_a_clear_case_passes_before_the_sample_is_complete(self) -> None:
        self.rule(threshold=0.2)
        self.left(34)
        found = self.verdict()
        assert found.outcome == "pass"
        assert found.evidence["sample"]["waiting"] == 6
        assert stopping_sentence(found.evidence).startswith("Decided at look")

    def test_a_decision_stands_whatever_is_rated_later(self) -> None:
        self.rule(threshold=0.2)
        before = self.verdict()
        at = before.evidence["stopping"]["looks"][-1]["items"]
        assert at < 40
        last = self.campaign.campaign_items.order_by("-position")[: 40 - at]
        Rating.objects.filter(campaign_item__in=list(last)).update(composite=0.0)
        after = self.verdict()
        assert after.evidence["estimate"] == before.evidence["estimate"]
        assert after.outcome == before.outcome == "pass"

    def correct(self, composite: float) -> None:
        """Half of the early ratings are corrected, as a rater or lead may."""
        rows = list(self.campaign.campaign_items.order_by("position")[:8])
        Rating.objects.filter(campaign_item__in=rows).update(composite=composite)

    def test_a_correction_does_not_undo_a_look_that_a_verdict_has_taken(self) -> None:
        self.rule(threshold=0.2)
        self.left(34)
        before = self.verdict()
        assert before.outcome == "pass"
        self.correct(0.0)
        after = self.verdict()
        assert after.pk != before.pk
        assert after.outcome == "pass"
        look, was = (one.evidence["stopping"]["looks"][-1] for one in (after, before))
        assert {**look, "taken": None, "today": None} == {**was, "taken": None, "today": None}
        assert look["today"]["estimate"] < was["estimate"]
        assert look["taken"] == before.created_at.isoformat()
        assert after.evidence["estimate"] == before.evidence["estimate"]

    def test_a_look_that_nobody_took_comes_out_of_the_corrected_ratings(self) -> None:
        self.rule(threshold=0.6)
        self.left(21)
        self.correct(0.0)
        look = self.verdict().evidence["stopping"]["looks"][0]
        assert (look["taken"], look["today"]) == (None, None)
        assert look["estimate"] < 0.5

    def test_a_look_keeps_its_information_and_its_boundary(self) -> None:
        self.left(9)
        (look,) = self.verdict().evidence["stopping"]["looks"]
        assert look["information"] == 8 / 40
        assert 4.5 < look["boundary"] < 4.6, "O'Brien-Fleming: 2.04·√5 at the first of five"

    def test_the_pages_say_what_was_corrected_and_what_is_not_taken_yet(self) -> None:
        self.rule(threshold=0.9)
        self.left(9)
        self.sign_in("alice")
        page = f"/campaigns/{self.campaign.slug}/"
        self.assertContains(self.client.get(page), "no verdict has taken yet")
        self.verdict()
        self.assertNotContains(self.client.get(page), "no verdict has taken yet")
        self.correct(0.1)
        found = self.verdict()
        url = f"{page}verdicts/{found.pk}/"
        self.assertContains(self.client.get(url), "after corrections: 10.0")

    def test_early_looks_ask_for_more_than_the_last(self) -> None:
        self.rule(threshold=self.close())
        looks = self.verdict().evidence["stopping"]["looks"]
        asked = [look["confidence"] for look in looks]
        assert asked == sorted(asked, reverse=True)
        assert asked[-1] > 0.95

    def close(self) -> float:
        value = self.verdict().evidence["estimate"]["value"]
        return float(value)

    def test_when_all_looks_are_taken_it_says_so(self) -> None:
        self.rule(threshold=self.close())
        found = self.verdict()
        assert (found.outcome, found.evidence["stopping"]["next"]) == ("undecided", None)
        assert "All looks are taken" in stopping_sentence(found.evidence)

    def test_a_campaign_closed_before_its_first_look_decides_nothing(self) -> None:
        self.left(7)
        self.campaign.state = Campaign.State.CLOSED
        self.campaign.save()
        found = self.verdict()
        assert found.outcome == "undecided"
        assert "closed before the first look" in sentence(found)

    def test_the_anytime_rule_looks_from_twenty_items_on(self) -> None:
        self.rule(stopping="anytime", threshold=0.2)
        self.left(19)
        assert self.verdict().outcome == "undecided"
        looks = self.verdict().evidence["stopping"]["looks"]
        assert looks == []

    def test_the_overview_shows_the_look_and_the_next_one(self) -> None:
        self.rule(threshold=self.close())
        self.left(21)
        self.sign_in("alice")
        page = self.client.get(f"/campaigns/{self.campaign.slug}/").content.decode()
        assert "Next look at 24 items." in page
        assert page.count('class="to-come"') == 3

    def test_the_verdict_page_lists_the_looks(self) -> None:
        self.rule(threshold=0.2)
        found = self.verdict()
        self.sign_in("alice")
        url = f"/campaigns/{self.campaign.slug}/verdicts/{found.pk}/"
        self.assertContains(self.client.get(url), "Decided at look")

    def test_the_sample_of_planned_looks_cannot_grow(self) -> None:
        with pytest.raises(ValidationError, match="cannot grow"):
            extend(campaign=self.campaign, n=60, by=self.cast.alice, send=print)


class Offer(ConcordTestCase):
    def draft(self, order: str) -> Campaign:
        dataset = make.a_dataset(self.team)
        for key in ("q1", "q2"):
            make.an_item(make.a_question(dataset, key=key), source="a")
        rubric = make.a_rubric(self.team)
        return make.a_campaign(dataset, rubric, [], state="draft", kind="evaluation", order=order)

    def test_question_by_question_only_one_look_is_offered(self) -> None:
        form = PolicyForm(campaign=self.draft("by_question"))
        assert [value for value, _name in form.fields["stopping"].choices] == ["fixed"]

    def test_shuffled_work_offers_every_rule(self) -> None:
        form = PolicyForm(campaign=self.draft("shuffled"))
        offered = {value for value, _name in form.fields["stopping"].choices}
        assert offered == set(DecisionPolicy.Stopping.values)

    def test_work_changed_after_the_choice_stops_the_launch(self) -> None:
        campaign = self.draft("by_question")
        a_policy(campaign, stopping="obrien_fleming")
        assert any("question by question" in problem for problem in policy_problems(campaign))
