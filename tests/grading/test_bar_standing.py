"""Markers against the bar."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from grading.methods.bar_standing import chance_of_drawn, standing
from grading.methods.exam_guarantee import Bar
from tests.annotations.test_agreement_real_data import CESA, needs, rows_of

RNG = np.random.default_rng(8)


def test_the_chance_of_a_drawn_class_is_that_of_counting_all_classes() -> None:
    counts = np.array([0, 0, 0, 1, 1, 2, 3, 0, 5])
    classes = list(combinations(counts, 4))
    for allowed in (0, 1, 3, 6, 9, 11, 20):
        kept = np.mean([sum(papers) <= allowed for papers in classes])
        assert chance_of_drawn(counts, 4, allowed) == pytest.approx(kept)


def test_the_bounds_are_those_of_the_exact_binomial() -> None:
    marks = np.array([1.0] * 5 + [2.0] * 45)
    found = standing(marks, np.full(50, 2.0), Bar())
    assert (found.marks, found.wrong, found.missing) == (50, 5, 0)
    assert found.bound == pytest.approx(0.199, abs=5e-4)
    assert found.low < 0.1 < found.high
    assert found.chance_seen == 1  # these fifty papers are the only class there is
    assert not found.is_shown


def test_fifty_five_without_a_wrong_one_show_it_and_fifty_four_do_not() -> None:
    right = np.full(55, 1.0)
    assert standing(right, right, Bar()).is_shown
    assert not standing(right[:54], right[:54], Bar()).is_shown


def test_a_mark_within_the_tolerance_is_right() -> None:
    marks, definitive = np.array([2.5, 3.0, 1.0]), np.array([2.0, 2.0, 1.0])
    assert standing(marks, definitive, Bar(tolerance=0.5)).wrong == 1


def test_a_missing_mark_is_counted_and_not_taken_for_right() -> None:
    marks, definitive = np.array([np.nan, 1.0, 2.0]), np.array([1.0, np.nan, 1.0])
    found = standing(marks, definitive, Bar())
    assert (found.marks, found.missing, found.wrong) == (1, 2, 1)


@pytest.mark.parametrize("marks", [np.array([]), np.array([np.nan]), np.array([np.inf])])
def test_no_marks_are_a_reason(marks: np.ndarray) -> None:
    found = standing(marks, np.ones(len(marks)), Bar())
    assert (found.reason, found.error, found.is_shown) == ("no_marks", None, False)


def test_incomplete_papers_make_no_class() -> None:
    paper = np.repeat(np.arange(60), 2)
    marks = np.ones(120)
    assert standing(marks, marks, Bar(questions=2), paper).chance_seen == 1
    marks[:40:2] = np.nan  # twenty papers lack a mark
    assert standing(marks, np.ones(120), Bar(questions=2), paper).chance_seen is None


def test_the_order_of_the_answers_changes_nothing() -> None:
    paper = np.repeat(np.arange(80), 3)
    definitive = RNG.integers(0, 3, 240).astype(float)
    marks = np.where(RNG.random(240) < 0.05, 2 - definitive, definitive)
    order = RNG.permutation(240)
    one = standing(marks, definitive, Bar(questions=3), paper)
    assert standing(marks[order], definitive[order], Bar(questions=3), paper[order]) == one


@needs(CESA)
def test_the_judges_of_cesa_against_the_bar() -> None:
    """50 papers × 5 questions: 24.7 and 7.8 wrong on average, P(≤ 5) is 0 and .19."""
    rows = rows_of(CESA)[1:]
    paper = np.array([int(row[0]) for row in rows])
    marks = np.array([[float(value) for value in row[3:6]] for row in rows])
    first, second = (standing(marks[:, j], marks[:, 2], Bar(questions=5), paper) for j in (0, 1))
    assert first.wrong_a_class == pytest.approx(24.7, abs=0.05)
    assert second.wrong_a_class == pytest.approx(7.8, abs=0.05)
    assert first.chance_seen == pytest.approx(0, abs=1e-4)
    assert second.chance_seen == pytest.approx(0.19, abs=0.005)


def test_papers_that_are_all_wrong_keep_no_bar_and_all_right_keep_every_one() -> None:
    assert chance_of_drawn(np.array([2, 2, 3]), 2, 3) == 0
    assert chance_of_drawn(np.array([2, 2, 3]), 3, 7) == 1
    assert chance_of_drawn(np.zeros(5, dtype=np.int64), 3, 0) == 1


def test_a_bar_that_allows_more_than_can_be_wrong_costs_no_memory() -> None:
    assert chance_of_drawn(np.full(60, 2), 50, 10**9) == pytest.approx(1)
