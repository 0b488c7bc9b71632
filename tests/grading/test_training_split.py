"""Splits of past papers: nothing leaks, marks are spread, the seed decides."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.methods.training_split import blocks, copies, split


def test_ties_join_rows_over_several_steps():
    students = ["a", "a", "b", "c", None, None]
    answers = ["x", "y", "y", "z", "w", "w"]
    assert blocks(students, answers).tolist() == [0, 0, 0, 1, 2, 2]


def test_none_ties_nothing():
    assert len(set(blocks([None] * 4).tolist())) == 4


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from("abcdefgh"), st.integers(0, 3)),
        min_size=1,
        max_size=120,
    ),
    st.integers(0, 5),
)
def test_no_student_and_no_answer_is_on_both_sides(rows, seed):
    students, answers, marks = zip(*rows, strict=True)
    part = split(blocks(students, answers), marks, seed=seed)
    for tie in (students, answers):
        sides: dict[object, set[int]] = {}
        for value, one in zip(tie, part.tolist(), strict=True):
            sides.setdefault(value, set()).add(one)
        assert all(len(found) == 1 for found in sides.values())


def test_every_part_has_its_share_of_every_mark():
    rng = np.random.default_rng(2)
    students = np.repeat(np.arange(200), 5)
    marks = rng.choice([0, 1, 2], size=1000, p=[0.1, 0.3, 0.6])
    part = split(blocks(students.tolist()), marks.tolist(), shares=(0.7, 0.3), seed=4)
    for mark, count in Counter(marks.tolist()).items():
        learnt = ((marks == mark) & (part == 0)).sum()
        assert learnt / count == pytest.approx(0.7, abs=0.03)


def test_the_seed_decides_and_is_kept():
    students = list(range(100))
    marks = [i % 3 for i in range(100)]
    first, again, other = (split(blocks(students), marks, seed=s).tolist() for s in (1, 1, 2))
    assert first == again
    assert first != other
    sizes = Counter(first)
    assert [sizes[part] for part in range(3)] == pytest.approx([80, 10, 10], abs=2)


def test_parts_have_their_size_even_where_many_marks_are_rare():
    students = [n // 5 for n in range(150)]
    marks = [(n % 5, (7 * n) % 6) for n in range(150)]
    for seed in range(5):
        sizes = np.bincount(split(blocks(students), marks, seed=seed), minlength=3)
        assert all(abs(sizes - (120, 15, 15)) <= 5)


def test_no_part_stays_empty_as_long_as_there_are_blocks_for_it():
    parts = split(blocks(["a"] * 5 + ["b"] * 5 + ["c"]), [1] * 11)
    assert set(parts.tolist()) == {0, 1, 2}
    assert np.bincount(parts)[0] >= 5


def test_a_part_with_no_share_gets_nothing():
    parts = split(np.arange(40), [0, 1] * 20, shares=(0.75, 0.0, 0.25))
    assert np.bincount(parts, minlength=3).tolist() == [30, 0, 10]


def test_only_long_answers_are_ties_and_only_to_the_same_question():
    ties = copies(["1", "1", "2", "1"], ["x" * 20, "x" * 20, "x" * 20, "x" * 19])
    assert ties[0] == ties[1] != ties[2]
    assert ties[3] is None
    assert copies(["1"], [""], least=0) == [None]
