"""Metrics of numbers: MSE, R², correlations, and how often marks are the same or next to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grading.methods.metrics_marks import Floats, numbers
from grading.methods.metrics_value import MetricValue


def mse(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Mean squared difference, in squared marks."""
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    return MetricValue(float(((p - r) ** 2).mean()), len(p))


def r2(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """1 − squared error ÷ squared deviation of the references from their mean, at most 1.

    Below 0 where always saying the mean would have been better. Undefined where the references
    are all the same.
    """
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    spread = float(((r - r.mean()) ** 2).sum())
    if spread <= 1e-15:
        return MetricValue(None, len(p), "one_reference")
    return MetricValue(1 - float(((p - r) ** 2).sum()) / spread, len(p))


def pearson(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Linear correlation (Pearson), in [−1, 1]."""
    return _correlation(predictions, references, lambda p, r: float(np.corrcoef(p, r)[0, 1]))


def spearman(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Correlation of the ranks (Spearman), equal values sharing their mean rank, in [−1, 1]."""

    from scipy.stats import rankdata  # seconds to import: only when needed

    def of_ranks(p: Floats, r: Floats) -> float:
        return float(np.corrcoef(rankdata(p), rankdata(r))[0, 1])

    return _correlation(predictions, references, of_ranks)


def kendall(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Pairs in the same order less pairs in the opposite, corrected for ties (Kendall's τ-b)."""
    from scipy.stats import kendalltau  # seconds to import: only when needed

    return _correlation(predictions, references, lambda p, r: float(kendalltau(p, r).statistic))


def _correlation(
    predictions: Sequence[Any],
    references: Sequence[Any],
    of: Callable[[Floats, Floats], float],
) -> MetricValue:
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    if len(p) < 2:
        return MetricValue(None, len(p), "too_few")
    if np.ptp(p) == 0 or np.ptp(r) == 0:
        return MetricValue(None, len(p), "one_side_constant")
    return MetricValue(of(p, r), len(p))


def adjacent(
    predictions: Sequence[Any], references: Sequence[Any], *, step: float = 1.0
) -> MetricValue:
    """Share of pairs that differ by at most one `step` of the scale, in [0, 1]."""
    p, r, reason = numbers(predictions, references)
    if reason:
        return MetricValue(None, 0, reason)
    is_near = np.abs(p - r) <= step + 1e-9
    return MetricValue(float(is_near.mean()), len(p), detail={"step": step})
