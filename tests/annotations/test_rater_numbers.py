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
