"""The estimates of a file side by side: people alone, and people helped by automatic scores.

Estimand: the mean human value over all N items, or the rate of items at or above a mark. The one
recommended is not the one whose interval came out narrowest: the ridge over all scores where there
are several, else the regression on the one, each only where its correlation with the human values
passes the bar 1/√(n−2); otherwise people alone. A rate with fewer than ten items on one side of
the mark is left to people too: there is too little to learn a slope from. (Taking whichever
interval is narrower instead lets the coverage of rates fall by one or two points in a hundred.)

A single human value an item does not tell the item from the rater's noise. So the N items count
as a sample of items like these, unless the values are said to be definitive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grading.methods.decision import outcome_of
from grading.methods.design import Design, simple_design, unequal_design
from grading.methods.hybrid import Auxiliary, regression_estimate, worth
from grading.methods.ppi import ppi_estimate
from grading.methods.ridge_crossfit import LEAST_ITEMS, crossfit_score
from grading.methods.survey import ItemEstimate, sample_mean
from grading.methods.unbounded_interval import Sample, mean_ends, rate_ends

Floats = NDArray[np.float64]
HUMAN_ONLY, REGRESSION, RIDGE = "human_only", "regression", "ridge_crossfit"
PPI, PPI_PLUS_PLUS = "ppi", "ppi_plus_plus"
NAMES = (HUMAN_ONLY, REGRESSION, RIDGE, PPI, PPI_PLUS_PLUS)
LEAST_EACH_SIDE = 10  # of the mark, for a rate
USABLE = (None, "weak", "few_exceptions")  # reasons that leave the numbers there


@dataclass(frozen=True)
class NamedEstimate:
    """A value with its interval, on the scale of the human values (or a rate in [0, 1]).

    ratings_saved: 1 − (width ÷ width of people alone)², negative where the score does harm.
    reason: a code why there is no number, or ("weak", "few_exceptions") why the numbers are not
    to be used;
    "no_ratings", "too_few_items_for_folds", "off_scale" (every item, or none, reaches the mark
    by the score) or those of `hybrid.Worth`.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    ratings_saved: float | None
    reason: str | None


@dataclass(frozen=True)
class NamedEstimates:
    """All estimates in the order of NAMES; n rated of N items (`population`)."""

    n: int
    population: int
    estimates: tuple[NamedEstimate, ...]
    recommended: str

    @property
    def best(self) -> NamedEstimate:
        return next(e for e in self.estimates if e.name == self.recommended)

    def decision(self, threshold: float) -> str:
        """ "pass", "fail" or "undecided" by the recommended interval."""
        return outcome_of(self.best.low, self.best.high, threshold)


def named_estimates(
    human: Floats,
    scores: Floats,
    *,
    probabilities: Floats | None = None,
    at_least: float | None = None,
    is_definitive: bool = False,
    confidence: float = 0.95,
    seed: int = 0,
) -> NamedEstimates:
    """Every estimate of the mean (or rate) over all N items.

    Args:
        human: (N,), NaN where nobody rated. scores: (N, p), p ≥ 1; regression and PPI use
            the first column. probabilities: (N,) inclusion probabilities in (0, 1], read at the
            rated items; None for a simple random sample. at_least: estimate the rate of
            items with a human value at or above it. is_definitive: the values are free of
            noise and the N items are all there are. seed: of the folds.
    Raises:
        ValueError: an infinite human value. DesignProblem: a bad probability.
    """
    rated = np.flatnonzero(~np.isnan(human))
    values, n, population = human[rated], len(rated), len(human)
    if not np.isfinite(values).all():
        raise ValueError("human values are finite numbers")
    if at_least is not None:
        values = (values >= at_least).astype(float)
    if n < 2:
        return _without_interval(values, population)
    if probabilities is None:
        design = simple_design(n, population)
    else:
        design = unequal_design(probabilities[rated].tolist(), population)
    sheet = _Sheet(values, rated, scores, design, at_least, is_definitive, confidence, seed)
    return sheet.all()


def _without_interval(values: Floats, population: int) -> NamedEstimates:
    """No rating, or one: nothing to measure the spread with."""
    n = len(values)
    reason = "too_few_items" if n else "no_ratings"
    value = float(values[0]) if n else None
    rows = [
        NamedEstimate(name, value if name == HUMAN_ONLY else None, None, None, None, reason)
        for name in NAMES
    ]
    return NamedEstimates(n, population, tuple(rows), HUMAN_ONLY)


@dataclass(frozen=True)
class _Sheet:
    values: Floats
    rated: NDArray[np.int64]
    scores: Floats
    design: Design
    at_least: float | None
    is_definitive: bool
    confidence: float
    seed: int

    def all(self) -> NamedEstimates:
        people = self._laid(HUMAN_ONLY, sample_mean(self.values, self.design), None)
        first = self._auxiliary(self.scores[:, 0])
        rows = [people, self._regression(REGRESSION, first, self._off(first)), self._ridge()]
        rows += [self._ppi(PPI, first), self._ppi(PPI_PLUS_PLUS, first)]
        rows = [replace(row, ratings_saved=_saved(row, people)) for row in rows]
        usable = {row.name for row in rows if row.reason is None}
        wished = [RIDGE] if self.scores.shape[1] > 1 else []
        found = [name for name in (*wished, REGRESSION) if name in usable]
        sizes = self.design.size, self.design.population
        return NamedEstimates(*sizes, tuple(rows), found[0] if found else HUMAN_ONLY)

    def _auxiliary(self, score: Floats) -> Auxiliary:
        return Auxiliary(score[self.rated], score)

    def _off(self, auxiliary: Auxiliary) -> str | None:
        return self._cautious(worth(self.values, auxiliary, self.design).reason)

    def _cautious(self, reason: str | None) -> str | None:
        if reason is not None or self.at_least is None:
            return reason
        above = int(self.values.sum())
        fewer = min(above, self.design.size - above)
        return "few_exceptions" if fewer < LEAST_EACH_SIDE else None

    def _regression(self, name: str, auxiliary: Auxiliary, reason: str | None) -> NamedEstimate:
        if reason not in USABLE:
            return _none(name, reason)
        is_rate = self.at_least is not None
        found = regression_estimate(self.values, auxiliary, self.design, is_rate=is_rate)
        return self._laid(name, found, reason)

    def _ridge(self) -> NamedEstimate:
        columns = [self._off(self._auxiliary(score)) for score in self.scores.T]
        for reason in ("incomplete", "constant_ratings", "perfect_fit"):
            if reason in columns:
                return _none(RIDGE, reason)
        if self.design.size < LEAST_ITEMS:
            return _none(RIDGE, "too_few_items_for_folds")
        if all(reason == "constant_score" for reason in columns):
            return _none(RIDGE, "constant_score")
        weights, x = self.design.weights, self.scores
        made = crossfit_score(self.values, x[self.rated], x, weights, seed=self.seed)
        found = worth(self.values, made, self.design)
        is_backward = found.reason is None and (found.correlation or 0) < 0
        off = "weak" if is_backward else self._cautious(found.reason)
        return self._regression(RIDGE, made, off)

    def _ppi(self, name: str, auxiliary: Auxiliary) -> NamedEstimate:
        """PPI takes the score at its word: for a rate, whether it reaches the mark itself."""
        score = auxiliary.population
        if name == PPI and self.at_least is not None and np.isfinite(score).all():
            auxiliary = self._auxiliary((score >= self.at_least).astype(float))
            if np.ptp(auxiliary.population) == 0 < np.ptp(score):
                return _none(name, "off_scale")
        reason = self._off(auxiliary)
        if reason not in USABLE:
            return _none(name, reason)
        is_tuned = name == PPI_PLUS_PLUS
        found = ppi_estimate(self.values, auxiliary, self.design, is_tuned=is_tuned)
        return self._laid(name, found, reason)

    def _laid(self, name: str, found: ItemEstimate, reason: str | None) -> NamedEstimate:
        is_rate = self.at_least is not None
        value = min(1.0, max(0.0, found.estimate)) if is_rate else found.estimate
        sample = Sample(self.values, self.design, self.is_definitive, self.confidence)
        ends = (rate_ends if is_rate else mean_ends)(found, sample)
        if ends is None:
            return NamedEstimate(name, value, None, None, None, "constant_ratings")
        return NamedEstimate(name, value, *ends, None, reason)


def _none(name: str, reason: str | None) -> NamedEstimate:
    return NamedEstimate(name, None, None, None, None, reason)


def _saved(row: NamedEstimate, people: NamedEstimate) -> float | None:
    if row.low is None or row.high is None or people.low is None or people.high is None:
        return None
    width = people.high - people.low
    return 1 - ((row.high - row.low) / width) ** 2 if width > 0 else None
