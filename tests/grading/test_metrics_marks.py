"""QWK, MAE and RMSE against scikit-learn and a published table."""

from __future__ import annotations

import random

import pytest
from sklearn import metrics as sk

from grading.metrics import compute, per_item

RANDOM = random.Random(5)
REFERENCES = RANDOM.choices(range(5), k=300)
PREDICTIONS = [min(4, max(0, r + RANDOM.choice([0, 0, 0, 1, -1]))) for r in REFERENCES]


def test_qwk_is_scikit_learns():
    reference = sk.cohen_kappa_score(REFERENCES, PREDICTIONS, weights="quadratic")
    assert compute("qwk", PREDICTIONS, REFERENCES).value == pytest.approx(reference)


def test_qwk_of_the_two_abstractors_is_the_published_value():
    """Gwet's 3 × 3 table of two abstractors: quadratic weighted kappa .892."""
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    pairs = [(i, j) for i in range(3) for j in range(3) for _n in range(table[i][j])]
    result = compute("qwk", [b for _a, b in pairs], [a for a, _b in pairs])
    assert result.value == pytest.approx(0.892, abs=0.0005)


def test_qwk_knows_half_marks_and_unused_marks():
    assert compute("qwk", [0, 1.5, 8], [0, 2, 8]).value == pytest.approx(
        1 - 0.25 / sum((p - r) ** 2 for p in (0, 1.5, 8) for r in (0, 2, 8)) * 3
    )


def test_errors_are_scikit_learns():
    assert compute("mae", PREDICTIONS, REFERENCES).value == pytest.approx(
        sk.mean_absolute_error(REFERENCES, PREDICTIONS)
    )
    assert compute("rmse", PREDICTIONS, REFERENCES).value == pytest.approx(
        sk.root_mean_squared_error(REFERENCES, PREDICTIONS)
    )


def test_mae_tells_the_direction_too():
    assert compute("mae", [1, 1], [2, 2]).detail["bias"] == -1


def test_one_value_on_both_sides_is_undefined_for_qwk():
    result = compute("qwk", [2, 2, 2], [2, 2, 2])
    assert (result.value, result.reason) == (None, "one_value")


@pytest.mark.parametrize("name", ["qwk", "mae", "rmse"])
def test_a_text_among_marks_makes_it_undefined(name):
    result = compute(name, [1, "absent"], [1, 2])
    assert (result.value, result.reason) == (None, "not_numbers")


@pytest.mark.parametrize("huge", [10**400, float("inf"), float("-inf")])
def test_a_number_that_no_mark_can_be_makes_it_undefined(huge):
    found = compute("mae", [huge, float("inf")], [1, 2])
    assert (found.value, found.reason) == (None, "not_numbers")


def test_each_item_has_its_error():
    assert per_item("mae", [1, "x", None, 3], [2, 2, 2, "2.5"]) == [1, None, None, 0.5]
    assert per_item("qwk", [1], [1]) is None
