"""The rule of the mark of record, case by case."""

from __future__ import annotations

import pytest

from grading.methods.marks_of_record import Evidence, mark_of_record, total


def rule(tolerance: float = 0.0, step: float = 1.0, **evidence):
    found = mark_of_record(Evidence(**evidence), tolerance=tolerance, step=step)
    return found.mark, found.origin, found.reason


def test_the_adjudicated_mark_comes_first():
    assert rule(definitive=2, ratings=[4, 4], planned=2, machine=5, is_machine_accepted=True) == (
        2, "adjudicated", "",
    )  # fmt: skip


def test_an_adjudicated_zero_is_a_mark():
    assert rule(definitive=0.0)[:2] == (0, "adjudicated")


def test_agreed_human_marks_come_before_the_machine():
    assert rule(ratings=[3, 3], planned=2, machine=5, is_machine_accepted=True) == (3, "human", "")


@pytest.mark.parametrize(
    ("ratings", "step", "mark"), [([3, 4], 1, 4), ([3, 4], 0.5, 3.5), ([3, 3, 4], 1, 3)]
)
def test_the_mean_of_marks_within_the_tolerance_is_rounded_half_up(ratings, step, mark):
    assert rule(1, step, ratings=ratings, planned=len(ratings)) == (mark, "human", "")


def test_marks_further_apart_settle_nothing():
    assert rule(0.5, ratings=[3, 4], planned=2) == (None, "missing", "raters_disagree")


def test_the_machine_fills_in_where_people_disagree_and_the_reason_stays():
    assert rule(ratings=[3, 4], planned=2, machine=3, is_machine_accepted=True) == (
        3, "machine", "raters_disagree",
    )  # fmt: skip


def test_one_of_two_planned_ratings_is_not_enough():
    assert rule(ratings=[3], planned=2) == (None, "missing", "unfinished")


def test_one_rating_settles_an_answer_planned_for_one():
    assert rule(ratings=[3], planned=1) == (3, "human", "")


def test_a_machine_nobody_accepted_does_not_count():
    assert rule(machine=3) == (None, "missing", "machine_not_accepted")
    assert rule(machine=3, planned=2) == (None, "missing", "not_rated")


def test_an_accepted_machine_without_a_mark_leaves_it_missing():
    assert rule(is_machine_accepted=True) == (None, "missing", "no_machine_mark")


def test_a_student_has_a_total_only_with_every_mark():
    assert total([1, 2.5]) == 3.5
    assert total([1, None]) is None
    assert total([]) is None
