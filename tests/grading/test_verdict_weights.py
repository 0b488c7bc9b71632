"""Verdicts on samples whose items count differently: strata and unequal probabilities."""

from __future__ import annotations

import pytest

from grading.actions.verdict import compute_verdict
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_policy, raters_of


class Stratified(ConcordTestCase):
    def test_strata_are_weighted_by_their_size_in_the_dataset(self) -> None:
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset)
        rows = [
            (name, q) for name, size, q in (("a", 40, 1.0), ("b", 10, 5.0)) for _ in range(size)
        ]
        items = [make.an_item(question, source="s", group_keys={"class": c}) for c, _q in rows]
        rubric = make.a_rubric(self.team, weights=(100,))
        campaign = make.a_campaign(make.a_dataset(self.team), rubric, raters_of(self.cast))
        campaign.dataset = dataset
        campaign.plan = {"design": "stratified", "by": "group.class", "n": 10}
        campaign.save()
        drawn = [i for i in range(50) if i < 5 or i >= 45]
        for position, i in enumerate(drawn):
            stratum, value = rows[i]
            chance = 5 / 40 if stratum == "a" else 5 / 10
            row = make.a_campaign_item(
                campaign,
                items[i],
                rubric,
                2,
                stratum=stratum,
                probability=chance,
                position=position,
            )
            make.a_rating(row, self.cast.bob, {"c1": value})
            make.a_rating(row, self.cast.carol, {"c1": value})
        a_policy(campaign)
        verdict = compute_verdict(campaign=campaign, candidate="s", by=None)
        assert verdict.evidence["estimate"]["value"] == pytest.approx(0.8 * 0.2 + 0.2 * 1.0)
        assert verdict.evidence["sample"]["strata"] == {"a": [40, 5, 5], "b": [10, 5, 5]}
        assert verdict.method == "stratified_mean/raters_like_these"


class Unequal(ConcordTestCase):
    """20 items rated 5 and drawn surely, 20 of 80 rated 1: a plain mean would say .6, the truth is .36."""

    def drawn(self, is_known: bool = True, questions: int = 1, **kwargs):
        dataset = make.a_dataset(self.team)
        asked = [make.a_question(dataset, str(i)) for i in range(questions)]
        rows = [(1.0, 5.0)] * 20 + [(0.25, 1.0)] * 80
        items = [
            make.an_item(asked[i % questions], source="s") for i, _row in enumerate(rows)
        ]
        empty = make.a_dataset(self.team)
        rubric = make.a_rubric(self.team, weights=(100,))
        campaign = make.a_campaign(empty, rubric, raters_of(self.cast), **kwargs)
        campaign.dataset = dataset
        campaign.plan = {"design": "unequal", "n": 40}
        campaign.save()
        for i in range(40):
            chance, value = rows[i]
            probability = chance if is_known or i % 2 else None
            yield campaign, make.a_campaign_item(
                campaign, items[i], rubric, 2, probability=probability, position=i
            ), value

    def rate(self, row, value: float) -> None:
        for rater in (self.cast.bob, self.cast.carol):
            make.a_rating(row, rater, {"c1": value})

    def test_every_item_weighs_one_over_its_chance(self) -> None:
        for campaign, row, value in self.drawn():  # noqa: B007 used after it
            self.rate(row, value)
        a_policy(campaign)
        verdict = compute_verdict(campaign=campaign, candidate="s", by=None)
        assert verdict.evidence["estimate"]["value"] == pytest.approx(0.2 * 1.0 + 0.8 * 0.2)
        assert verdict.method == "hajek_mean/raters_like_these"

    def test_half_way_question_by_question_the_chances_still_count(self) -> None:
        for i, (campaign, row, value) in enumerate(self.drawn(questions=2, order="by_question")):  # noqa: B007 used after it
            if i < 12 or 20 <= i < 32:
                self.rate(row, value)
        a_policy(campaign)
        verdict = compute_verdict(campaign=campaign, candidate="s", by=None)
        assert verdict.evidence["estimate"]["value"] == pytest.approx(0.36)
        assert verdict.evidence["sample"]["design"] == "unequal"

    def test_chances_that_are_partly_unknown_are_no_design(self) -> None:
        for campaign, row, value in self.drawn(is_known=False):  # noqa: B007 used after it
            self.rate(row, value)
        a_policy(campaign)
        verdict = compute_verdict(campaign=campaign, candidate="s", by=None)
        assert verdict.outcome == "undecided"
        assert verdict.evidence["estimate"]["reason"] == "bad_probabilities"
