"""Prediction-powered inference: the automatic score taken at its word, then corrected.

μ̂ = λF̄ + Σ w(y − λf), with λ = 1 (PPI) or the λ that makes the variance least (PPI++, "power
tuning"). With F̄ over all N items the best λ is cov(y, f)/var(f). Variance: that of the corrected
part, λ²·var(f)/N and, as the n are among the N, 2λ·cov(y − λf, f)/N; quantile of the normal
distribution, as published. It covers too seldom in small samples, where the regression estimator
with its leverage correction and t(n−2) is better: that is why PPI is named and not recommended.
Sources: Angelopoulos et al. 2023 (Science 382), Angelopoulos, Duchi & Zrnic 2023 (PPI++).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import Design
from grading.methods.hybrid import Auxiliary
from grading.methods.survey import ItemEstimate

Floats = NDArray[np.float64]


def ppi_estimate(
    values: Floats, auxiliary: Auxiliary, design: Design, *, is_tuned: bool = False
) -> ItemEstimate:
    """The mean over all N items by PPI, or by PPI++ where `is_tuned`.

    Args:
        values: (n,) finite human values. auxiliary: its score, finite, n and N long.
        is_tuned: choose λ; it may be negative or above 1, as scores come on any scale.
    Raises:
        ValueError: λ is to be chosen and the score is the same everywhere.
    """
    f, w = auxiliary.sampled, design.weights
    slope = _best_slope(values, auxiliary, w) if is_tuned else 1.0
    rest = values - slope * f
    centre = float((w * rest).sum())
    variance, _ = design.variance(rest - centre)
    beyond, _ = design.variance(rest - centre, is_finite=False)
    shared = 2 * slope * _covariance(rest, f, w) + slope**2 * float(auxiliary.population.var())
    estimate = centre + slope * float(auxiliary.population.mean())
    return ItemEstimate(
        "ppi_plus_plus" if is_tuned else "ppi",
        estimate,
        estimate,
        variance,
        max(0.0, beyond + shared / design.population),
        math.inf,
        w,
        centre + slope * f,
    )


def _best_slope(values: Floats, auxiliary: Auxiliary, weights: Floats) -> float:
    spread = float(auxiliary.population.var())
    if spread <= 0:
        raise ValueError("a score that is the same everywhere has no slope")
    return _covariance(values, auxiliary.sampled, weights) / spread


def _covariance(one: Floats, other: Floats, weights: Floats) -> float:
    means = float((weights * one).sum()), float((weights * other).sum())
    return float((weights * (one - means[0]) * (other - means[1])).sum())
