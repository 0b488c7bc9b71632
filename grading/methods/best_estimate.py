"""The best estimate of each single item: what the metric foretells and what raters saw.

The calibrated prediction is ȳ + b(f − f̄), at rated items without their own rating (leave-one-out
through the leverage), with variance τ² + s²·h: τ² is how far items lie from the line once the
noise of the ratings is taken off the residuals, s²·h how well the line is known. Ratings come
adjusted for severity, with the variance that is left. The two are weighted by their precision, as
in Efron & Morris 1975 (shrinkage to a regression line, Fay & Herriot 1979).

This is an estimate; the mark of record stays a rule (marks_of_record.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import simple_design
from grading.methods.hybrid import Auxiliary, Worth, worth
from grading.methods.interval import quantile

Floats = NDArray[np.float64]
LEAST_ITEMS = 5


@dataclass(frozen=True)
class BestEstimates:
    """Of all N items: value, low, high and the share the ratings have in it, each (N,).

    Where `reason` is set the arrays are empty: "too_few_items", "incomplete" (a number is
    missing or infinite) or "constant_ratings". worth: what the metric is worth; where it is
    switched off every item is drawn to the mean instead of the line.
    """

    value: Floats
    low: Floats
    high: Floats
    rated_share: Floats
    worth: Worth
    reason: str | None = None


def best_estimates(
    adjusted: Floats,
    noise: Floats,
    rated: NDArray[np.int64],
    score: Floats,
    *,
    confidence: float = 0.95,
) -> BestEstimates:
    """Best estimate and interval of every item.

    Args:
        adjusted: (n,) mean of an item's ratings less the severities of its raters. noise: (n,)
            variance of that mean about the item's true value, ≥ 0 (single-rating variance ÷
            ratings, and what is unknown of the severities); 0 for definitive scores.
        rated: (n,) positions of these items among the N. score: (N,) automatic score.
    Raises:
        ValueError: the lengths differ, a noise is negative or an item is named twice.
    """
    n = len(adjusted)
    if len(noise) != n or len(rated) != n or (n and noise.min() < 0):
        raise ValueError("as many variances, none negative, and items as adjusted scores")
    if len(np.unique(rated)) != n:
        raise ValueError("each item once")
    if not (np.isfinite(adjusted).all() and np.isfinite(noise).all() and np.isfinite(score).all()):
        return _none("incomplete")
    if n < LEAST_ITEMS:
        return _none("too_few_items")
    if np.ptp(adjusted) <= 1e-12 * max(1e-300, float(np.abs(adjusted).max())):
        return _none("constant_ratings")
    found = worth(adjusted, Auxiliary(score[rated], score), simple_design(n, len(score)))
    line = _calibrate(adjusted, noise, rated, score if found.is_used else np.zeros(len(score)))
    return _combined(adjusted, noise, rated, line, found, confidence)


@dataclass(frozen=True)
class _Line:
    """Prediction and its variance for all N items; degrees of freedom of the residuals."""

    prediction: Floats
    variance: Floats
    degrees: float


def _calibrate(adjusted: Floats, noise: Floats, rated: NDArray[np.int64], score: Floats) -> _Line:
    n = len(adjusted)
    away = score - score[rated].mean()
    sff = float((away[rated] ** 2).sum())
    steepness = away / sff if sff > 0 else np.zeros(len(score))
    prediction: Floats = adjusted.mean() + float((steepness[rated] * adjusted).sum()) * away
    leverage = 1 / n + steepness * away
    residuals = adjusted - prediction[rated]
    degrees = n - (2.0 if sff > 0 else 1.0)
    spread = float((residuals**2).sum()) / degrees
    # Not below half its standard error: a lucky sample does not make the line infallible.
    between = max(spread - float(noise.mean()), 0.5 * spread * math.sqrt(2 / degrees))
    own = np.minimum(leverage[rated], 0.9)
    prediction[rated] = adjusted - residuals / (1 - own)
    leverage[rated] = own / (1 - own)
    return _Line(prediction, between + spread * leverage, degrees)


def _combined(
    adjusted: Floats,
    noise: Floats,
    rated: NDArray[np.int64],
    line: _Line,
    found: Worth,
    confidence: float,
) -> BestEstimates:
    share = np.zeros(len(line.prediction))
    share[rated] = line.variance[rated] / (line.variance[rated] + noise)
    value = line.prediction.copy()
    value[rated] += share[rated] * (adjusted - line.prediction[rated])
    half = quantile(confidence, line.degrees) * np.sqrt((1 - share) * line.variance)
    return BestEstimates(value, value - half, value + half, share, found)


def _none(reason: str) -> BestEstimates:
    nothing = np.zeros(0)
    return BestEstimates(nothing, nothing, nothing, nothing, Worth(False, reason=reason), reason)
