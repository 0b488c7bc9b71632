"""The indices of drift against a computation of their own: plain loops and scipy's relative entropy."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from statistics import quantiles

import numpy as np
import pytest
from scipy.stats import entropy

from grading.methods.drift import DRAWS, SMOOTHED, confidence_drift, drifts

SIGNS = "天地玄黄宇宙洪荒日月盈昃辰宿列张"


def texts(rng: np.random.Generator, n: int, length: float, signs: str = SIGNS) -> list[str]:
    return ["".join(rng.choice(list(signs), max(1, rng.poisson(length)))) for _i in range(n)]


def divergence(expected: list[float], observed: list[float]) -> float:
    """Jeffreys': the relative entropies both ways, which scipy knows. Shares of smoothed counts."""
    e = [count + SMOOTHED for count in expected]
    o = [count + SMOOTHED for count in observed]
    return float(entropy(e, o) + entropy(o, e))


def tenth(value: float, pool: list[float]) -> int:
    edges = sorted(set(quantiles(pool, n=10, method="inclusive")))
    return bisect_right(edges, value)


def by_length(learnt: dict, served: dict) -> float:
    expected, observed = [], []
    for key, came in served.items():
        pool = [len(text) for text in [*learnt[key], *came]]
        before = Counter(tenth(len(text), pool) for text in learnt[key])
        now = Counter(tenth(len(text), pool) for text in came)
        for cell in range(len(set(quantiles(pool, n=10, method="inclusive"))) + 1):
            expected.append(before[cell] / len(learnt[key]) * len(came))
            observed.append(now[cell])
    return divergence(expected, observed)


def by_characters(learnt: dict, served: dict) -> float:
    """All characters are among the commonest here; the last cell, of the others, is empty."""
    expected, observed = [], []
    for key, came in served.items():
        pool = "".join([*learnt[key], *came])
        mean = len(pool) / (len(learnt[key]) + len(came))
        before, now = Counter("".join(learnt[key])), Counter("".join(came))
        for sign in [*sorted(set(pool)), *range(101 - len(set(pool)))]:
            expected.append(before[sign] / mean / len(learnt[key]) * len(came))
            observed.append(now[sign] / mean)
    return divergence(expected, observed)


def two_sides(seed: int, length: float, signs: str) -> tuple[dict, dict]:
    rng = np.random.default_rng(seed)
    learnt = {"1": texts(rng, 70, 20), "2": texts(rng, 45, 60), "not asked": texts(rng, 90, 5)}
    served = {"1": texts(rng, 30, length, signs), "2": texts(rng, 80, 60), "not learnt": texts(rng, 9, 9)}
    return learnt, served


@pytest.mark.parametrize(("length", "signs"), [(20, SIGNS), (35, SIGNS), (20, SIGNS[:6] + "abc")])
def test_both_indices_of_the_answers_are_those_of_plain_loops(length: float, signs: str) -> None:
    learnt, served = two_sides(11, length, signs)
    found = drifts(learnt, served, seed=1)
    asked = {key: served[key] for key in ("1", "2")}
    assert found["length"].index == pytest.approx(by_length(learnt, asked))
    assert found["characters"].index == pytest.approx(by_characters(learnt, asked))
    assert found["length"].size == 110


def test_the_index_of_confidence_is_that_of_plain_loops() -> None:
    rng = np.random.default_rng(12)
    held = {"1": rng.beta(6, 2, 40).tolist(), "2": rng.beta(2, 2, 25).tolist()}
    served = {"1": rng.beta(4, 3, 30).tolist(), "2": rng.beta(2, 2, 60).tolist()}
    pool = [value for side in (held, served) for values in side.values() for value in values]
    expected, observed = [0.0] * 10, [0.0] * 10
    for key in held:
        for value in held[key]:
            expected[tenth(value, pool)] += len(served[key]) / len(held[key])
        for value in served[key]:
            observed[tenth(value, pool)] += 1
    found = confidence_drift(held, served, seed=1)
    assert found.index == pytest.approx(divergence(expected, observed))
    mixed = sum(len(served[key]) * float(np.mean(held[key])) for key in held) / 90
    assert found.expected_mean == pytest.approx(mixed)


def test_chance_is_the_largest_of_as_many_divisions_as_are_said() -> None:
    """Of divisions drawn here about 1 in 200 lies above it, and some come near."""
    learnt, served = two_sides(13, 20, SIGNS)
    found = drifts(learnt, served, seed=1)["length"]
    rng, asked = np.random.default_rng(14), ("1", "2")
    above = near = 0
    for _draw in range(200):
        before, now = {}, {}
        for key in asked:
            pool = [*learnt[key], *served[key]]
            rng.shuffle(pool)
            now[key], before[key] = pool[: len(served[key])], pool[len(served[key]) :]
        index = by_length(before, now)
        above += index > found.chance
        near += index > 0.7 * found.chance
    assert above / 200 < 6 / (DRAWS + 1)
    assert near


@pytest.mark.parametrize(("learnt", "served"), [(60, 240), (150, 600)])
def test_few_learnt_answers_and_many_new_ones_are_no_drift_by_themselves(learnt: int, served: int) -> None:
    """The learnt answers have luck of their own; a test that drew from them alone found drift in most."""
    rng = np.random.default_rng(15)
    beyond = 0
    for seed in range(12):
        found = drifts({"1": texts(rng, learnt, 12)}, {"1": texts(rng, served, 12)}, seed)
        beyond += any(one.index > one.chance for one in found.values())
    assert beyond <= 1
