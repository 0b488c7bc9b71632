"""Item-level estimates of a population mean from the human scores alone.

An `ItemEstimate` is what every estimator of this package returns: the number, its variance over
the drawing of items, and what the raters' part needs (weights and fitted values).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import SIMPLE, UNEQUAL, Design

Floats = NDArray[np.float64]
METHODS = {"simple": "sample_mean", "stratified": "stratified_mean", "unequal": "hajek_mean"}


@dataclass(frozen=True)
class ItemEstimate:
    """An estimated mean over N items.

    centre: the estimate, or where its interval is laid when pseudo-observations were added.
    variance: over samples of these N items; variance_beyond: the N items themselves a sample.
    weights, fitted: (n,) for the raters' part.
    """

    method: str
    estimate: float
    centre: float
    variance: float
    variance_beyond: float
    degrees: float
    weights: Floats
    fitted: Floats


def sample_mean(values: Floats, design: Design) -> ItemEstimate:
    """Ȳ by the design's weights: plain, stratified, or Hájek's ratio. values: (n,) finite."""
    estimate = float((design.weights * values).sum())
    fitted = _fitted(values, design, estimate)
    residuals = values - fitted
    variance, degrees = design.variance(residuals)
    beyond, _ = design.variance(residuals, is_finite=False)
    if design.kind not in (SIMPLE, UNEQUAL):
        beyond += _between(fitted, estimate, design)
    return ItemEstimate(
        METHODS[design.kind],
        estimate,
        estimate,
        variance,
        beyond,
        degrees,
        design.weights,
        fitted,
    )


def _fitted(values: Floats, design: Design, estimate: float) -> Floats:
    """The stratum's mean, or the overall mean where there are no strata."""
    if design.kind in (SIMPLE, UNEQUAL):
        return np.full(len(values), estimate)
    shares = np.bincount(design.strata, weights=design.weights)
    sums = np.bincount(design.strata, weights=design.weights * values)
    means: Floats = (sums / shares)[design.strata]
    return means


def _between(fitted: Floats, estimate: float, design: Design) -> float:
    """Variance of the mean from the N items being a sample: their stratum means differ."""
    return float((design.weights * (fitted - estimate) ** 2).sum()) / design.population
