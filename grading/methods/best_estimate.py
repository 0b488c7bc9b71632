"""The best estimate of each single item: what the metric foretells and what raters saw.

The calibrated prediction is ȳ + b(f − f̄), at rated items without their own rating (leave-one-out
through the leverage), with variance τ² + s²·h: τ² is how far items lie from the line once the
noise of the ratings is taken off the residuals, s²·h how well the line is known. Items drawn with
unequal chances are weighted by them, then h is the sum of the squares of what each adds. Ratings come
adjusted for severity, with the variance that is left. The two are weighted by their precision, as
in Efron & Morris 1975 (shrinkage to a regression line, Fay & Herriot 1979).

This is an estimate; the mark of record stays a rule (marks_of_record.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import simple_design, unequal_design
from grading.methods.hybrid import Auxiliary, Worth, worth
from grading.methods.interval import quantile

Floats = NDArray[np.float64]
LEAST_ITEMS = 5
PRIOR = 4.0


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
    chances: Floats | None = None,
    confidence: float = 0.95,
) -> BestEstimates:
    """Best estimate and interval of every item.

    Args:
        adjusted: (n,) mean of an item's ratings less the severities of its raters. noise: (n,)
            variance of that mean about the item's true value, ≥ 0 (single-rating variance ÷
            ratings, and what is unknown of the severities); 0 for definitive scores.
        rated: (n,) positions of these items among the N. score: (N,) automatic score.
        chances: (n,) in (0, 1], the chance of each to be drawn; None: the same for all.
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
    size = len(score)
    design = simple_design(n, size) if chances is None else unequal_design(chances.tolist(), size)
    found = worth(adjusted, Auxiliary(score[rated], score), design)
    used = score if found.is_used else np.zeros(size)
    line = _calibrate(adjusted, noise, rated, used, design.weights)
    return _combined(adjusted, noise, rated, line, found, confidence)


@dataclass(frozen=True)
class _Line:
    """Prediction and its variance for all N items; degrees of freedom of the residuals."""

    prediction: Floats
    variance: Floats
    degrees: float


def _calibrate(
    adjusted: Floats, noise: Floats, rated: NDArray[np.int64], score: Floats, weights: Floats
) -> _Line:
    """`weights` (n,) sum to 1. What item i adds to the line at f is wᵢ(1 + (fᵢ−f̄)(f−f̄)/S)."""
    away = score - (weights * score[rated]).sum()
    own = away[rated]
    spread_of_score = float((weights * own**2).sum())
    per = 1 / spread_of_score if spread_of_score > 0 else 0.0
    slope = float((weights * own * adjusted).sum()) * per
    prediction: Floats = float((weights * adjusted).sum()) + slope * away
    squares = weights**2
    parts = squares.sum(), 2 * per * (squares * own).sum(), per**2 * (squares * own**2).sum()
    unknown = parts[0] + parts[1] * away + parts[2] * away**2
    residuals = adjusted - prediction[rated]
    effective = 1 / float(squares.sum())
    degrees = max(1.0, effective - (2.0 if per else 1.0))
    spread = float((weights * residuals**2).sum()) * effective / degrees
    # Not below half its standard error: a lucky sample does not make the line infallible.
    between = max(
        spread - float((weights * noise).sum()), 0.5 * spread * math.sqrt(2 / degrees)
    )
    leverage = np.minimum(weights * (1 + per * own**2), 0.9)
    prediction[rated] = adjusted - residuals / (1 - leverage)
    unknown[rated] = np.maximum(unknown[rated] - leverage**2, 0) / (1 - leverage) ** 2
    return _Line(prediction, between + spread * unknown, degrees)


def rating_noise(value: Floats, item: NDArray[np.int64], group: NDArray[np.int64]) -> Floats:
    """Variance of each item's mean rating about its true value, for the items 0, 1, … in order.

    Args:
        value: (n,) single ratings less their raters' severities. item: (n,) codes 0, 1, …, all of
            them used. group: (items,) codes of what is rated alike, such as the questions.
    Taken from how far ratings of one item lie apart, in the group and, with the say of PRIOR more
    degrees of freedom, everywhere. NaN where no item was rated twice.
    """
    counts = np.bincount(item).astype(np.float64)
    squares = np.bincount(item, (value - (np.bincount(item, value) / counts)[item]) ** 2)
    if not (counts > 1).any():
        return np.full(len(counts), np.nan)
    overall = squares.sum() / (counts - 1).sum()
    free, apart = np.bincount(group, counts - 1), np.bincount(group, squares)
    single = (apart + PRIOR * overall) / (free + PRIOR)
    return np.asarray(single[group] / counts)


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
