"""MSE, R², correlations and adjacent agreement against scikit-learn, SciPy and Anscombe's quartet."""

from __future__ import annotations

import random

import pytest
from scipy import stats
from sklearn import metrics as sk

from grading.metrics import compute

RANDOM = random.Random(8)
REFERENCES = [RANDOM.choice([0, 0.5, 1, 2, 3]) for _i in range(200)]
PREDICTIONS = [r + RANDOM.choice([-1, 0, 0, 0, 0.5]) for r in REFERENCES]
ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
ANSCOMBE_Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("mse", lambda p, r: sk.mean_squared_error(r, p)),
        ("r2", lambda p, r: sk.r2_score(r, p)),
        ("pearson", lambda p, r: stats.pearsonr(p, r).statistic),
        ("spearman", lambda p, r: stats.spearmanr(p, r).statistic),
        ("adjacent", lambda p, r: sum(abs(a - b) <= 1 for a, b in zip(p, r, strict=True)) / len(p)),
    ],
)
def test_the_figures_are_those_of_others(name, known):
    found = compute(name, PREDICTIONS, REFERENCES)
    assert found.value == pytest.approx(known(PREDICTIONS, REFERENCES))
    assert found.n == 200


def test_anscombes_first_set_correlates_as_published():
    assert compute("pearson", ANSCOMBE_X, ANSCOMBE_Y).value == pytest.approx(0.816, abs=0.0005)


def test_kendall_counts_ties_as_tau_b():
    # 1-2 tie on the left; of 5 other pairs 4 agree and 1 does not: 3 / sqrt(5 · 6)
    assert compute("kendall", [1, 1, 2, 3], [1, 2, 4, 3]).value == pytest.approx(3 / 30**0.5)


def test_a_guess_worse_than_the_mean_has_a_negative_r2():
    assert compute("r2", [3, 2, 1], [1, 2, 3]).value == pytest.approx(-3)


@pytest.mark.parametrize(
    ("name", "predictions", "references", "reason"),
    [
        ("pearson", [1, 1, 1], [1, 2, 3], "one_side_constant"),
        ("spearman", [1, 2, 3], [2, 2, 2], "one_side_constant"),
        ("kendall", [1], [1], "too_few"),
        ("r2", [1, 2], [2, 2], "one_reference"),
        ("mse", [None], [1], "no_pairs"),
        ("adjacent", ["absent"], [1], "not_numbers"),
    ],
)
def test_what_is_undefined_says_why(name, predictions, references, reason):
    found = compute(name, predictions, references)
    assert (found.value, found.reason) == (None, reason)


def test_a_step_may_be_half_a_mark():
    assert compute("adjacent", [1, 2, 3], [1.5, 3, 3], step=0.5).value == pytest.approx(2 / 3)
