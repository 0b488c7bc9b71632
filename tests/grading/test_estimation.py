"""Estimates with an interval for each thing they speak for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from grading.methods.design import simple_design
from grading.methods.estimation import estimate_mean
from grading.methods.hybrid import Auxiliary
from grading.methods.interval import clopper_pearson_interval, wilson_interval
from grading.methods.rater_panel import Ratings, panel
from tests.grading.simulate import World, definitive, draw, ratings_of


def coverage(world: World, runs: int, which: str) -> float:
    rng, hits = np.random.default_rng(11), 0
    for _ in range(runs):
        found, truth = draw(world, rng)
        interval = getattr(found, which)
        hits += interval.low <= truth <= interval.high
    return hits / runs


def test_definitive_scores_get_the_students_t_interval() -> None:
    values = np.array([0.2, 0.4, 0.5, 0.7, 0.9])
    found = estimate_mean(values, simple_design(5, 50), definitive(5))
    half = stats.t.ppf(0.975, 4) * math.sqrt((1 - 5 / 50) * values.var(ddof=1) / 5)
    assert found.like == found.these
    assert found.like.low == pytest.approx(values.mean() - half)
    assert found.panel.reason == "no_raters"


def test_raters_like_these_widen_the_interval() -> None:
    found, _ = draw(World(), np.random.default_rng(1))
    assert found.like.high - found.like.low > found.these.high - found.these.low
    assert found.beyond.high - found.beyond.low >= found.like.high - found.like.low


def test_a_single_rater_cannot_speak_for_raters_like_her() -> None:
    values = np.array([0.2, 0.4, 0.5, 0.7, 0.9])
    found = estimate_mean(values, simple_design(5, 50), ratings_of(values, 1))
    assert (found.like.low, found.like.reason) == (None, "one_rater")
    assert found.these.is_known


@pytest.mark.parametrize("population", [100, 20])
@pytest.mark.parametrize("value", [1.0, 0.0, 0.8])
def test_items_that_are_all_the_same_are_not_certainty(value: float, population: int) -> None:
    values = np.full(20, value)
    found = estimate_mean(values, simple_design(20, population), ratings_of(values))
    assert found.like.high - found.like.low > 0.05
    assert found.value == value


def test_a_complete_sample_of_definitive_scores_is_exact() -> None:
    values = np.array([1.0, 1.0, 0.0, 1.0])
    found = estimate_mean(values, simple_design(4, 4), definitive(4))
    assert (found.like.low, found.like.high) == (0.75, 0.75)
    assert found.beyond.low < 0.75


@pytest.mark.parametrize("bad", [math.nan, math.inf, -0.1, 1.1])
def test_a_value_off_the_scale_is_an_error(bad: float) -> None:
    values = np.array([0.2, bad, 0.5])
    with pytest.raises(ValueError, match="values are numbers"):
        estimate_mean(values, simple_design(3, 9), definitive(3))


def test_ends_stay_on_the_scale() -> None:
    values = np.array([0.99, 1.0, 0.2, 1.0])
    found = estimate_mean(values, simple_design(4, 900), ratings_of(values, 2))
    assert found.like.low >= 0
    assert found.like.high <= 1


def test_permuting_raters_and_items_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    item, rater = np.repeat(np.arange(12), 2), np.array([i % 4 for i in range(24)])
    value = rng.uniform(0, 1, 24)
    means, zeros = np.bincount(item, weights=value) / 2, np.zeros(24, dtype=np.int64)
    one = estimate_mean(means, simple_design(12, 60), Ratings(item, rater, value, zeros, 12))
    swap, names = rng.permutation(12), rng.permutation(4)
    order = rng.permutation(24)
    moved = Ratings(swap[item][order], names[rater][order], value[order], zeros, 12)
    shuffled = np.empty(12)
    shuffled[swap] = means
    two = estimate_mean(shuffled, simple_design(12, 60), moved)
    assert two.like.low == pytest.approx(one.like.low)


def test_raters_of_different_subjects_are_not_compared() -> None:
    """Two subjects of different difficulty, two raters each: no severity between subjects."""
    item, rater = np.repeat(np.arange(40), 2), np.tile([0, 1], 40)
    rater[40:] += 2
    block = (item >= 20).astype(np.int64)
    value = np.where(block == 1, 0.9, 0.3) + np.tile([0.0, 0.01], 40)
    weights, fitted = np.full(40, 1 / 40), np.full(40, 0.6)
    apart = panel(Ratings(item, rater, value, block, 40), weights, fitted)
    mixed = panel(Ratings(item, rater, value, np.zeros_like(block), 40), weights, fitted)
    assert apart.degrees == 2
    assert apart.rater_sd == pytest.approx(0.00707, abs=0.0005)
    assert mixed.rater_sd > 0.2


def test_the_severity_spread_is_found_again() -> None:
    rng = np.random.default_rng(4)
    severity = rng.normal(0, 0.1, 40)
    item, rater = np.repeat(np.arange(400), 2), rng.integers(0, 40, 800)
    value = rng.normal(0.5, 0.15, 400)[item] + severity[rater] + rng.normal(0, 0.05, 800)
    found = panel(
        Ratings(item, rater, value, np.zeros(800, dtype=np.int64), 400),
        np.full(400, 1 / 400),
        np.full(400, value.mean()),
    )
    assert found.rater_sd == pytest.approx(severity.std(ddof=1), rel=0.2)


def test_published_intervals_of_a_rate() -> None:
    """Newcombe 1998, table I: 81 of 263 and 0 of 20."""
    wilson = wilson_interval(81 / 263, 263, 262, stats.norm.ppf(0.975))
    assert (wilson.low, wilson.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    exact = clopper_pearson_interval(0, 20, 0.95)
    assert (exact.low, exact.high) == pytest.approx((0, 0.1684), abs=5e-5)


def test_a_rate_near_one_is_covered() -> None:
    rng, plain, helped, runs = np.random.default_rng(9), 0, 0, 300
    for _ in range(runs):
        truth = (rng.random(3000) < 0.97).astype(float)
        scores = truth + rng.normal(0, 0.5, 3000)
        rows = rng.choice(3000, 30, replace=False)
        design, y = simple_design(30, 3000), truth[rows]
        auxiliary = Auxiliary(scores[rows], scores)
        for index, given in enumerate((None, auxiliary)):
            found = estimate_mean(y, design, definitive(30), auxiliary=given).these
            hit = found.low <= truth.mean() <= found.high
            plain, helped = plain + (hit and not index), helped + (hit and index)
    assert plain / runs >= 0.92
    assert helped / runs >= 0.92


@pytest.mark.parametrize(
    "world",
    [
        World(n=60, overlap=2),
        World(n=60, overlap=1),
        World(n=100, overlap=5, rho=0.7),
        World(n=100, population=200, overlap=2),
        World(n=80, population=80, overlap=2),
    ],
)
def test_the_interval_for_raters_like_these_covers(world: World) -> None:
    assert coverage(world, 150, "like") >= 0.90


@pytest.mark.parametrize("overlap", [1, 2])
def test_two_raters_are_enough_for_an_honest_interval(overlap: int) -> None:
    world = World(n=60, raters=2, overlap=overlap, rater_sd=0.03)
    assert coverage(world, 150, "like") >= 0.93


def test_two_raters_who_agree_do_not_make_it_useless() -> None:
    rng = np.random.default_rng(8)
    values = rng.uniform(0.6, 0.9, 60)
    found = estimate_mean(values, simple_design(60, 600), ratings_of(values, 2))
    assert found.like.high - found.like.low < 0.06


def test_the_interval_for_these_raters_alone_does_not_cover_the_others() -> None:
    """The trap: with five raters it misses far more often than one time in twenty."""
    assert coverage(World(n=200), 150, "these") < 0.8


def test_the_regression_estimator_covers_without_rater_variance() -> None:
    world = World(n=60, rater_sd=0.0, rho=0.7)
    assert 0.91 <= coverage(world, 300, "these") <= 0.99
