"""Bias of a judge: hand-computed values, degenerate cases, and coverage."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.judge_bias import length_effect, order_of, rank_correlation, shift_of


def test_a_shift_by_hand():
    """Differences 0, 1, −1, 2: mean ½, standard deviation √(5/3), t(3) = 3.18245."""
    found = shift_of([1, 1, 2, 1], [1, 2, 1, 3])
    assert (found.n, found.same, found.size) == (4, 1, 1.0)
    assert found.mean.estimate == 0.5
    half = 3.182446 * (5 / 3) ** 0.5 / 2
    assert (found.mean.low, found.mean.high) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-5)


def test_nothing_changed_is_known_for_certain():
    found = shift_of([1, 2, 3], [1, 2, 3])
    assert (found.same, found.mean.low, found.mean.high) == (3, 0, 0)


def test_too_few_items_have_no_interval():
    assert shift_of([], []).mean.reason == "too_few"
    one = shift_of([1], [2])
    assert (one.mean.estimate, one.mean.low, one.mean.reason) == (1, None, "too_few")


def test_changed_preferences_by_hand():
    """3 of 5 change. Wilson: centre (0.6 + z²/10) / (1 + z²/5), z = 1.959964."""
    pairs = [
        ("first", "first"), ("first", "second"), ("second", "first"), ("tie", "first"), ("tie", "tie"),
    ]  # fmt: skip
    found = order_of(pairs)
    assert (found.n, found.changed, found.for_first, found.for_second) == (5, 3, 1, 1)
    assert found.share.estimate == 0.6
    assert (found.share.low, found.share.high) == pytest.approx((0.230724, 0.882379), abs=1e-6)


def test_no_pairs_have_no_share():
    assert order_of([]).share.reason == "too_few"


def test_the_rank_correlation_by_hand():
    """Ranks 1–6 against 2, 1, 4, 3, 6, 5: Σd² = 6, so ρ = 1 − 36/210."""
    found = rank_correlation([10, 20, 30, 40, 50, 60], [2, 1, 4, 3, 6, 5])
    rho = 1 - 6 * 6 / (6 * 35)
    assert found.estimate == pytest.approx(rho)
    half = 1.959964 * ((1 + rho**2 / 2) / 3) ** 0.5
    assert found.low == pytest.approx(np.tanh(np.arctanh(rho) - half), abs=1e-6)


def test_what_never_varies_has_no_correlation():
    assert length_effect([1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6]).reason == "constant"
    assert length_effect([1, 2, 3], [1, 2, 3]).reason == "too_few"


def test_full_correlation_is_a_point():
    found = length_effect([1, 2, 3, 4, 5, 6], [1, 4, 9, 16, 25, 36])
    assert (found.estimate, found.low, found.high) == (1, 1, 1)


def test_the_interval_of_a_shift_covers_as_often_as_it_says():
    rng = np.random.default_rng(5)
    hits = 0
    for _trial in range(400):
        change = rng.normal(0.1, 0.3, 12)
        mean = shift_of(np.zeros(12), change).mean
        hits += mean.low <= 0.1 <= mean.high
    assert 0.92 <= hits / 400 <= 0.98
