"""Samples that go by automatic scores: bands, Neyman's shares, unequal chances, and their growth."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from annotations.actions.campaign_frame import frame_of, frame_to_draw, strata_addresses, strata_of
from annotations.actions.campaigns import create_campaign
from annotations.actions.extend_sample import extend_sample
from annotations.actions.launch_campaign import launch_campaign
from annotations.methods.sampling_unequal import unequal_probabilities
from annotations.methods.score_bands import bands
from annotations.models import AutomaticScore, CampaignRater, CampaignRubric
from tests import make
from tests.base import ConcordTestCase

DOUBT = [0.01 * i for i in range(40)]


def test_bands_hold_equal_parts_and_keep_equal_scores_together():
    even = bands(np.arange(40.0))
    assert [even.count(name) for name in sorted(set(even))] == [10, 10, 10, 10]
    tied = bands(np.array([0.0] * 30 + [1.0] * 10))
    assert len({tied[i] for i in range(30)}) == 1
    assert tied[0] != tied[39]
    assert bands(np.array([np.nan, 1.0]))[0] == "—"


class ScoreCase(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        question = make.a_question(self.dataset)
        self.items = [make.an_item(question, text="x" * (1 + i)) for i in range(40)]
        self.rubric = make.a_rubric(self.team)
        values = dict(zip(self.items, DOUBT, strict=True))
        self.scorer = make.a_scorer(self.team, values, "doubt", scale="score")

    def draft(self, **plan):
        campaign = create_campaign(
            dataset=self.dataset, name="Exam", kind="evaluation", by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=campaign, rubric=self.rubric)
        for user in (self.cast.bob, self.cast.carol):
            CampaignRater.objects.create(campaign=campaign, user=user)
        campaign.plan = {**campaign.plan, "seed": 5, **plan}
        campaign.save()
        return campaign

    def launched(self, **plan):
        return launch_campaign(campaign=self.draft(**plan), by=self.cast.alice)

    def unequal(self, why="high", scorers=("doubt",), near=None, n=10):
        likelier = {"why": why, "scorers": list(scorers), "near": near}
        return {"design": "unequal", "n": n, "likelier": likelier}

    def chances(self, campaign) -> dict[int, float]:
        return dict(campaign.campaign_items.values_list("item_id", "probability"))

    def expected(self, n: int) -> dict[int, float]:
        probability = unequal_probabilities(DOUBT, n)
        return {item.pk: p for item, p in zip(self.items, probability, strict=True)}


class UnequalTests(ScoreCase):
    def test_every_item_keeps_the_chance_it_was_drawn_with(self):
        found = self.chances(self.launched(**self.unequal()))
        assert len(found) == 10
        expected = self.expected(10)
        assert all(found[pk] == pytest.approx(expected[pk]) for pk in found)

    def test_it_grows_twice_and_the_chances_are_those_of_the_larger_sample(self):
        campaign = self.launched(**self.unequal())
        first = set(self.chances(campaign))
        for n in (16, 24):
            campaign = extend_sample(campaign=campaign, n=n)
            found, expected = self.chances(campaign), self.expected(n)
            assert first <= set(found)
            assert all(found[pk] == pytest.approx(expected[pk]) for pk in found)
            first = set(found)

    def test_it_does_not_grow_once_the_scores_have_changed(self):
        campaign = self.launched(**self.unequal())
        AutomaticScore.objects.filter(item=self.items[3]).update(value=0.9)
        with self.assertRaisesMessage(ValidationError, "scores that the sample was drawn by have changed"):
            extend_sample(campaign=campaign, n=16)

    def test_a_rejected_source_is_thinned_and_keeps_its_true_chance(self):
        for item in self.items[:20]:
            item.source = "poor"
            item.save()
        campaign = launch_campaign(
            campaign=self.draft(**self.unequal(n=30)), by=self.cast.alice, audit={"poor": 0.3}
        )
        found, expected = self.chances(campaign), self.expected(30)
        shares = {item.pk: 0.3 if item.source == "poor" else 1.0 for item in self.items}
        assert all(found[pk] == pytest.approx(expected[pk] * shares[pk]) for pk in found)

    def test_a_missing_score_is_said_with_how_many(self):
        AutomaticScore.objects.filter(item__in=self.items[:3]).delete()
        with self.assertRaisesMessage(ValidationError, "no usable score for 3 of the items"):
            self.launched(**self.unequal())

    def test_near_the_pass_mark_is_likeliest(self):
        score = frame_to_draw(self.draft(), self.unequal("near", near=0.2)).score
        assert int(np.argmax(score)) == 20
        with self.assertRaisesMessage(ValidationError, "near which value"):
            frame_to_draw(self.draft(), self.unequal("near"))

    def test_marks_go_by_the_pass_mark_of_the_rubric(self):
        question = make.a_question(self.dataset, "2", full_mark=10)
        marks = {make.an_item(question): float(mark) for mark in range(11)}
        for item in self.items:
            item.delete()
        make.a_scorer(self.team, marks, "grader")
        score = frame_to_draw(self.draft(), self.unequal("near", ["grader"])).score
        assert int(np.argmax(score)) == round(10 * self.rubric.pass_mark)

    def test_scorers_apart_are_likelier_whatever_their_scales(self):
        other = {item: 10.0 * value for item, value in zip(self.items, DOUBT, strict=True)}
        other[self.items[7]] = 0.0
        make.a_scorer(self.team, other, "second", scale="score")
        score = frame_to_draw(self.draft(), self.unequal("apart", ["doubt", "second"])).score
        assert int(np.argmax(score)) == 7
        with self.assertRaisesMessage(ValidationError, "at least two scores"):
            frame_to_draw(self.draft(), self.unequal("apart"))


class StrataTests(ScoreCase):
    def test_length_and_scores_are_offered_as_bands(self):
        assert {"length", "scorer.doubt"} <= set(strata_addresses(self.dataset))

    def test_bands_by_length_and_by_score_are_drawn_from_alike(self):
        for by in ("length", "scorer.doubt"):
            campaign = self.launched(design="stratified", by=by, n=12)
            strata = list(campaign.campaign_items.values_list("stratum", flat=True))
            assert [strata.count(name) for name in sorted(set(strata))] == [3, 3, 3, 3]

    def test_a_score_that_changed_changes_the_frame(self):
        campaign = self.launched(design="stratified", by="scorer.doubt", n=12)
        AutomaticScore.objects.filter(item=self.items[0]).update(value=0.9)
        assert frame_of(campaign).digest != campaign.plan["frame_digest"]

    def test_more_is_drawn_where_a_score_varies_more(self):
        for i, item in enumerate(self.items):
            item.group_keys = {"class": "A" if i < 20 else "B"}
            item.save()
        AutomaticScore.objects.filter(item__in=self.items[:20]).update(value=0.5)
        plan = {"design": "stratified", "by": "group.class", "n": 12, "allocation": "neyman", "spread_by": "doubt"}
        frame = frame_to_draw(self.draft(), plan)
        assert {s.name: s.drawn for s in strata_of(frame, plan)} == {"A": 2, "B": 10}
        found = self.launched(**plan).campaign_items.values_list("stratum", "probability")
        assert set(found) == {("A", 0.1), ("B", 0.5)}
