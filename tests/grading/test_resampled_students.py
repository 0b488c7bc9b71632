"""Intervals by resampling students: by hand, by simulation, and where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.grader_measures import figures, paired
from grading.methods.resampled_students import ends_of, figure_intervals, gain_intervals, units_of

NAMES = ("accuracy", "mae", "qwk", "pooled_qwk")


def papers(rng, students: int, questions: int = 3):
    """Marks of a grader and of people from 0 to 2; a student who is hard to mark is so at every question."""
    hard, shape = rng.normal(size=(students, 1)), (students, questions)
    right = np.clip(np.round(1 + 0.8 * hard + 0.7 * rng.normal(size=shape)), 0, 2)
    other = np.clip(right + np.where(rng.random(shape) < 0.5, 1, -1), 0, 2)
    given = np.where(rng.random(shape) < 1 / (1 + np.exp(-1.3 - hard)), right, other)
    asked = np.tile([f"q{n}" for n in range(questions)], students)
    return given.ravel(), right.ravel(), asked, np.repeat(np.arange(students), questions)


def told(given, right, asked):
    return figures(given, right, asked.tolist(), np.ones(len(right)), None, np.full(len(right), 2.0))


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    truth, runs = told(*papers(rng, 40_000)[:3]), 200
    held = dict.fromkeys(NAMES, 0)
    for seed in range(runs):
        given, right, asked, unit = papers(rng, 25)
        (found,) = figure_intervals(
            [given], right, asked, unit, full_marks=np.full(75, 2.0), seed=seed, resamples=400
        )
        for name in NAMES:
            low, high = getattr(found, name)
            held[name] += low <= getattr(truth, name) <= high
    assert {name: 0.9 <= count / runs <= 0.99 for name, count in held.items()} == dict.fromkeys(NAMES, True), held


def test_it_is_what_drawing_students_one_by_one_gives():
    rng = np.random.default_rng(2)
    (one, right, asked, unit), (two, *_others) = papers(rng, 14), papers(rng, 14)
    draws = np.random.default_rng(7).integers(14, size=(60, 14))
    rows = [np.concatenate([np.flatnonzero(unit == student) for student in drawn]) for drawn in draws]
    found = figure_intervals(
        [one, two], right, asked, unit, full_marks=np.full(42, 2.0), seed=7, resamples=60
    )
    for marks, mine in zip((one, two), found, strict=True):
        plain = [told(marks[drawn], right[drawn], asked[drawn]) for drawn in rows]
        for name in NAMES:
            ends = ends_of(np.array([getattr(each, name) for each in plain], float), 14)
            assert getattr(mine, name) == pytest.approx(ends), name
    both = [[told(marks[drawn], right[drawn], asked[drawn]) for drawn in rows] for marks in (one, two)]
    gains = gain_intervals(one, two, right, asked, unit, seed=7, resamples=60)
    for ends, name in zip(gains, ("accuracy", "qwk"), strict=True):
        apart = [getattr(b, name) - getattr(a, name) for a, b in zip(*both, strict=True)]
        assert ends == pytest.approx(ends_of(np.array(apart), 14)), name


def test_in_blocks_or_at_once_and_in_another_order_it_is_the_same(monkeypatch):
    given, right, asked, unit = papers(np.random.default_rng(3), 20)
    at_once = figure_intervals([given], right, asked, unit, resamples=90)
    monkeypatch.setattr("grading.methods.resampled_students.BLOCK", 20 * 7)
    assert figure_intervals([given], right, asked, unit, resamples=90) == at_once
    order = np.random.default_rng(1).permutation(60)
    (other,) = figure_intervals([given[order]], right[order], asked[order], unit[order], resamples=90)
    assert other.accuracy == pytest.approx(at_once[0].accuracy)
    assert other.qwk == pytest.approx(at_once[0].qwk)


def test_students_who_are_alike_in_all_their_answers_say_less_than_so_many_answers():
    right = np.zeros(120)
    given = np.repeat(np.arange(12) % 3 == 0, 10).astype(float)
    students = np.repeat(np.arange(12), 10)
    width = [
        np.diff(figure_intervals([given], right, ["a"] * 120, unit)[0].accuracy)[0]
        for unit in (students, np.arange(120))
    ]
    assert width[0] > 2.5 * width[1]


def test_an_answer_without_a_student_stands_for_itself():
    assert units_of(["s1", "", "s2", "s1", ""]) == [0, 1, 2, 0, 3]


def test_fewer_than_ten_students_give_no_interval():
    given, right, asked, unit = papers(np.random.default_rng(3), 9)
    (found,) = figure_intervals([given], right, asked, unit)
    assert found.units == 9
    assert {getattr(found, name) for name in NAMES} == {None}
    assert gain_intervals(given, right, right, asked, unit) == (None, None)
    test = paired(given, right, right, asked, unit)
    assert (test.units, test.accuracy_low, test.qwk_high) == (9, None, None)
    assert test.accuracy > 0
    assert figure_intervals([[]], [], [], [])[0].units == 0


def test_a_grader_that_was_never_wrong_may_yet_be():
    right = [0, 1, 2] * 7
    (found,) = figure_intervals([right], right, ["a"] * 21, range(21))
    assert found.accuracy == (pytest.approx(0.025 ** (1 / 21)), 1.0)
    assert (found.mae, found.qwk, found.pooled_qwk) == (None, None, None)


def test_what_cannot_differ_by_resampling_has_no_interval():
    """Every student has exactly one of two right."""
    (found,) = figure_intervals([[1, 0] * 20], [1, 1] * 20, ["a", "b"] * 20, [n // 2 for n in range(40)])
    assert found.accuracy is None


def test_a_grader_that_always_gives_the_same_mark_has_a_qwk_of_0_without_an_interval():
    rng = np.random.default_rng(6)
    right = rng.integers(0, 4, 60)
    (found,) = figure_intervals([np.full(60, 1.0)], right, ["a", "b", "c"] * 20, np.arange(60) // 3)
    assert found.accuracy is not None
    assert found.qwk is None


def test_what_a_grader_could_not_mark_counts_neither_for_nor_against_it():
    given, right, asked, unit = papers(np.random.default_rng(3), 20)
    part = [mark if student < 12 else None for mark, student in zip(given, unit, strict=True)]
    whole, less = figure_intervals([given, part], right, asked, unit)
    assert (whole.units, less.units) == (20, 12)
    rows = unit < 12
    low, high = less.accuracy
    assert low < told(given[rows], right[rows], asked[rows]).accuracy < high
