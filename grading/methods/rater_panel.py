"""What the raters' own sampling adds: from "these raters" to "raters like these".

The estimate is a sum of the raters' shares d_j in it. c·Σ d_j² is the rater-clustered variance of the
two-way cluster decomposition (Cameron, Gelbach & Miller 2011): it decides, as it never promises too
much. With equal loads c is R/(R−1) and there are R − 1 degrees of freedom; where few raters gave most
ratings the d_j of the others tell next to nothing, so both follow from the loads: c makes the
expectation right, Satterthwaite's degrees count the raters who matter (Bell & McCaffrey 2002). Less what items and single ratings put into it (two-way random effects,
Henderson's method of moments) it gives the variance σ_r² of the rater severities, which is shown
and used to plan. Raters are compared only within a block (raters who rate the same kind of
items): history and politics teachers differ for more reasons than severity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Ratings:
    """Ratings of the sampled items, m rows.

    item: (m,) row number of the item in the sample; rater: (m,) codes; value: (m,) on [0, 1];
    block: (m,) codes, raters are compared inside one. `sample_items`: n, items in the sample;
    those without a row (adjudicated: the definitive score counts) carry no rater's severity.
    """

    item: Codes
    rater: Codes
    value: Floats
    block: Codes
    sample_items: int


@dataclass(frozen=True)
class Panel:
    """How much the raters matter.

    clustered: variance of the estimate from the choice of raters, an upper estimate; variance:
    the same, estimated without bias; noise: of the estimate, from single ratings; degrees:
    raters less blocks where their loads are equal, else fewer; rater_sd: σ_r on [0, 1];
    inflation: clustered ÷ Σ d_j². `reason` "one_rater" where raters cannot be compared;
    "no_raters" where only definitive scores count.
    """

    raters: int
    clustered: float
    variance: float
    noise: float
    degrees: float
    rater_sd: float | None
    reason: str | None = None
    inflation: float = 1.0


def panel(ratings: Ratings, weights: Floats, fitted: Floats) -> Panel:
    """The raters' part of the variance of Σ weight × item value.

    Args:
        weights: (n,) of the items in the estimate. fitted: (n,) what the item-level method
            expects of each item (the mean, a stratum's mean, the regression line).
    """
    raters = _different(ratings.rater)
    if raters == 0:
        return Panel(0, 0.0, 0.0, 0.0, 0.0, None, "no_raters")
    shares = weights[ratings.item] / _count(ratings.item, ratings.sample_items)[ratings.item]
    deviations = ratings.value - fitted[ratings.item]
    blocks = [ratings.block == code for code in np.unique(ratings.block)]
    if sum(_different(ratings.rater[rows]) - 1 for rows in blocks) < 1:
        return Panel(raters, 0.0, 0.0, 0.0, 0.0, None, "one_rater")
    noise, items = _spread(ratings, deviations, len(blocks))
    parts = [
        _moments(ratings.item[rows], ratings.rater[rows], shares[rows], deviations[rows])
        for rows in blocks
        if _different(ratings.rater[rows]) > 1
    ]
    severity = _severity(parts, items, noise)
    loads = np.bincount(ratings.rater, weights=shares)
    variance = severity * float((loads**2).sum())
    clustered = _clustered(parts, float((loads**2).sum()))
    return Panel(
        raters,
        max(variance, clustered),
        variance,
        noise * float((shares**2).sum()),
        _degrees(parts),
        severity**0.5,
        inflation=clustered / max(1e-300, sum(part.observed for part in parts)),
    )


def _clustered(parts: list[_Moments], loads: float) -> float:
    """`loads`: Σ_j load² over all raters, those too whom nobody in their block can be compared with."""
    found = sum(part.observed * part.loads / part.of_rater for part in parts)
    return float(found * loads / sum(part.loads for part in parts))


def _degrees(parts: list[_Moments]) -> float:
    """Satterthwaite's, over the blocks."""
    whole = sum(part.loads for part in parts)
    return round(whole**2 / sum(part.loads**2 / part.degrees for part in parts), 9)


def _count(codes: Codes, length: int = 0) -> Floats:
    return np.maximum(1.0, np.bincount(codes, minlength=length))


def _different(codes: Codes) -> int:
    return int(np.count_nonzero(np.bincount(codes)))


def _spread(ratings: Ratings, deviations: Floats, blocks: int) -> tuple[float, float]:
    """(σ_e², σ_i²): variance of single ratings and of items, raters' means removed."""
    raters, m = _different(ratings.rater), len(deviations)
    means = np.bincount(ratings.rater, deviations) / _count(ratings.rater)
    within_rater = deviations - means[ratings.rater]
    total = float((within_rater**2).sum() / max(1, m - raters))
    counts = np.bincount(ratings.item, minlength=ratings.sample_items)[ratings.item]
    double = counts >= 2
    items = _different(ratings.item[double])
    compared = _different(ratings.rater[double])
    degrees = int(double.sum()) - items - max(0, compared - blocks)
    if degrees < 1:
        return total, 0.0  # rated once: items and ratings cannot be told apart, nor need they
    noise = _interaction(ratings.item[double], ratings.rater[double], deviations[double])
    variance = min(total, noise / degrees)
    return variance, total - variance


def _interaction(item: Codes, rater: Codes, values: Floats) -> float:
    """Sum of squares left when item and rater effects are removed in turn."""
    by_item, by_rater = _count(item), _count(rater)
    left = values - (np.bincount(item, values) / by_item)[item]
    for _ in range(20):
        left = left - (np.bincount(rater, left) / by_rater)[rater]
        left = left - (np.bincount(item, left) / by_item)[item]
    return float((left**2).sum())


@dataclass(frozen=True)
class _Moments:
    """Of one block: Σ_j d_j², its degrees of freedom, Σ_j load², and what σ_r², σ_i² and σ_e² each add
    to Σ_j d_j²."""

    observed: float
    degrees: float
    loads: float
    of_rater: float
    of_item: float
    of_noise: float


def _severity(parts: list[_Moments], items: float, noise: float) -> float:
    """σ_r² ≥ 0 by equating the observed square sum of the raters' shares with its expectation."""
    of_rater = sum(part.of_rater for part in parts)
    if of_rater <= 0:
        return 0.0
    left = sum(part.observed - items * part.of_item - noise * part.of_noise for part in parts)
    return max(0.0, left / of_rater)


def _moments(item: Codes, rater: Codes, shares: Floats, deviations: Floats) -> _Moments:
    total = shares.sum()
    centred = deviations - (shares * deviations).sum() / total
    sums = np.bincount(rater, weights=shares * centred)
    loads = np.bincount(rater, weights=shares)
    part = loads / total
    item_weight = np.bincount(item, weights=shares)
    squares = np.bincount(rater, weights=shares**2)
    crossed = np.bincount(rater, weights=shares * item_weight[item])
    of_item = squares - 2 * part * crossed + part**2 * (item_weight**2).sum()
    of_noise = squares - 2 * part * squares + part**2 * (shares**2).sum()
    return _Moments(
        observed=float((sums**2).sum()),
        degrees=_degrees_of(loads[loads > 0].astype(np.float64)),
        loads=float((loads**2).sum()),
        of_rater=float((loads**2 * (1 - 2 * part + (part**2).sum())).sum()),
        of_item=float(of_item.sum()),
        of_noise=float(of_noise.sum()),
    )


def _degrees_of(loads: Floats) -> float:
    """Of Σ d_j² with d = A·severities: tr(AA′)² ÷ tr((AA′)²), Satterthwaite 1946."""
    effect = np.diag(loads) - np.outer(loads, loads / loads.sum())
    square = effect @ effect.T
    return float(np.trace(square) ** 2 / (square**2).sum())
