"""Sharpe ratio and boxes: worked examples."""

from __future__ import annotations

import statistics

import pytest

from grading.methods.metrics_domain import box_map, iou, mean_iou, sharpe_ratio

RETURNS = [0.02, -0.01, 0.03, 0.005, 0.015]


def test_the_sharpe_ratio_by_hand():
    above = [r - 0.001 for r in RETURNS]
    known = statistics.mean(above) / statistics.stdev(above) * 12**0.5
    assert sharpe_ratio(RETURNS, risk_free=0.001, periods=12).value == pytest.approx(known)


@pytest.mark.parametrize(
    ("returns", "reason"),
    [([0.01], "too_few"), ([0.01, 0.01], "one_value"), ([0.01, "much"], "not_numbers")],
)
def test_returns_that_have_no_ratio_say_why(returns, reason):
    assert sharpe_ratio(returns).reason == reason


def test_overlap_of_boxes():
    assert iou((0, 0, 2, 2), (1, 1, 3, 3)) == pytest.approx(1 / 7)
    assert iou((0, 0, 1, 1), (2, 2, 3, 3)) == 0
    assert mean_iou([(0, 0, 2, 2)], [(0, 0, 2, 2)]).value == 1


def test_precision_of_boxes_by_hand():
    """Two wanted; the surest find is right, the second wrong, the third right: precision 1 up to
    half the recall, 2/3 beyond. Of the 101 recalls 51 are at most one half."""
    wanted = [("1", "cat", (0, 0, 10, 10)), ("2", "cat", (0, 0, 10, 10))]
    found = [
        ("1", "cat", 0.9, (0, 0, 10, 10)),
        ("1", "cat", 0.8, (20, 20, 30, 30)),
        ("2", "cat", 0.7, (0, 0, 10, 10)),
    ]
    assert box_map(found, wanted).value == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_a_box_that_overlaps_by_three_quarters_counts_up_to_that_threshold():
    wanted = [("1", "cat", (0, 0, 10, 10))]
    found = box_map([("1", "cat", 0.9, (0, 0, 10, 7.6))], wanted)
    assert found.detail["by_threshold"]["0.75"] == 1
    assert found.detail["by_threshold"]["0.8"] == 0
    assert found.value == pytest.approx(6 / 10)


def test_one_wanted_box_is_found_once():
    wanted = [("1", "cat", (0, 0, 10, 10))]
    twice = [("1", "cat", 0.9, (0, 0, 10, 10)), ("1", "cat", 0.95, (0, 0, 10, 10))]
    assert box_map(twice, wanted).value == 1
    assert box_map([], wanted).value == 0
    assert box_map(twice, []).reason == "no_pairs"
