"""The pool of several graders' chances: equal powers, what it learns, what it can and cannot do."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.log_pool import LogPool

RNG = np.random.default_rng(5)
GIVEN = RNG.integers(0, 3, 400)


def of_skill(skill: float) -> np.ndarray:
    """(answers, marks) chances of a grader: the right mark's is higher on average by its skill."""
    logits = RNG.normal(size=(400, 3)) + skill * np.eye(3)[GIVEN]
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def loss(told: np.ndarray) -> float:
    return float(-np.log(told[np.arange(400), GIVEN]).mean())


def test_equal_powers_are_the_geometric_mean():
    told = LogPool.equal(2, 2).chances(np.array([[[0.9, 0.1]], [[0.5, 0.5]]]))
    assert told[0].tolist() == pytest.approx([0.75, 0.25])


def test_who_knows_more_gets_more_power_and_who_guesses_hardly_any():
    good, guess = of_skill(2.0), of_skill(0.0)
    pool = LogPool.learnt(np.array([good, guess]), GIVEN, np.ones(400))
    assert pool.powers[0] > 0.8
    assert pool.powers[1] < 0.2
    both = np.array([good, guess])
    assert loss(pool.chances(both)) < loss(LogPool.equal(2, 3).chances(both))


def test_two_that_know_different_things_are_surer_together():
    both = np.array([of_skill(1.5), of_skill(1.5)])
    pool = LogPool.learnt(both, GIVEN, np.ones(400))
    assert pool.powers.sum() > 1.3
    assert loss(pool.chances(both)) < min(loss(both[0]), loss(both[1]))


def test_a_mark_that_graders_think_too_rare_is_pushed_up():
    shy = of_skill(1.0) * [1, 1, 0.1]
    pool = LogPool.learnt((shy / shy.sum(axis=1, keepdims=True))[None], GIVEN, np.ones(400))
    assert pool.pushes[2] > max(pool.pushes[:2])


def test_no_grader_alone_can_rule_a_mark_out():
    told = LogPool.equal(2, 2).chances(np.array([[[1.0, 0.0]], [[0.4, 0.6]]]))
    assert told[0, 1] > 0
    assert np.isfinite(told).all()


def test_answers_of_no_weight_are_as_if_they_were_not_there():
    chances = of_skill(1.0)[None]
    weights = (np.arange(400) < 200) * 1.0
    half = LogPool.learnt(chances[:, :200], GIVEN[:200], np.ones(200))
    assert LogPool.learnt(chances, GIVEN, weights).powers == pytest.approx(half.powers, abs=1e-3)


def test_with_few_answers_the_powers_stay_near_equal_ones():
    chances = np.array([of_skill(2.0)[:3], of_skill(0.0)[:3]])
    few = LogPool.learnt(chances, GIVEN[:3], np.ones(3))
    assert few.powers == pytest.approx([0.5, 0.5], abs=0.15)
