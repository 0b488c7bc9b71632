"""The two ends of an interval on any scale, or of a rate.

Unlike estimation.py, which knows that composites lie in [0, 1], nothing is known here of the
scale: a mean gets value ± t·SE, and none where all values are the same, for then there is
nothing to measure the spread with. A rate lies in [0, 1] and always has an interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import Design
from grading.methods.interval import (
    Interval,
    clopper_pearson_interval,
    quantile,
    wilson_interval,
)
from grading.methods.survey import METHODS, ItemEstimate

Floats = NDArray[np.float64]
Ends = tuple[float, float]


@dataclass(frozen=True)
class Sample:
    """Human values (n,) and how they were drawn. is_definitive: free of noise, and the N items
    are all there are; otherwise both are a sample of endlessly many."""

    values: Floats
    design: Design
    is_definitive: bool = False
    confidence: float = 0.95

    @property
    def is_constant(self) -> bool:
        return bool(np.ptp(self.values) <= 1e-12 * max(1e-300, float(np.abs(self.values).max())))

    @property
    def trials(self) -> float:
        """Effective sample size of the weights (Kish 1965); inf where nothing is left to draw."""
        size = 1 / float((self.design.weights**2).sum())
        left = float(self.design.missing.mean()) if self.is_definitive else 1.0
        return size / left if left > 0 else math.inf

    def half_width(self, found: ItemEstimate) -> float:
        return quantile(self.confidence, found.degrees) * math.sqrt(self.variance(found))

    def variance(self, found: ItemEstimate) -> float:
        return found.variance if self.is_definitive else found.variance_beyond


def mean_ends(found: ItemEstimate, sample: Sample) -> Ends | None:
    """Estimate ± t·SE; None where the values are all the same and items are left unrated."""
    if sample.is_constant and not math.isinf(sample.trials):
        return None
    half = sample.half_width(found)
    return found.estimate - half, found.estimate + half


def rate_ends(found: ItemEstimate, sample: Sample) -> Ends:
    """Exact where all values are alike, Wilson for people alone, else laid at the centre, to
    which pseudo-observations have drawn it. Always holds the estimate."""
    rate = min(1.0, max(0.0, round(found.estimate, 12)))
    if sample.is_constant:
        laid = clopper_pearson_interval(rate, sample.trials, sample.confidence)
    elif found.method in METHODS.values():
        laid = _wilson(rate, found, sample)
    else:
        half = sample.half_width(found)
        low, high = found.centre - half, found.centre + half
        return max(0.0, min(low, rate)), min(1.0, max(high, rate))
    return laid.low or 0.0, rate if laid.high is None else laid.high


def _wilson(rate: float, found: ItemEstimate, sample: Sample) -> Interval:
    variance = sample.variance(found)
    trials = rate * (1 - rate) / variance if variance > 0 else math.inf
    z = quantile(sample.confidence, found.degrees)
    return wilson_interval(rate, trials, found.degrees, z)
