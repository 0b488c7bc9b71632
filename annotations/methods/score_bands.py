"""Groups and chances made of a score: bands of equal size, spreads, and what makes an item likelier.

A score is an automatic one over the frame, shape (N,), NaN where an item has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotations.methods.sampling import FloatArray

BANDS = 4
UNKNOWN = "—"


def bands(score: FloatArray, count: int = BANDS) -> list[str]:
    """The band of each unit, "1 · 0.2–0.45": as many units in each as ties allow, the lowest first.

    A unit without a score is in the band UNKNOWN. Equal scores are never parted.
    """
    known = np.isfinite(score)
    if not known.any():
        return [UNKNOWN] * len(score)
    edges = np.quantile(score[known], np.arange(1, count) / count, method="inverted_cdf")
    _, code = np.unique(
        np.searchsorted(np.unique(edges), score[known], side="left"), return_inverse=True
    )
    names = [_name(number, score[known][code == number]) for number in range(code.max() + 1)]
    found = np.full(len(score), UNKNOWN, dtype=object)
    found[known] = [names[number] for number in code]
    return [str(name) for name in found]


def _name(number: int, members: FloatArray) -> str:
    low, high = f"{members.min():.6g}", f"{members.max():.6g}"
    return f"{number + 1} · {low}" if low == high else f"{number + 1} · {low}–{high}"


def spreads(score: FloatArray, strata: Sequence[str]) -> dict[str, float]:
    """Standard deviation of the score in each stratum; 0 where it has one unit. `score` is finite."""
    names, code = np.unique(np.asarray(strata, str), return_inverse=True)
    return {str(name): float(score[code == i].std()) for i, name in enumerate(names)}


def nearness(score: FloatArray, near: FloatArray) -> FloatArray:
    """1 where the score is `near`, 0 where it is farthest of all, even steps between."""
    away = np.abs(score - near)
    farthest = float(away.max(initial=0.0))
    closeness: FloatArray = 1 - away / farthest if farthest > 0 else np.ones(len(score))
    return closeness


def disagreement(scores: FloatArray) -> FloatArray:
    """Standard deviation over the scorers of scores (N, scorers) on one scale, shape (N,)."""
    apart: FloatArray = scores.std(axis=1)
    return apart


def standardised(score: FloatArray) -> FloatArray:
    """Less its mean, over its standard deviation; zeros where it never varies."""
    spread = float(score.std())
    moved: FloatArray = (score - score.mean()) / spread if spread > 0 else np.zeros(len(score))
    return moved
