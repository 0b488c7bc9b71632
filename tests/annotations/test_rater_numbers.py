"""The raters of an evaluation whose prompts have one response each: a question's mean would be the item itself."""

from __future__ import annotations

import numpy as np

from annotations.models.rating_table import rating_table
from annotations.rater_numbers import rater_numbers, severities
from tests import make
from tests.base import ConcordTestCase


class PromptsWithOneResponseTests(ConcordTestCase):
    def setUp(self) -> None:
        dataset = make.a_dataset(self.team)
        for number in range(60):
            make.an_item(make.a_question(dataset, f"Q{number}"))
        raters = [self.cast.bob, self.cast.carol, self.cast.frank]
        campaign = make.a_campaign(dataset, make.a_rubric(self.team, (1,), high=10), raters, k=2)
        rng = np.random.default_rng(4)
        given = []
        for number, row in enumerate(campaign.campaign_items.order_by("position")):
            true = rng.uniform(1, 9)
            for rater in (raters[number % 3], raters[(number + 1) % 3]):
                narrow = 5 + (true - 5) / 3 if rater == self.cast.frank else true
                given.append((row, rater, {"c1": float(np.clip(round(narrow + rng.normal(0, 0.4)), 0, 10))}))
        make.ratings(given)
        table = rating_table(campaign)
        self.found = severities(table, "c1")
        self.rows = {row.name: row for row in rater_numbers(table, self.found)}

    def test_a_rater_who_keeps_to_the_middle_is_seen(self):
        spread = {name: row.spread for name, row in self.rows.items()}
        assert spread["Frank"].value < 0.6
        assert spread["Frank"].high < 1
        assert spread["Bob"].value > 1
        assert spread["Carol"].value > 1

    def test_items_and_error_are_told_apart(self):
        variances = self.found.effects.variances
        assert 2 < variances.item < 8
        assert 0.1 < variances.error < 4


class RatersOfOneSystemTests(ConcordTestCase):
    def test_who_rated_one_system_has_no_less_halo_than_who_rated_both(self) -> None:
        """A good and a poor system; in each the criteria are independent. Bob rates both, Carol and Frank one each."""
        rng, dataset = np.random.default_rng(6), make.a_dataset(self.team)
        bob, carol, frank = self.cast.bob, self.cast.carol, self.cast.frank
        for number in range(80):
            question = make.a_question(dataset, f"Q{number}")
            make.several_items(question, [{"source": "good"}, {"source": "poor"}])
        campaign = make.a_campaign(dataset, make.a_rubric(self.team, (1, 1), high=10), [bob, carol, frank])
        given = []
        for row in campaign.campaign_items.select_related("item").order_by("position"):
            is_good = row.item.source == "good"
            true = rng.normal(7.5 if is_good else 2.5, 1, 2)
            for rater in (bob, carol if is_good else frank):
                said = np.clip(np.round(true + rng.normal(0, 0.5, 2)), 0, 10)
                given.append((row, rater, {"c1": float(said[0]), "c2": float(said[1])}))
        make.ratings(given)
        table = rating_table(campaign)
        rows = rater_numbers(table, severities(table, "composite"))
        assert all(abs(row.halo.value) < 0.2 for row in rows)
        assert all(row.halo.low < 0 < row.halo.high for row in rows)


class OneSystemAfterAnotherTests(ConcordTestCase):
    def test_who_is_severe_with_one_system_alone_does_not_change_in_time(self) -> None:
        rng, dataset = np.random.default_rng(10), make.a_dataset(self.team)
        question = make.a_question(dataset)
        for source in ("first", "second"):
            make.several_items(question, [{"source": source} for _item in range(50)])
        raters = [self.cast.bob, self.cast.carol]
        campaign = make.a_campaign(dataset, make.a_rubric(self.team, (1,), high=10), raters)
        given = []
        for row in campaign.campaign_items.select_related("item").order_by("item__source", "position"):
            true = rng.uniform(2, 8)
            for rater in raters:
                severe = 2 if rater == self.cast.bob and row.item.source == "second" else 0
                given.append((row, rater, {"c1": float(np.clip(round(true - severe + rng.normal(0, 0.7)), 0, 10))}))
        make.ratings(given)
        table = rating_table(campaign)
        alarms = [row.drift.alarm for row in rater_numbers(table, severities(table, "c1"))]
        assert alarms == [None, None]
