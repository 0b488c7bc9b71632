"""Comparing a rater with the definitive scores."""

from __future__ import annotations

import pytest

from annotations.methods.qualification import compare, qualify


def test_exactly_at_the_tolerance_is_within():
    assert compare({"a": 3, "b": 5}, {"a": 4, "b": 4}, 1).is_within
    assert compare({"a": 0.1 + 0.2}, {"a": 0.2}, 0.1).is_within


def test_one_criterion_out_is_out():
    result = compare({"a": 4, "b": 2}, {"a": 4, "b": 4}, 1)
    assert not result.is_within
    assert result.deviations == {"a": 0, "b": -2}


def test_a_score_left_out_is_out():
    result = compare({"a": 4}, {"a": 4, "b": 4}, 5)
    assert not result.is_within
    assert result.deviations == {"a": 0, "b": None}


def test_a_criterion_without_a_definitive_score_is_not_compared():
    assert compare({"a": 4, "b": 0}, {"a": 4}, 0).is_within


@pytest.mark.parametrize(("within", "needed", "passed"), [(4, 0.8, True), (3, 0.8, False), (0, 0, True)])
def test_the_share_decides(within, needed, passed):
    outcome = qualify([True] * within + [False] * (5 - within), needed)
    assert (outcome.share, outcome.is_passed) == (within / 5, passed)


def test_an_empty_set_passes_without_a_share():
    assert qualify([], 1).share is None
    assert qualify([], 1).is_passed


def test_a_third_reaches_a_third():
    assert qualify([True, False, False], 1 / 3).is_passed
    assert qualify([True] * 7 + [False] * 3, 0.7).is_passed
