"""Drawing with probability proportional to a score, such as a grader's uncertainty.

A share of the sample (`floor`) is spread evenly, so that nothing has no chance and no weight explodes.
Sizes are fixed and probabilities exact: systematic selection from a random start in an order that is
itself random (Madow 1949; Särndal, Swensson & Wretman 1992, ch. 3.6).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from annotations.methods.sampling import (
    FloatArray,
    Sample,
    SampleTooLarge,
    SampleTooSmall,
    random_numbers,
)

FLOOR = 0.2


def unequal_probabilities(score: ArrayLike, n: int, floor: float = FLOOR) -> FloatArray:
    """Inclusion probabilities (N,) in (0, 1] that sum to n: a mixture of even and ∝ score.

    Args:
        score: (N,), 0 or more; the larger, the likelier. All 0: even. floor: the even share, (0, 1].
    Raises:
        ValueError: negative, infinite or missing scores, or a floor outside (0, 1].
        SampleTooSmall, SampleTooLarge: n < 1 or n > N.
    """
    values = np.asarray(score, dtype=np.float64)
    if not np.all(np.isfinite(values) & (values >= 0)):
        raise ValueError("scores must be numbers, 0 or more")
    if not 0 < floor <= 1:
        raise ValueError("the even share must lie above 0 and be at most 1")
    if n < 1:
        raise SampleTooSmall(n, 1, 1)
    if n > len(values):
        raise SampleTooLarge(n, len(values))
    whole = values.sum()
    mixed = np.full(len(values), 1 / len(values))
    if whole > 0:
        mixed = floor * mixed + (1 - floor) * values / whole
    return _capped(mixed, n)


def draw_unequal(keys: Sequence[str], score: ArrayLike, n: int, seed: int, floor: float = FLOOR) -> Sample:
    """n units with the probabilities of `unequal_probabilities`; raises as it does."""
    probability = unequal_probabilities(score, n, floor)
    numbers = random_numbers(keys, seed)
    return _sample(_systematic(probability, numbers, _start(seed, n)), probability, numbers)


def extend_unequal(
    keys: Sequence[str], score: ArrayLike, earlier: Sample, n: int, seed: int, floor: float = FLOOR
) -> Sample:
    """A sample of about n that holds `earlier`, drawn from the same keys, scores and floor.

    Every unit ends with the probability of a first draw of n: what was not drawn with π gets another
    chance of (π′ − π) / (1 − π). The size is n up to chance, since it depends on who is left; a third
    sample grows from the sizes that were aimed at, which the probabilities add up to.
    """
    before = earlier.everyone
    if before is None or not np.allclose(
        before, unequal_probabilities(score, round(float(before.sum())), floor)
    ):
        raise ValueError("the earlier sample was drawn from other scores or another floor")
    after = unequal_probabilities(score, n, floor)
    numbers = random_numbers(keys, seed)
    chance = np.divide(after - before, 1 - before, out=np.zeros_like(after), where=before < 1)
    chance = np.clip(chance, 0, 1)
    chance[earlier.index] = 0
    more = _systematic(chance, numbers, _start(seed, n))
    return _sample(np.union1d(earlier.index, more), after, numbers)


def _capped(share: FloatArray, n: int) -> FloatArray:
    """n × share, at most 1, the excess handed to the others in proportion."""
    certain = np.zeros(len(share), dtype=bool)
    while True:
        rest = share[~certain].sum()
        probability = np.where(certain, 1.0, (n - certain.sum()) * share / rest if rest > 0 else 1.0)
        over = (probability > 1 + 1e-12) & ~certain
        if not over.any():
            return np.minimum(probability, 1.0)
        certain |= over


def _systematic(probability: FloatArray, numbers: FloatArray, start: float) -> np.ndarray:
    """Every unit whose stretch of the cumulated probabilities holds start, start + 1, …"""
    order = np.argsort(numbers, kind="stable")
    reached = np.floor(np.round(np.cumsum(probability[order]) - start, 9)) + 1
    return np.sort(order[np.diff(reached, prepend=0.0) > 0])


def _start(seed: int, n: int) -> float:
    return float(random_numbers([f"systematic start\x00{n}"], seed)[0])


def _sample(index: np.ndarray, probability: FloatArray, numbers: FloatArray) -> Sample:
    index = index.astype(np.int64)
    return Sample(index, probability[index], numbers[index], ("",) * len(index), probability)
