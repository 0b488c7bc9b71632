"""What automatic scores were worth: several of them joined, beside the other methods."""

from __future__ import annotations

import numpy as np

from grading.actions.verdict import compute_verdict
from grading.models import DecisionPolicy
from grading.verdict_worth import chosen, worth_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import an_evaluation


class Worth(ConcordTestCase):
    def test_several_scores_are_joined_and_every_method_stands_beside_it(self) -> None:
        campaign = an_evaluation(self.cast, n=40, quality={"good": 3.0})
        rng = np.random.default_rng(2)
        items = list(campaign.dataset.items.all())
        judges = [
            make.a_scorer(
                self.team,
                {item: item.metadata["true"] + rng.normal(0, 0.6) for item in items},
                name,
                scale="score",
            )
            for name in ("judge", "metric")
        ]
        with make.as_draft(campaign):
            DecisionPolicy.objects.filter(campaign=campaign).update(
                auxiliary=judges[0], further_auxiliaries=[judges[1].pk]
            )
        estimate = compute_verdict(campaign=campaign, candidate="good", by=None).evidence["estimate"]
        found = worth_of(estimate)
        assert found["name"] == "judge, metric"
        assert 0 < found["saved"] <= found["cap"] <= 1
        assert chosen(estimate) == "ridge_crossfit"
        names = [row["name"] for row in estimate["alternatives"]]
        assert names == ["human_only", "regression", "ridge_crossfit", "ppi", "ppi_plus_plus"]
        decides = next(row for row in estimate["alternatives"] if row["name"] == "ridge_crossfit")
        like = estimate["intervals"]["like"]
        assert (decides["low"], decides["high"]) == (like["low"], like["high"])
