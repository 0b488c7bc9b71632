"""Best estimates where one rater never met another: how severe that one is stays unknown, and has to widen the interval."""

from __future__ import annotations

import numpy as np

from grading.item_estimates import item_estimates
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import raters_of

RUNS, ITEMS = 8, 80


class LoneRaterTests(ConcordTestCase):
    def test_the_intervals_of_a_rater_who_shares_no_answer_are_wider(self) -> None:
        """Bob and Carol mark 60 answers both, Frank 20 alone, 3 marks too severely or too leniently."""
        rng = np.random.default_rng(8)
        rubric = make.a_rubric(self.team, (1,), high=20, kind="points")
        hits = [hit for run in range(RUNS) for hit in self.covered(rubric, rng, 3.0 * (-1) ** run)]
        assert np.mean(hits) > 0.6  # .23 where severities passed for known; not .95, as all of Frank's answers err together

    def covered(self, rubric, rng: np.random.Generator, severity: float) -> list[bool]:
        question = make.a_question(make.a_dataset(self.team), full_mark=20)
        true = {item: float(rng.uniform(6, 14)) for item in make.items(question, ITEMS)}
        bob, carol, frank = raters_of(self.cast)
        campaign = make.a_campaign(question.dataset, rubric, [bob, carol, frank], kind="grading")
        given = []
        for place, row in enumerate(campaign.campaign_items.select_related("item").order_by("position")):
            for rater, off in ((frank, -severity),) if place % 4 == 0 else ((bob, -severity), (carol, severity)):
                mark = np.clip(round(true[row.item] + off + rng.normal(0, 1)), 0, 20)
                given.append((row, rater, {"c1": float(mark)}))
        make.ratings(given)
        machine = {item: one + rng.normal(0, 2) for item, one in true.items()}
        make.a_scorer(self.team, machine, f"grader {campaign.pk}")
        found = item_estimates(campaign, f"grader {campaign.pk}")
        alone = [row.item for row in campaign.campaign_items.select_related("item") if row.ratings.count() == 1]
        return [found[item.pk].low <= true[item] <= found[item.pk].high for item in alone]
