"""Values of a scale, and weights that sum to 100."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.methods.scales import number_text, scale_values, weights_to_hundred


@pytest.mark.parametrize(
    ("low", "high", "step", "values"),
    [
        (0, 2, 1, (0, 1, 2)),
        (0, 2, 0.5, (0, 0.5, 1, 1.5, 2)),
        (1, 5, 1, (1, 2, 3, 4, 5)),
        (-2, 2, 2, (-2, 0, 2)),
        (0, 1.5, 1, (0, 1, 1.5)),
        (0, 0.3, 0.1, (0, 0.1, 0.2, 0.3)),
        (0, 1, 3, (0, 1)),
    ],
)
def test_a_scale_runs_from_low_to_high(low, high, step, values):
    assert scale_values(low, high, step) == values


@pytest.mark.parametrize("scale", [(0, 0, 1), (2, 1, 1), (0, 1, 0), (0, 1, -1), (0, 1e9, 1), (0, float("inf"), 1), (0, 1, float("nan")), (0, 201, 1), (0, 4, 5e-324)])
def test_what_is_no_scale_is_refused(scale):
    with pytest.raises(ValueError, match=r"no scale|more than"):
        scale_values(*scale)


def test_a_hundred_by_halves_is_the_longest_scale():
    assert len(scale_values(0, 100, 0.5)) == 201


def test_tenths_end_exactly():
    assert scale_values(0, 1, 0.1)[-1] == 1.0
    assert len(scale_values(0, 1, 0.1)) == 11


@pytest.mark.parametrize(
    ("weights", "hundred"),
    [
        ([40, 30, 30], [40, 30, 30]),
        ([2, 1, 1], [50, 25, 25]),
        ([1, 1, 1], [34, 33, 33]),
        ([0, 0], [50, 50]),
        ([0, 5], [0, 100]),
        ([], []),
        ([1000, 1], [99.9, 0.1]),
    ],
)
def test_weights_keep_their_proportions(weights, hundred):
    assert weights_to_hundred(weights) == hundred


@pytest.mark.parametrize("weights", [[-1, 2], [float("nan")], [float("inf"), 1]])
def test_a_weight_that_is_none_is_refused(weights):
    with pytest.raises(ValueError, match="not negative"):
        weights_to_hundred(weights)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_weights_always_sum_to_exactly_a_hundred(weights):
    result = weights_to_hundred(weights)
    assert abs(sum(result) - 100) < 1e-9
    assert all(w >= 0 for w in result)
    order = sorted(range(len(weights)), key=lambda i: weights[i])
    assert all(result[a] <= result[b] + 1.0001 for a, b in pairwise(order))


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (0.5, "0.5"), (-1, "-1"), (1234567, "1234567"), (100, "100"), (-0.0, "0"), (1 / 3, "0.333333")])
def test_numbers_read_as_one_would_type_them(value, text):
    assert number_text(value) == text
