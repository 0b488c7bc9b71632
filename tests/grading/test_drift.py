"""Drift of what comes in, and the audit's agreement with the machine: published identities, degenerate
cases, and simulations of how often chance alone alarms."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from grading.methods.audit_agreement import audit_agreement, weighted_qwk
from grading.methods.drift import FEWEST, FEWEST_HELD, confidence_drift, drifts, stability_index

SIGNS = "天地玄黄宇宙洪荒日月盈昃辰宿列张"


def texts(rng: np.random.Generator, n: int, length: float = 20, signs: str = SIGNS) -> list[str]:
    return ["".join(rng.choice(list(signs), max(1, rng.poisson(length)))) for _i in range(n)]


def test_the_index_is_symmetric_and_zero_for_the_same_shares():
    a, b = np.array([10.0, 20, 30]), np.array([30.0, 20, 10])
    assert stability_index(a, a) == 0
    assert stability_index(a, b) == pytest.approx(stability_index(b, a))
    assert stability_index(a, b) > 0.25


def test_answers_like_the_learnt_ones_do_not_drift():
    rng = np.random.default_rng(1)
    learnt = {"1": texts(rng, 300), "2": texts(rng, 100, 60)}
    alarms = 0
    for seed in range(20):
        found = drifts(learnt, {"1": texts(rng, 60), "2": texts(rng, 40, 60)}, seed)
        alarms += any(one.is_beyond(0.25) for one in found.values())
    assert alarms == 0


def test_longer_answers_and_other_signs_drift():
    rng = np.random.default_rng(2)
    learnt = {"1": texts(rng, 300)}
    longer = drifts(learnt, {"1": texts(rng, 100, 40)}, 0)
    assert longer["length"].is_beyond(0.25)
    assert not longer["characters"].is_beyond(0.25)
    other = drifts(learnt, {"1": texts(rng, 100, 20, "abcdefgh")}, 0)
    assert other["characters"].is_beyond(0.25)
    assert not other["length"].is_beyond(0.25)


def test_another_mix_of_known_questions_is_no_drift():
    rng = np.random.default_rng(3)
    learnt = {"1": texts(rng, 300, 10), "2": texts(rng, 300, 60, SIGNS[:8])}
    found = drifts(learnt, {"1": texts(rng, 10, 10), "2": texts(rng, 190, 60, SIGNS[:8])}, 0)
    assert not any(one.is_beyond(0.25) for one in found.values())


def test_too_few_answers_or_none_that_was_learnt_say_nothing():
    rng = np.random.default_rng(4)
    assert drifts({"1": texts(rng, 300)}, {"1": texts(rng, FEWEST - 1)}, 0) is None
    assert drifts({"1": texts(rng, 300)}, {"2": texts(rng, 300)}, 0) is None


def sure(rng: np.random.Generator, n: int, a: float = 6, b: float = 2) -> list[float]:
    return rng.beta(a, b, n).tolist()


def test_confidence_like_that_in_held_out_answers_does_not_drift_however_few_these_are():
    """The level of the test is 1 / 200, for a small held-out part as for a large one."""
    rng = np.random.default_rng(7)
    beyond = 0
    for seed in range(60):
        held = {"1": sure(rng, 20), "2": sure(rng, 15, 2, 2)}
        found = confidence_drift(held, {"1": sure(rng, 100), "2": sure(rng, 200, 2, 2)}, seed)
        beyond += found.index > found.chance
    assert beyond <= 3


def test_less_sure_and_surer_drift():
    rng = np.random.default_rng(8)
    held = {"1": sure(rng, 100)}
    lower = confidence_drift(held, {"1": sure(rng, 200, 3, 3)}, 0)
    assert lower.is_beyond(0.25)
    assert lower.observed_mean < lower.expected_mean
    assert confidence_drift(held, {"1": sure(rng, 200, 40, 2)}, 0).is_beyond(0.25)


def test_another_mix_of_questions_is_no_drift_of_confidence():
    rng = np.random.default_rng(9)
    held = {"1": sure(rng, 100, 20, 2), "2": sure(rng, 100, 2, 2)}
    found = confidence_drift(held, {"1": sure(rng, 10, 20, 2), "2": sure(rng, 290, 2, 2)}, 0)
    assert not found.is_beyond(0.25)
    assert found.observed_mean == pytest.approx(found.expected_mean, abs=0.06)
    assert sum(found.expected) == pytest.approx(1)
    assert sum(found.observed) == pytest.approx(1)


def test_one_value_for_all_answers_is_no_drift_and_too_few_say_nothing():
    assert confidence_drift({"1": [0.9] * 60}, {"1": [0.9] * 60}, 0).index == 0
    assert confidence_drift({"1": [0.9] * (FEWEST_HELD - 1)}, {"1": [0.9] * 300}, 0) is None
    assert confidence_drift({"1": [0.9] * 300}, {"1": [0.9] * (FEWEST - 1)}, 0) is None
    assert confidence_drift({"1": [0.9] * 300}, {"2": [0.9] * 300}, 0) is None


def test_with_equal_weights_it_is_the_usual_kappa():
    rng = np.random.default_rng(5)
    a = rng.integers(0, 5, 80)
    b = np.clip(a + rng.integers(-1, 2, 80), 0, 4)
    ours = weighted_qwk(a.astype(float), b.astype(float), np.full(80, 1 / 80))
    assert ours == pytest.approx(cohen_kappa_score(a, b, weights="quadratic"))
    assert weighted_qwk(np.ones(3), np.ones(3), np.full(3, 1 / 3)) is None


def test_what_was_drawn_more_often_weighs_less():
    """Unsure answers are all marked and mostly wrong; of the sure ones a tenth is, and all are right."""
    chances = np.array([1.0] * 50 + [0.1] * 50)
    people = np.ones(100)
    machine = np.where(chances == 1, 0.0, 1.0)
    found = audit_agreement(machine, people, chances, 550)
    assert found.exact == pytest.approx(500 / 550)
    assert found.difference == pytest.approx(-50 / 550)
    assert found.ends[0] < 500 / 550 < found.ends[1]


def test_before_twenty_answers_there_is_no_interval_and_without_two_nothing():
    one = np.ones(1)
    assert audit_agreement(one, one, one, 10) is None
    few = np.ones(19)
    assert audit_agreement(few, few, few, 19).ends is None
    enough = np.ones(20)
    low, high = audit_agreement(enough, enough, enough, 20).ends
    assert high == 1
    assert 0.5 < low < 1  # all right is not certainty


def test_looked_at_every_hour_the_interval_keeps_what_it_promises():
    """The truth leaves the interval at any time in fewer than one of twenty histories."""
    rng, misses, truth = np.random.default_rng(6), 0, 0.85
    for _history in range(100):
        is_right = (rng.random(400) < truth).astype(float)
        chances = np.where(rng.random(400) < 0.3, 1.0, 0.5)
        looks = (audit_agreement(is_right[:n], np.ones(n), chances[:n], 2 * n) for n in range(20, 401, 10))
        misses += any(not look.ends[0] <= truth <= look.ends[1] for look in looks)
    assert misses <= 8  # 5 expected at most; the normal limit costs a little at small n
