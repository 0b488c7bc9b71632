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
        if np.isin(values, (0.0, 1.0)).all():
            spread = estimate * (1 - estimate)
            variance = max(variance, _least_of_rate(values, design, spread, design.missing))
            beyond = max(beyond, _least_of_rate(values, design, spread, np.ones(design.size)))
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


def _least_of_rate(values: Floats, design: Design, spread: float, missing: Floats) -> float:
    """A stratum in which all passed is not without variance, least of all a large one of which little was drawn.

    The smaller of two: with one pass and one fail more in each stratum (Agresti & Caffo 2000), and that of a rate
    among as many items as the weights leave (Kish 1965). spread: p(1 − p).
    """
    counts = np.bincount(design.strata)
    rates = (np.bincount(design.strata, weights=values) + 1) / (counts + 2)
    squares = design.weights**2 * missing
    return float(min((squares * (rates * (1 - rates))[design.strata]).sum(), spread * squares.sum()))


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
