"""Two versions compared on the same items.

What counts are the differences d = y_A − y_B of the human values item by item. The estimate and its
interval are those of their mean, helped by the difference of the automatic scores where that
correlates (control variate, as in hybrid.py). The p-value is a sign-flip permutation test: if the
versions are alike, each difference could as well have had the other sign. With the control variate
the flipped values are d − b(g − Ḡ), g being the difference of the scores, stretched to the
estimate's variance: then the test holds for large samples, without it exactly. Several criteria: Holm's correction.
Sources: Fisher 1935, §21; Phipson & Smyth 2010 (p is never 0); Holm 1979.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grading.methods.comparison_raters import Sides, raters_like_these
from grading.methods.design import Design
from grading.methods.hybrid import Auxiliary, Worth, regression_estimate, worth
from grading.methods.interval import Interval, unknown
from grading.methods.survey import ItemEstimate, sample_mean
from grading.methods.unbounded_interval import Sample, mean_ends

Floats = NDArray[np.float64]
FLIPS = 9999
CHUNK = 1_000_000  # signs held at once
NOT_GIVEN = unknown("none_given")


@dataclass(frozen=True)
class Comparison:
    """Mean of A − B over all N items on the scale of the values.

    low, high: for these raters and items like these; `like`: for raters like these too, where the
    single ratings are known (else its reason is "none_given"; "one_rater": raters cannot be compared).
    p: two-sided, in (0, 1], for these raters; p_holm: corrected over the criteria compared together. Where the
    interval or p is None `reason` says why: "too_few_items", "incomplete" (a difference is no
    finite number) or "all_alike" (every difference is the same: no spread to lay an interval by;
    p is there).
    """

    items: int
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    worth: Worth
    p_holm: float | None = None
    reason: str | None = None
    like: Interval = NOT_GIVEN


def compare(
    differences: Floats,
    design: Design | None,
    *,
    auxiliary: Auxiliary | None = None,
    sides: Sides | None = None,
    is_definitive: bool = False,
    confidence: float = 0.95,
    flips: int = FLIPS,
    seed: int = 0,
) -> Comparison:
    """Compare two versions on one criterion.

    Args:
        differences: (n,) human value of A less that of B. design: how the n were drawn; None
            where there are fewer than two. auxiliary: difference of the automatic scores, n and
            N long. sides: the single ratings. is_definitive: as in `unbounded_interval.Sample`.
            flips: ≥ 1 random sign patterns; all 2ⁿ are gone through where there are no more of them.
    """
    n = len(differences)
    off = Worth(False, reason="none_given")
    if not np.isfinite(differences).all():
        return Comparison(n, None, None, None, None, off, reason="incomplete")
    if design is None or n < 2:
        value = float(differences[0]) if n else None
        return Comparison(n, value, None, None, None, off, reason="too_few_items")
    found = worth(differences, auxiliary, design)
    estimate = sample_mean(differences, design)
    if found.is_used and auxiliary is not None:
        estimate = regression_estimate(differences, auxiliary, design)
    sample = Sample(differences, design, is_definitive, confidence)
    ends = mean_ends(estimate, sample)
    low, high = ends or (None, None)
    values = _flippable(estimate, sample, found.is_used)
    p = sign_flip(values, design.weights, flips=flips, seed=seed)
    reason = None if ends else "all_alike"
    like = _like(estimate, sample, sides) if ends else unknown("all_alike", estimate.estimate)
    return Comparison(n, estimate.estimate, low, high, p, found, reason=reason, like=like)


def _like(estimate: ItemEstimate, sample: Sample, sides: Sides | None) -> Interval:
    if sides is None:
        return unknown("none_given", estimate.estimate)
    variance, weights = sample.variance(estimate), sample.design.weights
    return raters_like_these(estimate, variance, weights, sides, sample.confidence)


def compare_criteria(
    comparisons: Mapping[str, Comparison],
) -> dict[str, Comparison]:
    """The same comparisons with p corrected over all criteria that have one."""
    corrected = holm([found.p for found in comparisons.values()])
    pairs = zip(comparisons.items(), corrected, strict=True)
    return {name: replace(found, p_holm=p) for (name, found), p in pairs}


def _flippable(estimate: ItemEstimate, sample: Sample, is_helped: bool) -> Floats:
    """(n,) values whose signs may be flipped, with the estimate as their weighted mean.

    The differences as they are; with a control variate (or a finite population) what the line
    leaves of them, stretched to the variance of the estimate, so that p and interval agree.
    """
    if not (is_helped or sample.is_definitive):
        return sample.values
    rest = sample.values - estimate.fitted
    rest = rest - float((sample.design.weights * rest).sum())
    spread = float(((sample.design.weights * rest) ** 2).sum())
    stretch = math.sqrt(sample.variance(estimate) / spread) if spread > 0 else 1.0
    return estimate.estimate + stretch * rest


def sign_flip(values: Floats, weights: Floats, *, flips: int = FLIPS, seed: int = 0) -> float:
    """Two-sided p-value of Σ weight × value = 0 when every sign is as likely as its opposite.

    values, weights: (n,) finite, n ≥ 1. flips ≥ 1.
    """
    terms = weights * values
    n, observed = len(terms), abs(float(terms.sum()))
    bar = observed - 1e-12 * float(np.abs(terms).sum())
    if 2**n <= flips + 1:
        return float((np.abs(_all_signs(n) @ terms) >= bar).mean())
    rng, hits, left = np.random.default_rng(seed), 0, flips
    while left > 0:
        rows = min(left, max(1, CHUNK // n))
        bits = np.unpackbits(rng.integers(0, 256, (rows, -(-n // 8)), dtype=np.uint8), axis=1)
        flipped = bits[:, :n].astype(float) @ terms
        hits += int((np.abs(terms.sum() - 2 * flipped) >= bar).sum())
        left -= rows
    return (1 + hits) / (1 + flips)


def _all_signs(n: int) -> Floats:
    """(2ⁿ, n): every pattern of signs."""
    patterns = np.arange(2**n)[:, None] >> np.arange(n) & 1
    signs: Floats = 2.0 * patterns.astype(float) - 1
    return signs


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction; None stays None and does not count as a test.

    [.01, .04, .03, .005] gives [.03, .06, .06, .02]. Raises ValueError outside [0, 1].
    """
    known = [(p, place) for place, p in enumerate(p_values) if p is not None]
    if any(not 0 <= p <= 1 for p, _place in known):
        raise ValueError("p-values lie between 0 and 1")
    corrected: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(sorted(known)):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        corrected[place] = largest
    return corrected
