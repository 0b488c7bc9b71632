"""Ridge regression on likeness: the marks of like answers, brought to chances."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.likeness_ridge import LikenessRidge

LIKENESS = np.array([[1, 0.9, 0.1, 0], [0.9, 1, 0, 0.1], [0.1, 0, 1, 0.8], [0, 0.1, 0.8, 1]])
GIVEN = np.eye(2)[[0, 0, 1, 1]]
EVEN = np.ones(4)


def test_an_answer_gets_the_mark_of_those_like_it():
    chances = LikenessRidge.learnt(LIKENESS, GIVEN, EVEN).chances(np.array([[0.8, 0.9, 0, 0], [0, 0, 0.7, 0.9]]))
    assert chances.argmax(axis=1).tolist() == [0, 1]
    assert chances.sum(axis=1) == pytest.approx(1)


def test_it_is_the_regression_that_scikit_learn_finds():
    from sklearn.kernel_ridge import KernelRidge

    weights = np.array([1.0, 2.0, 0.5, 1.0])
    learnt = LikenessRidge.learnt(LIKENESS, GIVEN, weights)
    kernel = np.exp(-2 * (1 - LIKENESS))
    theirs = KernelRidge(alpha=0.1, kernel="precomputed").fit(
        kernel, GIVEN - np.average(GIVEN, axis=0, weights=weights), sample_weight=weights
    )
    assert learnt.dual == pytest.approx(theirs.dual_coef_)


def test_an_answer_of_no_weight_teaches_nothing():
    with_wrong = LikenessRidge.learnt(LIKENESS, GIVEN, np.array([1.0, 1, 1, 0]))
    without = LikenessRidge.learnt(LIKENESS[:3, :3], GIVEN[:3], np.ones(3))
    fresh = np.array([[0.2, 0.3, 0.4, 0.9]])
    assert with_wrong.chances(fresh) == pytest.approx(without.chances(fresh[:, :3]))


def test_no_mark_is_held_to_be_impossible():
    assert (LikenessRidge.learnt(LIKENESS, GIVEN, EVEN).chances(LIKENESS) > 0).all()
