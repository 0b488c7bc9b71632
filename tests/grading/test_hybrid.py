"""The regression estimator and what a metric is worth."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.design import simple_design, stratified_design, unequal_design
from grading.methods.hybrid import Auxiliary, regression_estimate, worth
from grading.methods.survey import sample_mean

Y = np.array([0.2, 0.4, 0.5, 0.7, 0.9, 0.6])
F = np.array([1.0, 2.0, 2.5, 3.5, 4.0, 3.5])
ALL = np.concatenate([F, [1.0, 4.5, 3.0, 2.0, 5.0, 2.2]])


def test_the_numbers_are_those_of_the_formula() -> None:
    found = regression_estimate(Y, Auxiliary(F, ALL), simple_design(6, 12))
    away, sff = F - F.mean(), ((F - F.mean()) ** 2).sum()
    b = (away * (Y - Y.mean())).sum() / sff
    gains = 1 / 6 + away * (ALL.mean() - F.mean()) / sff
    residuals = (Y - Y.mean() - b * away) / (1 - (1 / 6 + away**2 / sff))
    assert found.estimate == pytest.approx(Y.mean() + b * (ALL.mean() - F.mean()))
    expected = (gains**2 * residuals**2).sum() + b**2 * ALL.var() / 12
    assert found.variance_beyond == pytest.approx(expected)
    assert found.degrees == 4


def test_for_these_items_alone_a_complete_sample_has_nothing_left() -> None:
    found = regression_estimate(Y, Auxiliary(F, F), simple_design(6, 6))
    assert found.estimate == pytest.approx(Y.mean())
    assert found.variance == pytest.approx(0, abs=1e-12)


def test_shifting_and_stretching_the_metric_changes_nothing() -> None:
    one = regression_estimate(Y, Auxiliary(F, ALL), simple_design(6, 12))
    two = regression_estimate(Y, Auxiliary(7 - 3 * F, 7 - 3 * ALL), simple_design(6, 12))
    assert two.estimate == pytest.approx(one.estimate)
    assert two.variance == pytest.approx(one.variance)


def test_permuting_the_items_changes_nothing() -> None:
    order = np.array([3, 0, 5, 1, 4, 2])
    one = regression_estimate(Y, Auxiliary(F, ALL), simple_design(6, 12))
    two = regression_estimate(Y[order], Auxiliary(F[order], ALL), simple_design(6, 12))
    assert two.variance == pytest.approx(one.variance)


def test_weighted_samples_use_the_difference_estimator() -> None:
    design = unequal_design([0.5, 0.5, 0.2, 0.5, 0.2, 0.5], 12)
    found = regression_estimate(Y, Auxiliary(F, ALL), design)
    assert found.method == "difference_estimator"
    strata = stratified_design(list("aabbbb"), {"a": 5, "b": 7})
    assert regression_estimate(Y, Auxiliary(F, ALL), strata).method == "difference_estimator"


def test_equal_weights_give_the_same_estimate_both_ways() -> None:
    simple = regression_estimate(Y, Auxiliary(F, ALL), simple_design(6, 12))
    weighted = regression_estimate(Y, Auxiliary(F, ALL), unequal_design([0.5] * 6, 12))
    assert weighted.estimate == pytest.approx(simple.estimate)


@pytest.mark.parametrize(
    ("values", "scores", "population", "reason"),
    [
        (Y, np.full(6, 3.0), np.full(12, 3.0), "constant_score"),
        (np.full(6, 0.5), F, ALL, "constant_ratings"),
        (Y, F, np.append(ALL[:-1], np.nan), "incomplete"),
        (Y, F[:5], ALL, "incomplete"),
        (Y[:4], F[:4], ALL, "too_few_items"),
        (Y, Y * 10, np.tile(Y, 2), "perfect_fit"),
        (Y, np.array([3.0, 1.0, 2.0, 3.0, 2.0, 1.5]), ALL, "weak"),
    ],
)
def test_a_metric_that_cannot_help_is_switched_off_with_its_reason(
    values, scores, population, reason
) -> None:
    found = worth(values, Auxiliary(scores, population), simple_design(len(values), 12))
    assert (found.is_used, found.reason) == (False, reason)


def test_no_metric_is_a_reason_too() -> None:
    assert worth(Y, None, simple_design(6, 12)).reason == "none_given"


def test_a_good_metric_saves_about_its_squared_correlation() -> None:
    rng = np.random.default_rng(5)
    f = rng.normal(size=4000)
    y = np.clip(0.5 + 0.1 * (0.9 * f + np.sqrt(1 - 0.81) * rng.normal(size=4000)), 0, 1)
    rows = rng.choice(4000, 200, replace=False)
    design = simple_design(200, 4000)
    plain = sample_mean(y[rows], design).variance
    helped = regression_estimate(y[rows], Auxiliary(f[rows], f), design).variance
    assert 1 - helped / plain == pytest.approx(0.81, abs=0.06)
    assert worth(y[rows], Auxiliary(f[rows], f), design).saved == pytest.approx(0.81, abs=0.06)
