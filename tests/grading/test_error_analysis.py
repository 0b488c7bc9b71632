"""Error analysis: largest errors, kinds of answers, which mark for which, like answers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grading.methods.error_analysis import (
    MarkedAnswer,
    by_name,
    by_range,
    confusions,
    largest,
    likeness,
    most_alike,
    overall,
)


def answers(pairs, **more) -> list[MarkedAnswer]:
    return [MarkedAnswer(i, given, wanted, **more) for i, (given, wanted) in enumerate(pairs)]


def test_the_largest_errors_are_those_of_the_largest_share_of_the_full_mark():
    small, large = MarkedAnswer(1, 1, 2, full=2), MarkedAnswer(2, 8, 6, full=10)
    unsure, sure = MarkedAnswer(3, 0, 1, full=4, confidence=0.4), MarkedAnswer(4, 0, 1, full=4, confidence=0.9)
    right = MarkedAnswer(5, 3, 3)
    assert [a.key for a in largest([right, unsure, large, sure, small])] == [1, 4, 3, 2]
    assert largest([small, large], tolerance=1) == [large]


def test_confusions_are_counted_with_their_share_of_the_deserved_mark():
    found = confusions(answers([(1, 2), (1, 2), (2, 2), (3, 2), (0, 0), (1, 0)]))
    assert [(c.wanted, c.given, c.count) for c in found] == [(2, 1, 2), (0, 1, 1), (2, 3, 1)]
    assert [c.share for c in found] == [0.5, 0.5, 0.25]


def test_a_kind_has_its_share_of_wrong_marks_with_wilsons_interval_and_its_bias():
    row = overall(answers([(1, 2), (4, 2), (2, 2), (3, 3)]))
    ends = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert (row.wrong, row.wrong_low, row.wrong_high) == pytest.approx((0.5, ends.low, ends.high))
    assert (row.n, row.error, row.bias) == (4, 0.75, 0.25)
    assert overall([]) is None


def test_names_come_worst_first_and_who_has_none_is_left_out():
    mine = [MarkedAnswer(i, g, 1, groups=groups) for i, (g, groups) in enumerate(
        [(1, {"class": "A"}), (2, {"class": "B"}), (1, {"class": "B"}), (5, {})]
    )]  # fmt: skip
    assert [(r.name, r.n) for r in by_name(mine, lambda a: a.groups.get("class"))] == [("B", 2), ("A", 1)]


def test_a_range_is_cut_into_quarters_in_order():
    mine = [MarkedAnswer(i, 0, 0, length=i) for i in range(40)]
    rows = by_range(mine, lambda a: float(a.length))
    assert [(r.low, r.high, r.n) for r in rows] == [(0, 9, 10), (10, 19, 10), (20, 29, 10), (30, 39, 10)]


@given(st.lists(st.integers(0, 5), max_size=30))
def test_quarters_part_nothing_that_is_equal_and_lose_nobody(lengths):
    rows = by_range([MarkedAnswer(i, 0, 0, length=n) for i, n in enumerate(lengths)], lambda a: float(a.length))
    assert sum(row.n for row in rows) == len(lengths)
    assert all(before.high < after.low for before, after in pairwise(rows))


def test_who_tells_no_confidence_is_in_no_row():
    assert by_range(answers([(1, 1)]), lambda a: a.confidence) == []


def test_likeness_is_dices_over_neighbouring_characters():
    assert likeness("night", "nacht") == 0.25  # ni ig gh ht, na ac ch ht
    assert likeness("工业 革命", "工业革命") == 1
    assert likeness("a", "a") == 0
    assert most_alike("工业革命", {1: "农业革命", 2: "工业革新", 3: "工业革命了"}) == (3, pytest.approx(6 / 7))
    assert most_alike("工业革命", {1: "完全不同"}) is None
