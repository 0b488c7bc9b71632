"""Double marking, adjudication and the machine's parts."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.exam_guarantee import Bar
from grading.methods.marking_ways import compare_ways, double, double_adjudicated, with_machine

A = np.array([0.0, 1.0, 2.0, 2.0])
B = np.array([0.0, 2.0, 2.0, 0.0])
TRUTH = np.array([0.0, 1.0, 1.0, 2.0])
MACHINE = np.array([0.0, 1.0, 1.0, 1.0])
SURE = np.array([True, False, True, True])


def marked(part: str, **options) -> tuple[list[float], float]:
    found = with_machine(part, MACHINE, SURE, A, TRUTH, **options)
    return found.marks.tolist(), found.effort


def test_two_marks_are_averaged_and_rounded_half_up() -> None:
    assert double(A, B, 1.0).marks.tolist() == [0, 2, 2, 1]
    assert double(A, B, 0.5).marks.tolist() == [0, 1.5, 2, 1]


def test_an_adjudicator_settles_what_differs_and_misses_what_both_got_wrong() -> None:
    found = double_adjudicated(A, B, TRUTH, 0, 1)
    assert found.marks.tolist() == [0, 1, 2, 2]
    assert found.effort == 2.5


def test_the_tolerance_decides_what_is_settled() -> None:
    assert double_adjudicated(A, B, TRUTH, 1, 1).marks.tolist() == [0, 2, 2, 2]


def test_alone_the_machine_marks_what_it_accepts() -> None:
    assert marked("alone") == ([0, 1, 1, 1], 0.25)


def test_as_second_marker_it_calls_the_adjudicator_where_it_differs() -> None:
    assert marked("second") == ([0, 1, 1, 2], 1.5)


def test_a_second_person_marks_what_the_machine_leaves() -> None:
    marks, effort = marked("second", other=B)
    assert marks == [0, 1, 1, 2]
    assert effort == 1 + 0.25 + 0.75


def test_as_a_check_the_persons_mark_stands_within_the_tolerance() -> None:
    assert marked("check") == ([0, 1, 1, 2], 1.5)
    assert marked("check", tolerance=1) == (A.tolist(), 1.0)


def test_there_are_no_other_parts() -> None:
    with pytest.raises(ValueError, match="part must be"):
        marked("boss")


def test_every_way_is_held_against_the_bar() -> None:
    ways = compare_ways(MACHINE, np.column_stack([A, B]), TRUTH, Bar(), accepted=SURE)
    names = [way.name for way in ways]
    assert names.count("person") == 2
    assert names.count("double_adjudicated") == 1
    assert {"machine", "machine_alone", "machine_second", "machine_check"} < set(names)
    errors = {(way.name, way.people): way.standing.error for way in ways}
    assert errors["person", (0,)] == 0.25
    assert errors["double_adjudicated", (0, 1)] == 0.25
    assert errors["machine_second", (0,)] == 0


def test_without_a_threshold_and_with_nobody_there_is_the_machine_alone() -> None:
    (way,) = compare_ways(MACHINE, np.zeros((4, 0)), TRUTH, Bar())
    assert (way.name, way.effort) == ("machine", 0)


def test_a_machine_without_a_mark_leaves_the_answer_to_people() -> None:
    machine = np.array([np.nan, 1.0, 1.0, 1.0])
    ways = compare_ways(machine, A[:, None], TRUTH, Bar(), accepted=np.ones(4, dtype=bool))
    alone = next(way for way in ways if way.name == "machine_alone")
    assert (alone.effort, alone.standing.missing) == (0.25, 0)


def test_no_answers_at_all_are_a_reason_everywhere() -> None:
    nothing = np.zeros(0)
    ways = compare_ways(
        nothing, np.zeros((0, 2)), nothing, Bar(), accepted=np.zeros(0, dtype=bool)
    )
    assert {way.standing.reason for way in ways} == {"no_marks"}
