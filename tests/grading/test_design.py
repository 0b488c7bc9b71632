"""Designs turn residuals into variances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from annotations.methods.sampling_unequal import draw_unequal
from grading.methods.design import DesignProblem, simple_design, stratified_design, unequal_design
from grading.methods.hybrid import Auxiliary, difference_estimate
from grading.methods.survey import sample_mean


def test_a_simple_sample_has_the_textbook_variance_with_correction() -> None:
    values = np.array([0.1, 0.4, 0.5, 0.9])
    variance, degrees = simple_design(4, 10).variance(values - values.mean())
    assert variance == pytest.approx((1 - 4 / 10) * values.var(ddof=1) / 4)
    assert degrees == 3


def test_a_complete_sample_has_no_variance_over_its_own_items() -> None:
    values = np.array([0.1, 0.4, 0.5, 0.9])
    design = simple_design(4, 4)
    assert design.variance(values - values.mean())[0] == 0
    assert design.variance(values - values.mean(), is_finite=False)[0] > 0


def test_a_stratified_sample_adds_the_variances_of_its_strata() -> None:
    strata, sizes = ["a", "a", "b", "b", "b"], {"a": 20, "b": 80}
    values = np.array([0.2, 0.4, 0.6, 0.7, 0.9])
    design = stratified_design(strata, sizes)
    means = np.array([0.3, 0.3, *[np.mean([0.6, 0.7, 0.9])] * 3])
    expected = 0.2**2 * (1 - 2 / 20) * np.var([0.2, 0.4], ddof=1) / 2
    expected += 0.8**2 * (1 - 3 / 80) * np.var([0.6, 0.7, 0.9], ddof=1) / 3
    assert design.variance(values - means)[0] == pytest.approx(expected)
    assert (design.weights * values).sum() == pytest.approx(
        0.2 * 0.3 + 0.8 * np.mean([0.6, 0.7, 0.9])
    )


def test_a_stratum_with_one_item_is_joined_to_another() -> None:
    design = stratified_design(["a", "b", "b", "b"], {"a": 5, "b": 50})
    assert len(set(design.strata)) == 1
    assert design.variance(np.array([0.5, 0.1, -0.2, 0.1]))[0] > 0


def test_equal_probabilities_give_the_simple_mean_and_variance() -> None:
    values = np.array([0.1, 0.4, 0.5, 0.9])
    hajek, simple = unequal_design([0.4] * 4, 10), simple_design(4, 10)
    residuals = values - values.mean()
    assert hajek.weights == pytest.approx(simple.weights)
    assert hajek.variance(residuals)[0] == pytest.approx(simple.variance(residuals)[0])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: simple_design(1, 9), "too_few_items"),
        (lambda: simple_design(9, 5), "population_too_small"),
        (lambda: unequal_design([0.5, 0.0], 9), "bad_probabilities"),
        (lambda: unequal_design([0.5, math.nan], 9), "bad_probabilities"),
        (lambda: unequal_design([0.5, 1.5], 9), "bad_probabilities"),
        (lambda: stratified_design(["a", "a"], {"a": 5, "b": 5}), "empty_stratum"),
    ],
)
def test_what_cannot_be_a_design_says_why(make, code: str) -> None:
    with pytest.raises(DesignProblem) as problem:
        make()
    assert problem.value.code == code


def test_hajek_covers_where_the_naive_mean_is_lost() -> None:
    """Sampling low values more often: weights bring the truth back."""
    rng, hits, naive = np.random.default_rng(3), 0, 0
    truth = rng.uniform(0, 1, 2000)
    chances = np.where(truth < 0.5, 0.1, 0.02)
    for _ in range(300):
        rows = np.flatnonzero(rng.random(2000) < chances)
        design = unequal_design(chances[rows], 2000)
        mean = (design.weights * truth[rows]).sum()
        half = 1.97 * math.sqrt(design.variance(truth[rows] - mean)[0])
        hits += abs(mean - truth.mean()) <= half
        plain = truth[rows]
        naive += abs(plain.mean() - truth.mean()) <= 1.97 * plain.std() / math.sqrt(len(rows))
    assert hits / 300 >= 0.92
    assert naive / 300 < 0.05


def test_samples_drawn_by_a_score_cover_with_and_without_the_score() -> None:
    """Fixed-size draws as campaigns make them, small and where the score foresees the spread."""
    rng, runs = np.random.default_rng(5), 400
    doubt = rng.gamma(1.5, 1.0, 500)
    truth = np.clip(0.7 + 0.1 * doubt * rng.normal(size=500), 0, 1)
    helper = truth + rng.normal(0, 0.1, 500)
    keys, hits = [f"item {i}" for i in range(500)], {"plain": 0, "helped": 0}
    for seed in range(runs):
        sample = draw_unequal(keys, doubt, 50, seed)
        design = unequal_design(sample.probability.tolist(), 500)
        values = truth[sample.index]
        helped = difference_estimate(values, Auxiliary(helper[sample.index], helper), design)
        for name, found in (("plain", sample_mean(values, design)), ("helped", helped)):
            half = stdtrit(found.degrees, 0.975) * math.sqrt(found.variance)
            hits[name] += abs(found.estimate - truth.mean()) <= half
    assert min(hits.values()) / runs >= 0.92
