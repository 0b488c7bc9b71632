"""Severities of marks where questions have 3, 5 and 20: who is severe takes a share, not the same marks off each."""

from __future__ import annotations

import numpy as np

from annotations.models.rating_table import MARK, rating_table
from annotations.rater_numbers import adjustments, item_scores, severities
from annotations.views.campaign_item_parts import adjusted
from tests import make
from tests.base import ConcordTestCase

FULL = (3, 5, 20)
SEVERE = {"bob": -0.08, "carol": 0.0, "frank": 0.08}  # share of the full mark that is added


class SeverityOfMarksTests(ConcordTestCase):
    def setUp(self) -> None:
        rng = np.random.default_rng(3)
        dataset = make.a_dataset(self.team)
        self.true = {}
        for full in FULL:
            question = make.a_question(dataset, f"Q{full}", full_mark=full, step=0.5)
            for item in make.items(question, 60):
                self.true[item.pk] = full * float(rng.uniform(0.3, 0.7))
        rubric = make.a_rubric(self.team, (1,), high=20, kind="points", publish=False)
        rubric.criteria.update(levels=make.levels(0, 20, 0.5))
        rubric.state = rubric.State.PUBLISHED
        rubric.save()
        self.raters = [getattr(self.cast, name) for name in SEVERE]
        self.campaign = make.a_campaign(dataset, rubric, self.raters, kind="grading")
        given = []
        rows = self.campaign.campaign_items.select_related("item__question").order_by("position")
        for place, row in enumerate(rows):
            full = float(row.item.question.full_mark)
            for at in (place % 3, (place + 1) % 3):
                share = list(SEVERE.values())[at] + rng.normal(0, 0.04)
                mark = np.clip(round(2 * (self.true[row.item_id] + share * full)) / 2, 0, full)
                given.append((row, self.raters[at], {"c1": float(mark)}))
        make.ratings(given)
        self.rows = {row.pk: row for row in rows}
        self.found = severities(rating_table(self.campaign), MARK)

    def off(self, values: np.ndarray, full: int) -> float:
        pks = item_scores(self.found).campaign_item.tolist()
        gaps = [
            value - self.true[self.rows[pk].item_id]
            for pk, value in zip(pks, values.tolist(), strict=True)
            if self.rows[pk].item.question.full_mark == full
        ]
        return float(np.sqrt(np.mean(np.square(gaps))))

    def test_taking_severity_out_brings_every_question_nearer_to_the_truth(self):
        scores = item_scores(self.found)
        for full in FULL:
            assert self.off(scores.adjusted, full) < 1.02 * self.off(scores.mean, full), full
        assert self.off(scores.adjusted, 20) < 0.8 * self.off(scores.mean, 20)

    def test_the_page_of_an_item_says_the_same(self):
        scores = item_scores(self.found)
        listed = dict(zip(scores.campaign_item.tolist(), scores.adjusted.tolist(), strict=True))
        for pk in list(listed)[::40]:
            mark = adjusted(self.rows[pk], list(self.rows[pk].ratings.all()))[-1]
            assert abs(mark.adjusted - listed[pk]) < 1e-9

    def test_a_severe_rater_takes_the_share_off(self):
        added = adjustments(self.campaign, MARK, 20.0)
        assert abs(added[self.cast.bob.pk] - 1.6) < 0.25
        assert abs(adjustments(self.campaign, MARK, 5.0)[self.cast.bob.pk] - 0.4) < 0.07
