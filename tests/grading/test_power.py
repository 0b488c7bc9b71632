"""The warning before rating starts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from grading.methods.design import simple_design
from grading.methods.estimation import estimate_mean
from grading.methods.power import detectable_difference, rate_sd
from grading.methods.rater_panel import Ratings


def test_without_raters_it_is_the_textbook_formula() -> None:
    found = detectable_difference(100, item_sd=0.2, noise_sd=0)
    assert found.half_width == pytest.approx(stats.t.ppf(0.975, 99) * 0.02)


def test_more_items_cannot_beat_the_raters_floor() -> None:
    found = detectable_difference(1_000_000, raters=5, item_sd=1, rater_sd=0.3, noise_sd=0)
    assert found.raters_floor == pytest.approx(0.372, abs=0.001)  # .37 item SD
    assert found.half_width == pytest.approx(found.raters_floor, rel=0.01)


def test_a_census_leaves_only_raters_and_noise() -> None:
    found = detectable_difference(
        50, population=50, raters=5, ratings_per_item=5, noise_sd=0, rater_sd=0.05
    )
    assert found.half_width == pytest.approx(found.raters_floor)


def test_a_good_metric_narrows_and_a_larger_sample_narrows() -> None:
    plain = detectable_difference(60, raters=8)
    assert detectable_difference(60, raters=8, correlation=0.8).difference < plain.difference
    assert detectable_difference(240, raters=8).difference < plain.difference


@pytest.mark.parametrize(
    ("n", "raters", "reason"),
    [(1, 5, "too_few_items"), (0, None, "too_few_items"), (9, 1, "one_rater")],
)
def test_what_cannot_be_said_has_a_reason(n: int, raters: int | None, reason: str) -> None:
    found = detectable_difference(n, raters=raters)
    assert (found.difference, found.half_width, found.reason) == (None, None, reason)


def test_the_promised_power_comes_out_in_simulation() -> None:
    found = detectable_difference(80, item_sd=0.2, noise_sd=0)
    rng = np.random.default_rng(7)
    draws = rng.normal(0.7 + found.difference, 0.2, size=(2000, 80))
    half = stats.t.ppf(0.975, 79) * draws.std(axis=1, ddof=1) / math.sqrt(80)
    assert np.mean(draws.mean(axis=1) - half > 0.7) == pytest.approx(0.8, abs=0.03)


def test_a_rates_spread_is_largest_in_the_middle() -> None:
    assert rate_sd(0.5) == 0.5
    assert rate_sd(1.0) == 0.0


@pytest.mark.parametrize(("n", "raters", "k", "population"), [(50, 3, 2, 1000), (50, 2, 1, 1000), (60, 10, 1, 60)])
def test_the_promised_power_comes_out_with_raters_of_whom_there_are_few(n, raters, k, population) -> None:
    """Against verdicts' own intervals; with two raters the half width varies by as much as it is."""
    spreads = {"item_sd": 0.1, "rater_sd": 0.03, "noise_sd": 0.048}
    found = detectable_difference(n, population=population, raters=raters, ratings_per_item=k, **spreads)
    rng, item, settled = np.random.default_rng(3), np.repeat(np.arange(n), k), []
    for _run in range(400):
        true, severity = 0.5 + rng.normal(0, 0.1, population), rng.normal(0, 0.03, raters)
        rater = ((rng.permutation(np.arange(n) % raters)[:, None] + np.arange(k)) % raters).ravel()
        given = np.clip(true[:n][item] + severity[rater] + rng.normal(0, 0.048, n * k), 0, 1)
        ratings = Ratings(item, rater, given, np.zeros(n * k, dtype=np.int64), n)
        like = estimate_mean(np.bincount(item, given) / k, simple_design(n, population), ratings).like
        settled.append(like.low > true.mean() - found.difference)
    assert np.mean(settled) == pytest.approx(0.8, abs=0.04)
