"""Metrics of marks on a numeric scale: QWK, MAE, RMSE. Pure arrays in, MetricValue out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.methods.metrics_value import MetricValue, are_numbers, as_number, paired

Floats = NDArray[np.float64]


def numbers(predictions: Sequence[Any], references: Sequence[Any]) -> tuple[Floats, Floats, str]:
    """Both sides as numbers, and the reason when they are none.

    A text that is not a number on one pair makes the metric undefined: leaving the row out
    would flatter whoever produced it.
    """
    _, p, r = paired(predictions, references)
    if p and are_numbers(p) and are_numbers(r):
        return np.array(p, dtype=float), np.array(r, dtype=float), ""
    left, right = [as_number(v) for v in p], [as_number(v) for v in r]
    if not p:
        return np.array([]), np.array([]), "no_pairs"
    if None in left or None in right:
        return np.array([]), np.array([]), "not_numbers"
    return np.array(left, dtype=float), np.array(right, dtype=float), ""


def qwk(
    predictions: Sequence[Any], references: Sequence[Any], *, full_marks: Sequence[Any] | None = None
) -> MetricValue:
    """Quadratic weighted kappa (Cohen 1968), weights by the distance of the marks.

    1 − mean (p−r)² ÷ (var p + var r + (mean p − mean r)²), the closed form of the weighted
    table. Undefined when both sides use one and the same value only. With `full_marks` (one a pair) marks
    are taken as shares of them: raw marks of a question of 3 and one of 20 are apart whoever gives them, which
    would pass for agreement. Where they are all the same nothing changes; a missing one leaves marks as they are.
    """
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    full = _full_marks(predictions, references, full_marks)
    p, r = p / full, r / full
    expected = p.var() + r.var() + (p.mean() - r.mean()) ** 2
    if expected <= 1e-15:
        return MetricValue(None, len(p), "one_value")
    return MetricValue(float(1 - ((p - r) ** 2).mean() / expected), len(p))


def _full_marks(
    predictions: Sequence[Any], references: Sequence[Any], full_marks: Sequence[Any] | None
) -> Floats | float:
    """Of the pairs where both sides are there, as shares of the highest; 1 unless all are known."""
    kept, _p, _r = paired(predictions, references)
    found = [as_number(full_marks[i]) or 0.0 for i in kept] if full_marks is not None else []
    return np.array(found, dtype=float) / max(found) if found and min(found) > 0 else 1.0


def mae(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Mean absolute difference, in marks. `detail["bias"]` is the mean signed one."""
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    return MetricValue(float(np.abs(p - r).mean()), len(p), detail={"bias": float((p - r).mean())})


def rmse(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Root of the mean squared difference, in marks."""
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    return MetricValue(float(np.sqrt(((p - r) ** 2).mean())), len(p))


def error_per_item(predictions: Sequence[Any], references: Sequence[Any]) -> list[float | None]:
    """Absolute difference of each pair in marks; None where a side is no number."""
    kept, p, r = paired(predictions, references)
    values: list[float | None] = [None] * len(predictions)
    for i, a, b in zip(kept, p, r, strict=True):
        left, right = as_number(a), as_number(b)
        values[i] = None if left is None or right is None else abs(left - right)
    return values
