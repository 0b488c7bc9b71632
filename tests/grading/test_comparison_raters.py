"""Whether other raters would see two versions so too."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.comparison import compare
from grading.methods.comparison_raters import Sides, paired_ratings
from grading.methods.design import simple_design
from grading.methods.rater_panel import Ratings


def scored(who, qualities, rng, severity, preference):
    """Both versions of n pairs, each scored once by `who[side]`: ratings and differences."""
    sides = []
    for sign, rater, quality in zip((1, -1), who, qualities, strict=True):
        value = quality + severity[rater] + sign * preference[rater] / 2 + rng.normal(0, 0.05, len(quality))
        zero = np.zeros(len(quality), dtype=np.int64)
        sides.append(Ratings(np.arange(len(quality)), rater, value, zero, len(quality)))
    return Sides(*sides), sides[0].value - sides[1].value


def a_comparison(raters: int, preference: float, seed: int = 1, n: int = 60, severity: float = 0.2):
    """The same rater scores both sides; A is better by .1."""
    rng = np.random.default_rng(seed)
    who = np.arange(n) % raters
    hard = rng.normal(0, 0.2, n)
    severities = severity * rng.normal(size=raters)
    prefers = preference * rng.normal(size=raters)
    sides, differences = scored((who, who), (hard + 0.1, hard), rng, severities, prefers)
    return compare(differences, simple_design(n, 600), sides=sides, flips=99)


def test_severity_falls_out_where_each_rater_scores_both_sides() -> None:
    harsh, alike = a_comparison(6, 0.0), a_comparison(6, 0.0, severity=0.0)
    assert harsh.like.high - harsh.like.low == pytest.approx(alike.like.high - alike.like.low)


def test_raters_who_prefer_differently_widen_it_and_not_that_of_these_raters() -> None:
    alike, apart = a_comparison(6, 0.0), a_comparison(6, 0.2)
    assert apart.like.high - apart.like.low > 2 * (alike.like.high - alike.like.low)
    assert apart.like.low < apart.low < apart.difference < apart.high < apart.like.high


def test_two_raters_tell_little_about_others() -> None:
    few, many = ([a_comparison(raters, 0.1, seed).like for seed in range(9)] for raters in (2, 10))
    assert {one.degrees for one in few} == {1}
    widths = [np.median([one.high - one.low for one in found]) for found in (few, many)]
    assert widths[0] > 3 * widths[1]


def test_one_rater_tells_nothing_about_others() -> None:
    found = a_comparison(1, 0.0)
    assert found.low is not None
    assert (found.like.low, found.like.reason) == (None, "one_rater")


def test_a_rater_for_each_side_cannot_be_told_from_the_versions() -> None:
    rng = np.random.default_rng(2)
    zero = np.zeros(40, dtype=np.int64)
    quality = rng.normal(0, 0.2, 40)
    sides, differences = scored(
        (zero, zero + 1), (quality, quality), rng, np.array([0.3, -0.3]), np.zeros(2)
    )
    found = compare(differences, simple_design(40, 400), sides=sides, flips=99)
    assert found.low > 0, "these raters make A look better"
    assert found.like.reason == "one_rater"


def test_severity_counts_where_a_rater_scored_more_of_one_side() -> None:
    rng = np.random.default_rng(3)
    n, severity = 200, np.array([0.3, -0.2, 0.1, -0.3])
    quality = rng.normal(0, 0.1, n)
    even = rng.integers(0, 4, n), rng.integers(0, 4, n)
    uneven = rng.choice(4, n, p=[0.4, 0.1, 0.4, 0.1]), rng.choice(4, n, p=[0.1, 0.4, 0.1, 0.4])
    widths = []
    for who in (even, uneven):
        sides, differences = scored(who, (quality, quality), rng, severity, np.zeros(4))
        found = compare(differences, simple_design(n, 2000), sides=sides, flips=99)
        widths.append(found.like.high - found.like.low)
        assert found.like.low < 0 < found.like.high
    assert widths[1] > 1.5 * widths[0]


def test_without_single_ratings_it_says_so() -> None:
    found = compare(np.array([0.1, 0.3, 0.2]), simple_design(3, 30), flips=99)
    assert (found.like.low, found.like.reason) == (None, "none_given")


def test_definitive_scores_leave_the_raters_no_part() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    none = Ratings(nothing, nothing, np.zeros(0), nothing, 30)
    differences = np.random.default_rng(4).normal(0.1, 0.2, 30)
    found = compare(differences, simple_design(30, 300), sides=Sides(none, none), flips=99)
    assert (found.like.low, found.like.high) == (pytest.approx(found.low), pytest.approx(found.high))


def test_the_raters_shares_of_a_pair_have_its_difference_as_their_mean() -> None:
    rng = np.random.default_rng(5)
    who = rng.integers(0, 4, 30), rng.integers(0, 4, 30)
    sides, differences = scored(who, (rng.normal(0, 1, 30),) * 2, rng, np.zeros(4), np.zeros(4))
    paired = paired_ratings(sides, np.full(30, 1 / 30))
    counts = np.bincount(paired.item, minlength=30)
    assert np.bincount(paired.item, weights=paired.value) / counts == pytest.approx(differences)


def test_swapping_the_versions_turns_the_interval_around() -> None:
    rng = np.random.default_rng(6)
    who = rng.integers(0, 5, 50), rng.integers(0, 5, 50)
    sides, differences = scored(who, (rng.normal(0, 1, 50),) * 2, rng, np.zeros(5), np.ones(5))
    one = compare(differences, simple_design(50, 500), sides=sides, flips=99).like
    other = compare(-differences, simple_design(50, 500), sides=Sides(sides.b, sides.a), flips=99).like
    assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))
