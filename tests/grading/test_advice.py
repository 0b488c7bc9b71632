"""Whether the ratings that were asked for are enough, by simulation."""

from __future__ import annotations

import numpy as np

from grading.methods.design import simple_design
from grading.methods.interval import quantile
from grading.methods.survey import sample_mean
from grading.methods.what_decides import State, what_decides

PILOT, POPULATION = 60, 4000


def is_decided(values: np.ndarray, threshold: float) -> bool:
    found = sample_mean(values, simple_design(len(values), POPULATION))
    return abs(found.estimate - threshold) > quantile(0.95, found.degrees) * found.variance**0.5


def decided_after(gap: float, which: str) -> float:
    """Of the runs that stay undecided at 60 items with the estimate where the truth is: the
    share decided after as many more as `which` of the advice says."""
    rng, outcomes = np.random.default_rng(4), []
    for _ in range(400):
        y = rng.normal(size=POPULATION)
        y[:PILOT] += y.mean() - y[:PILOT].mean()
        threshold = y.mean() - gap
        found = sample_mean(y[:PILOT], simple_design(PILOT, POPULATION))
        state = State(gap, PILOT, POPULATION, found.variance, 0.0, 0, 0.0)
        advice = what_decides(state)
        more = advice.items if which == "plug_in" else advice.assured_items
        outcomes.append(is_decided(y[: PILOT + more], threshold))
    return float(np.mean(outcomes))


def test_assured_ratings_decide_four_times_in_five_and_more_often_than_plug_in() -> None:
    plug_in, assured = decided_after(0.15, "plug_in"), decided_after(0.15, "assured")
    assert assured >= 0.78
    assert plug_in < assured - 0.1
