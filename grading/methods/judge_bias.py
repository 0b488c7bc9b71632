"""What sways an LLM judge besides quality: chance, the order of two responses, and length.

Sources: position and verbosity bias, Zheng et al. 2023, "Judging LLM-as-a-judge with MT-Bench and
Chatbot Arena"; Wilson's interval, Wilson 1927; the standard error of Spearman's correlation,
Bonett & Wright 2000, equation 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from grading.methods.interval import Interval, quantile, unknown, wilson_interval

FIRST, SECOND = "first", "second"
LEAST_FOR_CORRELATION = 6
NEAR = 1e-9


@dataclass(frozen=True)
class Shift:
    """Differences later − earlier, or judge − people: `n` of them, `same` without any, their mean with its
    interval, and the mean of their sizes (None for none)."""

    n: int
    same: int
    mean: Interval
    size: float | None


@dataclass(frozen=True)
class Order:
    """Pairs judged in both orders: `changed` are those whose preference is not the same; of these `for_first`
    went to whatever stood first both times and `for_second` to what stood second."""

    n: int
    changed: int
    for_first: int
    for_second: int
    share: Interval


def shift_of(earlier: ArrayLike, later: ArrayLike, confidence: float = 0.95) -> Shift:
    """How scores of the same items differ; both of shape (n,), on any one scale.

    The interval is Student's; it is undefined for fewer than two items ("too_few"), and a point where
    nothing changed.
    """
    change = np.asarray(later, dtype=float) - np.asarray(earlier, dtype=float)
    n = len(change)
    if not n:
        return Shift(0, 0, unknown("too_few"), None)
    same, mean = int(np.sum(np.abs(change) < NEAR)), float(change.mean())
    size = float(np.abs(change).mean())
    if n < 2:
        return Shift(n, same, unknown("too_few", mean), size)
    error = float(change.std(ddof=1)) / math.sqrt(n)
    half = quantile(confidence, n - 1) * error
    return Shift(n, same, Interval(mean, mean - half, mean + half, error, n - 1, "t"), size)


def order_of(preferences: Sequence[tuple[str, str]], confidence: float = 0.95) -> Order:
    """From (preferred, preferred with the order swapped), each "first", "second" or "tie" of the pair as it was
    shown at first. A tie in one order and a preference in the other is a change as well."""
    n = len(preferences)
    changed = sum(one != two for one, two in preferences)
    for_first = sum(pair == (FIRST, SECOND) for pair in preferences)
    for_second = sum(pair == (SECOND, FIRST) for pair in preferences)
    if not n:
        return Order(0, 0, 0, 0, unknown("too_few"))
    z = float(special.ndtri(0.5 + confidence / 2))
    return Order(n, changed, for_first, for_second, wilson_interval(changed / n, n, n - 1, z))


def length_effect(residuals: ArrayLike, lengths: ArrayLike, confidence: float = 0.95) -> Interval:
    """Spearman's correlation of judge − people with the length of the response; both of shape (n,).

    Undefined for fewer than six items ("too_few"), or where either never varies ("constant").
    """
    return rank_correlation(residuals, lengths, confidence)


def rank_correlation(one: ArrayLike, two: ArrayLike, confidence: float = 0.95) -> Interval:
    """Spearman's correlation with its interval: Fisher's z, with Bonett and Wright's standard error."""
    from scipy.stats import spearmanr  # seconds to import: only when needed

    a, b = np.asarray(one, dtype=float), np.asarray(two, dtype=float)
    n = len(a)
    if n < LEAST_FOR_CORRELATION:
        return unknown("too_few")
    if np.ptp(a) < NEAR or np.ptp(b) < NEAR:
        return unknown("constant")
    rho = float(spearmanr(a, b).statistic)
    if abs(rho) > 1 - NEAR:
        return Interval(rho, rho, rho, 0.0, n - 2, "fisher_z")
    error = math.sqrt((1 + rho**2 / 2) / (n - 3))
    half = float(special.ndtri(0.5 + confidence / 2)) * error
    z = math.atanh(rho)
    return Interval(rho, math.tanh(z - half), math.tanh(z + half), error, n - 2, "fisher_z")
