"""The weight of a human mark is its reliability."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.mark_reliability import reliabilities

ONE = np.zeros(4, dtype=np.int64)


def test_it_is_the_share_of_the_spread_that_is_not_noise():
    score = np.array([0.0, 2.0, 0.0, 2.0])  # variance 1
    noise = np.full(4, 0.25)
    assert reliabilities(score, noise, ONE) == pytest.approx(np.full(4, 0.75 / (0.75 + 0.25)))


def test_more_ratings_make_a_mark_weigh_more_and_a_certain_one_counts_in_full():
    found = reliabilities(np.array([0.0, 2.0, 1.0, 3.0]), np.array([0.0, 0.1, 0.2, 0.4]), ONE)
    assert found[0] == 1
    assert (np.diff(found) < 0).all()
    assert (found > 0).all()


def test_unknown_noise_and_a_question_where_all_marks_are_equal_are_no_worse_than_others():
    assert reliabilities(np.array([1.0, 2.0, 1.0, 2.0]), np.full(4, np.nan), ONE).tolist() == [1] * 4
    assert np.isfinite(reliabilities(np.ones(4), np.full(4, 0.2), ONE)).all()


def test_each_question_has_a_spread_of_its_own():
    score, noise = np.array([0.0, 2.0, 0.0, 20.0]), np.full(4, 0.5)
    found = reliabilities(score, noise, np.array([0, 0, 1, 1]))
    assert found[0] < found[2]


def test_where_no_question_shows_how_marks_differ_weights_fall_with_the_noise():
    alone = reliabilities(np.array([2.0, 1.0, 0.0]), np.array([0.0, 0.1, 0.5]), np.array([0, 1, 2]))
    assert alone[0] == 1 > alone[1] > alone[2] > 0


def test_a_question_of_one_answer_takes_the_spread_of_the_others():
    score, noise = np.array([0.0, 2.0, 0.0, 2.0, 1.0]), np.full(5, 0.25)
    found = reliabilities(score, noise, np.array([0, 0, 0, 0, 1]))
    assert found == pytest.approx(np.full(5, 0.75))
