"""Computing and signing verdicts."""

from __future__ import annotations

import pytest

from annotations.models import Adjudication, Campaign, CampaignItem, Rating
from grading.actions.verdict import compute_verdict, compute_verdicts
from grading.models import DecisionPolicy, Gate
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_grading, an_evaluation


class Evaluation(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast)

    def test_a_good_system_passes_and_a_poor_one_fails(self) -> None:
        campaign = self.campaign
        verdicts = {v.candidate: v for v in compute_verdicts(campaign=campaign, by=self.cast.alice)}
        assert verdicts["good"].outcome == "pass"
        assert verdicts["poor"].outcome == "fail"
        assert verdicts["good"].created_by == self.cast.alice

    def test_the_same_inputs_give_the_same_numbers(self) -> None:
        campaign = self.campaign
        one, two = (compute_verdict(campaign=campaign, candidate="good", by=None) for _ in "ab")
        assert one.pk != two.pk
        for name in ("evidence", "policy", "inputs_digest", "method", "seed", "code_version"):
            assert getattr(one, name) == getattr(two, name)

    def test_a_verdict_on_a_sample_made_larger_after_a_verdict_says_so(self) -> None:
        mine = self.campaign.campaign_items.filter(item__source="good").order_by("-pk")
        later = mine.filter(pk__in=list(mine.values_list("pk", flat=True)[:5]))
        later.update(purpose=CampaignItem.Purpose.PRACTICE)
        first = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        mine.update(purpose=CampaignItem.Purpose.LIVE)
        second = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        assert "second_look" not in first.evidence["sample"]["cautions"]
        assert "second_look" in second.evidence["sample"]["cautions"]
        other = compute_verdict(campaign=self.campaign, candidate="poor", by=None)
        assert "second_look" not in other.evidence["sample"]["cautions"]

    def test_one_changed_rating_changes_the_digest(self) -> None:
        campaign = self.campaign
        one = compute_verdict(campaign=campaign, candidate="good", by=None)
        rating = Rating.objects.filter(
            campaign=campaign, campaign_item__item__source="good"
        ).first()
        Rating.objects.filter(pk=rating.pk).update(composite=0.123)
        two = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert one.inputs_digest != two.inputs_digest
        assert one.evidence["estimate"]["value"] != two.evidence["estimate"]["value"]

    def test_the_estimate_is_the_mean_of_the_items_means(self) -> None:
        campaign = an_evaluation(self.cast, n=6)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        rows = Rating.objects.filter(campaign=campaign, campaign_item__item__source="good")
        means: dict[int, list[float]] = {}
        for pk, composite in rows.values_list("campaign_item", "composite"):
            means.setdefault(pk, []).append(composite)
        expected = sum(sum(m) / len(m) for m in means.values()) / len(means)
        assert verdict.evidence["estimate"]["value"] == pytest.approx(expected)
        assert verdict.evidence["sample"]["population"] == 6

    def test_a_failed_gate_rejects_whatever_people_say(self) -> None:
        campaign = self.campaign
        with make.as_draft(campaign):
            Gate.objects.create(
                campaign=campaign, metric="accuracy", threshold=0.8,
                prediction="metadata.got", reference="metadata.true",
            )  # fmt: skip
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.outcome == "rejected"
        assert verdict.evidence["gates"][0]["value"] == 0

    def test_a_passed_gate_lets_it_pass(self) -> None:
        campaign = self.campaign
        with make.as_draft(campaign):
            Gate.objects.create(
                campaign=campaign, metric="accuracy", threshold=0.8,
                prediction="metadata.got", reference="metadata.label",
            )  # fmt: skip
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.outcome == "pass"
        assert verdict.evidence["gates"][0]["n"] == 30

    def test_a_gate_that_cannot_be_computed_is_not_passed_silently(self) -> None:
        campaign = self.campaign
        with make.as_draft(campaign):
            Gate.objects.create(
                campaign=campaign, metric="bleu", threshold=10,
                prediction="text", reference="question.reference",
            )  # fmt: skip
        with make.as_draft(campaign):
            Gate.objects.create(campaign=campaign, metric="qwk", threshold=0.8)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.outcome == "undecided"
        assert verdict.evidence["decision"]["reason"] == "gate_unknown"
        assert [g["reason"] for g in verdict.evidence["gates"]] == ["no_pairs", "unknown_field"]

    def test_raters_who_disagree_are_not_ready_which_is_not_the_models_failure(self) -> None:
        campaign = an_evaluation(self.cast, agreement_floor=0.99)
        verdict = compute_verdict(campaign=campaign, candidate="poor", by=None)
        assert verdict.outcome == "raters_not_ready"

    def test_no_overlap_means_agreement_unknown(self) -> None:
        campaign = an_evaluation(self.cast, k=1)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.outcome == "raters_not_ready"
        assert verdict.evidence["agreement"]["reason"] == "no_overlap"

    def test_a_threshold_close_by_is_undecided_and_says_what_would_decide(self) -> None:
        campaign = self.campaign
        value = compute_verdict(campaign=campaign, candidate="good", by=None).evidence["estimate"][
            "value"
        ]
        with make.as_draft(campaign):
            DecisionPolicy.objects.filter(campaign=campaign).update(threshold=value - 0.004)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert verdict.outcome == "undecided"
        assert verdict.evidence["advice"]["kind"] in ("more_ratings", "more_raters", "too_close")

    def test_an_unfinished_sample_waits_until_it_is_rated_or_closed(self) -> None:
        campaign = self.campaign
        extra = make.an_item(campaign.dataset.questions.get(), source="good", metadata={"true": 4})
        rubric = campaign.rubrics.get().rubric
        make.a_campaign_item(campaign, extra, rubric, 3, position=999)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert (verdict.outcome, verdict.evidence["decision"]["leaning"]) == ("undecided", "pass")
        assert verdict.evidence["sample"]["waiting"] == 1
        Campaign.objects.filter(pk=campaign.pk).update(state="closed")
        campaign.refresh_from_db()
        closed = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert closed.outcome == "pass"
        assert "closed_early" in closed.evidence["sample"]["cautions"]

    def test_a_question_without_ratings_leaves_a_partial_view_that_decides_nothing(self) -> None:
        campaign = self.campaign
        other = make.a_question(campaign.dataset, key="2")
        for i in range(3):
            item = make.an_item(other, source="good", metadata={"true": 4})
            make.a_campaign_item(campaign, item, campaign.rubrics.get().rubric, 3, position=900 + i)
        evidence = compute_verdict(campaign=campaign, candidate="good", by=None).evidence
        assert evidence["sample"]["cautions"] == ["partial"]
        assert evidence["decision"]["reason"] == "unfinished"
        assert evidence["estimate"]["intervals"]["like"]["low"] > 0
        Campaign.objects.filter(pk=campaign.pk).update(state="closed")
        campaign.refresh_from_db()
        closed = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert closed.outcome == "undecided"
        assert closed.evidence["estimate"]["reason"] == "empty_stratum"

    def test_flagged_ratings_are_left_out_and_counted(self) -> None:
        campaign = self.campaign
        first = campaign.campaign_items.filter(item__source="good").first()
        Rating.objects.filter(campaign_item=first).update(
            composite=None, mark=None, flag_reason="unreadable"
        )
        sample = compute_verdict(campaign=campaign, candidate="good", by=None).evidence["sample"]
        assert (sample["unjudged"], sample["flagged_ratings"], sample["rated"]) == (1, 3, 29)
        assert sample["is_finished"]

    def test_practice_items_count_nowhere(self) -> None:
        campaign = self.campaign
        before = compute_verdict(campaign=campaign, candidate="good", by=None)
        row = campaign.campaign_items.filter(item__source="poor").first()
        CampaignItem.objects.filter(pk=row.pk).update(purpose="practice")
        after = compute_verdict(campaign=campaign, candidate="good", by=None)
        assert after.evidence["estimate"] == before.evidence["estimate"]

    def test_an_adjudication_is_the_final_word_on_its_item(self) -> None:
        campaign = an_evaluation(self.cast, n=10)
        before = compute_verdict(campaign=campaign, candidate="good", by=None)
        row = campaign.campaign_items.filter(item__source="good").first()
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, composite=0.9)
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, composite=0.0)
        after = compute_verdict(campaign=campaign, candidate="good", by=None)
        mean = sum(Rating.objects.filter(campaign_item=row).values_list("composite", flat=True)) / 3
        change = before.evidence["estimate"]["value"] - after.evidence["estimate"]["value"]
        assert change == pytest.approx(mean / 10)

    def test_the_share_at_or_above_the_pass_mark(self) -> None:
        campaign = an_evaluation(self.cast, estimand="pass_rate", threshold=0.5)
        evidence = compute_verdict(campaign=campaign, candidate="good", by=None).evidence
        assert evidence["estimate"]["is_rate"]
        assert evidence["estimate"]["value"] > 0.8

    def test_an_automatic_score_that_helps_is_used_over_all_items(self) -> None:
        campaign = self.campaign
        items = list(campaign.dataset.items.all())
        more = [
            make.an_item(items[0].question, source="good", metadata={"true": 3.0})
            for _ in range(40)
        ]
        scorer = make.a_scorer(
            self.team,
            {item: item.metadata["true"] for item in items + more},
            "judge",
            scale="score",
        )
        with make.as_draft(campaign):
            DecisionPolicy.objects.filter(campaign=campaign).update(auxiliary=scorer)
        verdict = compute_verdict(campaign=campaign, candidate="good", by=None)
        worth = verdict.evidence["estimate"]["worth"]
        assert worth["is_used"]
        assert worth["name"] == "judge"
        assert verdict.method == "regression_estimator/raters_like_these"
        assert verdict.evidence["sample"]["population"] == 70
        intervals = verdict.evidence["estimate"]["intervals"]
        assert intervals["these"]["high"] - intervals["these"]["low"] > 0

    def test_an_incomplete_automatic_score_is_switched_off_and_says_so(self) -> None:
        campaign = self.campaign
        some = {item: 1.0 * i for i, item in enumerate(campaign.dataset.items.all()[:20])}
        scorer = make.a_scorer(self.team, some, "judge", scale="score")
        with make.as_draft(campaign):
            DecisionPolicy.objects.filter(campaign=campaign).update(auxiliary=scorer)
        worth = compute_verdict(campaign=campaign, candidate="good", by=None).evidence["estimate"][
            "worth"
        ]
        assert (worth["is_used"], worth["reason"]) == (False, "incomplete")


class Grading(ConcordTestCase):
    def test_the_estimate_is_the_share_of_right_marks(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=40, wrong=4, threshold=0.7)
        verdict = compute_verdict(campaign=campaign, candidate="grader", by=None)
        assert verdict.evidence["estimate"]["value"] == pytest.approx(0.9)
        assert verdict.outcome == "pass"

    def test_a_tolerance_forgives_a_mark(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=40, wrong=5, tolerance=1)
        value = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence[
            "estimate"
        ]["value"]
        assert value == pytest.approx(0.975)  # 4 → 0 is four marks off

    def test_the_adjudicated_mark_counts(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=20, wrong=1)
        row = campaign.campaign_items.first()
        machine = row.item.automatic_scores.get().value
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, mark=machine)
        evidence = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence
        assert evidence["estimate"]["value"] == 1.0
        assert evidence["sample"]["definitive"] == 1

    def test_marks_agreed_by_two_raters_are_definitive(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=20)
        evidence = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence
        assert evidence["estimate"]["panel"]["reason"] == "no_raters"
        assert (
            evidence["estimate"]["intervals"]["these"] == evidence["estimate"]["intervals"]["like"]
        )

    def test_an_unsettled_difference_brings_the_raters_back(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=20)
        rating = Rating.objects.filter(campaign=campaign).first()
        Rating.objects.filter(pk=rating.pk).update(mark=(rating.mark + 1) % 5)
        evidence = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence
        assert evidence["estimate"]["panel"]["raters"] == 3

    def test_the_mean_of_ratings_is_rounded_half_up_to_the_step(self) -> None:
        campaign, scorer = a_grading(self.cast, n=20, wrong=0)
        row = campaign.campaign_items.order_by("position")[2]
        first = row.ratings.first()
        Rating.objects.filter(pk=first.pk).update(mark=first.mark + 1)  # mean x.5 → x + 1
        value = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence[
            "estimate"
        ]["value"]
        assert value == pytest.approx(19 / 20)
        scorer.automatic_scores.filter(item=row.item).update(value=first.mark + 1)
        value = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence[
            "estimate"
        ]["value"]
        assert value == 1.0

    def test_a_gate_reads_the_candidates_own_marks(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=40, wrong=4)
        with make.as_draft(campaign):
            Gate.objects.create(campaign=campaign, metric="accuracy", threshold=0.95)
        verdict = compute_verdict(campaign=campaign, candidate="grader", by=None)
        assert verdict.outcome == "rejected"
        assert verdict.evidence["gates"][0]["value"] == pytest.approx(0.9)

    def test_only_items_that_the_candidate_marked_are_spoken_about(self) -> None:
        campaign, scorer = a_grading(self.cast, n=40)
        scorer.automatic_scores.filter(item__in=list(campaign.dataset.items.all()[30:])).delete()
        sample = compute_verdict(campaign=campaign, candidate="grader", by=None).evidence["sample"]
        assert (sample["population"], sample["drawn"], sample["rated"]) == (30, 30, 30)
