"""Raters who rated very different amounts, or a school subject alone: the truth is known, it has to be covered."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.design import simple_design
from grading.methods.estimation import Estimate, estimate_mean
from grading.methods.rater_panel import Ratings, panel

RUNS, ITEMS = 300, 2000


def estimates(loads: list[int], blocks: list[int], seed: int) -> list[tuple[Estimate, float]]:
    """Each item is rated once; severities and items are drawn anew in every run."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(RUNS):
        rater = rng.permutation(np.repeat(np.arange(len(loads)), loads))
        n = len(rater)
        true, severity = rng.normal(0.5, 0.15, ITEMS), rng.normal(0, 0.08, len(loads))
        drawn = rng.choice(ITEMS, n, replace=False)
        values = np.clip(true[drawn] + severity[rater] + rng.normal(0, 0.05, n), 0, 1)
        ratings = Ratings(np.arange(n), rater, values, np.array(blocks)[rater], n)
        found.append((estimate_mean(values, simple_design(n, ITEMS), ratings), float(true.mean())))
    return found


@pytest.mark.parametrize(
    ("loads", "blocks"),
    [
        ([100, 100, 2], [0, 0, 0]),
        ([198, 2], [0, 0]),
        ([190, 5, 5], [0, 0, 0]),
        ([100, 100, 1, 1, 1, 1], [0] * 6),
        ([17, 17, 16, 150], [0, 0, 0, 1]),
    ],
)
def test_raters_like_these_holds_where_few_raters_gave_most_ratings(loads: list[int], blocks: list[int]) -> None:
    runs = estimates(loads, blocks, 7)
    hits = [found.like.low <= truth <= found.like.high for found, truth in runs]
    assert np.mean(hits) > 0.93


def test_equal_loads_count_every_rater() -> None:
    rng = np.random.default_rng(2)
    rater = np.repeat(np.arange(4), 10)
    ratings = Ratings(np.arange(40), rater, rng.uniform(0, 1, 40), np.zeros(40, dtype=np.int64), 40)
    found = panel(ratings, np.full(40, 1 / 40), np.full(40, 0.5))
    assert found.degrees == pytest.approx(3)
    assert found.inflation == pytest.approx(4 / 3)


def test_raters_who_hardly_rated_hardly_count() -> None:
    rng = np.random.default_rng(2)
    rater = np.repeat(np.arange(4), [99, 99, 1, 1])
    ratings = Ratings(np.arange(200), rater, rng.uniform(0, 1, 200), np.zeros(200, dtype=np.int64), 200)
    found = panel(ratings, np.full(200, 1 / 200), np.full(200, 0.5))
    assert found.raters == 4
    assert found.degrees < 1.1
