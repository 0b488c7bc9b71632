"""Hybrid estimation: human scores of a sample, an automatic score of all items.

Regression estimator (control variate): b = Σ(f−f̄)(y−ȳ)/Σ(f−f̄)², μ̂ = ȳ + b(F̄−f̄), with the
leverage-corrected variance Σ gᵢ²(rᵢ/(1−hᵢᵢ))² + b²·var(f)/N, gᵢ = 1/n + (fᵢ−f̄)(F̄−f̄)/S_ff, and
t(n−2). That variance speaks of items like these N; for exactly these N items it becomes
Σ (gᵢ − 1/N)²rᵢ² + (N−n)/N²·mean(rᵢ²), which is the fpc when F̄ = f̄. Weighted samples use the
difference estimator with the design's (Hájek) weights. Sources: Cochran 1977, ch. 7; Särndal,
Swensson & Wretman 1992, ch. 6; leverage as HC3 (MacKinnon & White 1985).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import SIMPLE, UNEQUAL, Design
from grading.methods.survey import ItemEstimate, sample_mean

Floats = NDArray[np.float64]
LEAST_ITEMS = 5  # below that a slope is a guess
PSEUDO_VALUES = np.array([1.0, 1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Auxiliary:
    """An automatic score: sampled (n,) at the rated items, population (N,) at all of them."""

    sampled: Floats
    population: Floats


@dataclass(frozen=True)
class Worth:
    """What the automatic score is worth.

    correlation r in [−1, 1] with the human score on the sample; `saved` ≈ r², the share of
    ratings it saves; `is_used`; `reason` when it is not: "none_given", "incomplete",
    "too_few_items", "constant_score", "constant_ratings", "weak" (|r| < 1/√(n−2)) or
    "perfect_fit" (a copy of the human scores is no evidence).
    """

    is_used: bool
    correlation: float | None = None
    saved: float | None = None
    bar: float | None = None
    reason: str | None = None


def worth(values: Floats, auxiliary: Auxiliary | None, design: Design) -> Worth:
    """Whether the automatic score narrows the interval. values: (n,) finite."""
    n = len(values)
    if auxiliary is None:
        return Worth(False, reason="none_given")
    both = np.concatenate([auxiliary.sampled, auxiliary.population])
    if not np.isfinite(both).all() or len(auxiliary.sampled) != n:
        return Worth(False, reason="incomplete")
    if n < LEAST_ITEMS:
        return Worth(False, reason="too_few_items")
    return _worth(values, auxiliary.sampled, design.weights)


def _worth(values: Floats, scores: Floats, weights: Floats) -> Worth:
    y, f = values - (weights * values).sum(), scores - (weights * scores).sum()
    syy, sff = float((weights * y * y).sum()), float((weights * f * f).sum())
    if sff <= 1e-18 * max(1.0, float(np.abs(scores).max()) ** 2):
        return Worth(False, reason="constant_score")
    if syy <= 1e-18:
        return Worth(False, reason="constant_ratings")
    r = float((weights * y * f).sum()) / math.sqrt(syy * sff)
    r = max(-1.0, min(1.0, r))
    bar = 1 / math.sqrt(len(values) - 2)
    reason = "perfect_fit" if 1 - r * r < 1e-9 else "weak" if abs(r) < bar else None
    return Worth(reason is None, r, r * r, bar, reason)


def regression_estimate(
    values: Floats, auxiliary: Auxiliary, design: Design, *, is_rate: bool = False
) -> ItemEstimate:
    """The mean over all N items, helped by an automatic score.

    Args:
        values: (n,) human values in [0, 1]. auxiliary: its score, n and N long. design: how the
            n were drawn. is_rate: the values are yes/no; then 2 pseudo-passes and 2
            pseudo-fails at the mean score are added (fading out as the sample nears N).
    """
    if design.kind != SIMPLE:
        return _weighted_estimate(values, auxiliary, design, is_rate)
    plain = _regress(values, auxiliary.sampled, np.ones(len(values)), auxiliary.population)
    laid = plain
    if is_rate:
        laid = _regress(*_with_pseudo(values, auxiliary, design), auxiliary.population)
    return ItemEstimate(
        "regression_estimator",
        plain.estimate,
        laid.estimate,
        laid.variance,
        laid.variance_beyond,
        len(values) - 2.0,
        plain.gains,
        plain.fitted,
    )


def difference_estimate(values: Floats, auxiliary: Auxiliary, design: Design) -> ItemEstimate:
    """F̄·b + Σ w(y − b·f) with the design's weights; b by weighted least squares."""
    f, w = auxiliary.sampled, design.weights
    mean_f, mean_y = float((w * f).sum()), float((w * values).sum())
    sff = float((w * (f - mean_f) ** 2).sum())
    slope = float((w * (f - mean_f) * (values - mean_y)).sum()) / sff
    estimate = mean_y + slope * (float(auxiliary.population.mean()) - mean_f)
    fitted = mean_y + slope * (f - mean_f)
    leverage = w * (1 + (f - mean_f) ** 2 / sff)
    residuals = (values - fitted) / (1 - np.minimum(leverage, 0.9))
    variance, degrees = design.variance(residuals)
    beyond, _ = design.variance(residuals, is_finite=False)
    beyond += slope**2 * float(auxiliary.population.var()) / design.population
    return ItemEstimate(
        "difference_estimator", estimate, estimate, variance, beyond, degrees - 1, w, fitted
    )


def _weighted_estimate(
    values: Floats, auxiliary: Auxiliary, design: Design, is_rate: bool
) -> ItemEstimate:
    """The difference estimate; a rate's interval is laid with four pseudo-observations of mean
    weight. Strata stay without, as there is no telling which of them should hold the four: their variance is at
    least what the score leaves of that without it."""
    plain = difference_estimate(values, auxiliary, design)
    if is_rate and design.kind != UNEQUAL:
        alone = sample_mean(values, design)
        spread = float((design.weights * (values - alone.estimate) ** 2).sum())
        left = float((design.weights * (values - plain.fitted) ** 2).sum()) / spread if spread > 0 else 1.0
        return replace(
            plain,
            variance=max(plain.variance, left * alone.variance),
            variance_beyond=max(plain.variance_beyond, left * alone.variance_beyond),
        )
    if not is_rate:
        return plain
    y, f, cases = _with_pseudo(values, auxiliary, design)
    weights = np.concatenate([design.weights, cases[-4:] / design.size])
    wider = replace(
        design,
        weights=weights / weights.sum(),
        missing=np.append(design.missing, np.full(4, design.missing.mean())),
        strata=np.zeros(len(y), dtype=np.int64),
    )
    laid = difference_estimate(y, Auxiliary(f, auxiliary.population), wider)
    return replace(
        plain, centre=laid.estimate, variance=laid.variance, variance_beyond=laid.variance_beyond
    )


@dataclass(frozen=True)
class _Fit:
    estimate: float
    variance: float
    variance_beyond: float
    gains: Floats
    fitted: Floats


def _regress(y: Floats, f: Floats, cases: Floats, population: Floats) -> _Fit:
    """The regression estimator with case weights (pseudo-observations weigh less than 1)."""
    total, size = cases.sum(), len(population)
    mean_y, mean_f = (cases * y).sum() / total, (cases * f).sum() / total
    away = f - mean_f
    sff = (cases * away**2).sum()
    slope = (cases * away * (y - mean_y)).sum() / sff
    shift = population.mean() - mean_f
    gains = cases * (1 / total + away * shift / sff)
    fitted = mean_y + slope * away
    leverage = cases * (1 / total + away**2 / sff)
    squares = ((y - fitted) / (1 - np.minimum(leverage, 0.9))) ** 2
    beyond = (gains**2 * squares).sum() + slope**2 * population.var() / size
    here = ((gains - cases / size) ** 2 * squares).sum()
    left = max(0.0, 1 - total / size)
    here += left / size * (cases * squares).sum() / total
    return _Fit(float(mean_y + slope * shift), float(here), float(beyond), gains, fitted)


def _with_pseudo(
    values: Floats, auxiliary: Auxiliary, design: Design
) -> tuple[Floats, Floats, Floats]:
    extra = np.full(4, 1 - design.drawn_share)
    scores = np.full(4, auxiliary.population.mean())
    return (
        np.concatenate([values, PSEUDO_VALUES]),
        np.concatenate([auxiliary.sampled, scores]),
        np.concatenate([np.ones(len(values)), extra]),
    )
