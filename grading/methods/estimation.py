"""The human estimate of a candidate, with an interval for each thing it may speak for.

One call chooses the estimator (sample mean, stratified, Hájek, regression, difference), adds
what the raters' own sampling contributes, and lays the interval that suits the values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods import interval as lay
from grading.methods.design import Design
from grading.methods.hybrid import Auxiliary, Worth, regression_estimate, worth
from grading.methods.interval import Interval, Spread, unknown
from grading.methods.rater_panel import Panel, Ratings, panel
from grading.methods.survey import METHODS, ItemEstimate, sample_mean

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A candidate's human score over all N items, on [0, 1].

    these: these raters, these N items. like: raters like these, these N items (decides).
    beyond: raters like these, items like these. people_only: `like` without the automatic
    score. `item_variance`: of the estimate, over the drawing of items. cap: the share of ratings that
    a perfect score would save, in [0, 1], for the raters' noise it cannot foresee; None where
    nothing tells that noise.
    """

    value: float
    these: Interval
    like: Interval
    beyond: Interval
    people_only: Interval
    worth: Worth
    panel: Panel
    method: str
    items: int
    population: int
    item_variance: float
    is_rate: bool
    cap: float | None = None


def estimate_mean(
    values: Floats,
    design: Design,
    ratings: Ratings,
    *,
    auxiliary: Auxiliary | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the mean human value over the whole population.

    Args:
        values: (n,) in [0, 1], n ≥ 2, one for each rated item in the design's order.
        ratings: the single ratings behind them, on the same scale.
        auxiliary: an automatic score chosen beforehand; used only where it helps.
    Raises:
        ValueError: a value is not a number in [0, 1], or the lengths differ.
    """
    _check(values, design)
    is_rate = bool(np.isin(values, (0.0, 1.0)).all())
    found = worth(values, auxiliary, design)
    plain = sample_mean(values, design)
    items = plain
    if found.is_used and auxiliary is not None:
        items = regression_estimate(values, auxiliary, design, is_rate=is_rate)
    people = panel(ratings, items.weights, items.fitted)
    alone = people if items is plain else panel(ratings, plain.weights, plain.fitted)
    layer = _Layer(values, design, is_rate, confidence)
    return Estimate(
        value=_unit(items.estimate),
        these=layer.lay(items, _alone(items, items.variance), float(design.missing.mean())),
        like=_like(layer, items, people, items.variance, design.drawn_share),
        beyond=_like(layer, items, people, items.variance_beyond, 0.0),
        people_only=_like(layer, plain, alone, plain.variance, design.drawn_share),
        worth=found,
        panel=people,
        method=items.method,
        items=len(values),
        population=design.population,
        item_variance=items.variance,
        is_rate=is_rate,
        cap=noise_cap(values, design, ratings, alone),
    )


def like_interval(
    values: Floats, design: Design, ratings: Ratings, items: ItemEstimate, confidence: float
) -> Interval:
    """The interval for raters like these around any item-level estimate."""
    is_rate = bool(np.isin(values, (0.0, 1.0)).all())
    layer = _Layer(values, design, is_rate, confidence)
    people = panel(ratings, items.weights, items.fitted)
    return _like(layer, items, people, items.variance, design.drawn_share)


def noise_cap(values: Floats, design: Design, ratings: Ratings, people: Panel) -> float | None:
    """1 − (noise of single ratings in an item's value ÷ variance of the values): ρ² of a score
    that knew every item's true value.

    None where no item was rated twice, so that noise and items cannot be told apart.
    """
    if people.reason == "no_raters":
        return 1.0
    w = design.weights
    spread = float((w * (values - (w * values).sum()) ** 2).sum())
    twice = np.bincount(ratings.item, minlength=ratings.sample_items) >= 2
    if spread <= 0 or not twice.any():
        return None
    noise = people.noise / float((w**2).sum())
    return min(1.0, max(0.0, 1 - noise / spread))


def _check(values: Floats, design: Design) -> None:
    if len(values) != design.size:
        raise ValueError("as many values as sampled items")
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
        raise ValueError("values are numbers in [0, 1]")


def _alone(items: ItemEstimate, variance: float) -> Spread:
    return Spread(((variance, items.degrees),))


def _like(
    layer: _Layer, items: ItemEstimate, people: Panel, variance: float, known: float
) -> Interval:
    """The interval for raters like these. `known`: the share of N that was rated, where the
    noise of single ratings is not in the items' own variance any more."""
    if people.reason == "one_rater":
        return unknown("one_rater", _unit(items.estimate))
    if people.reason == "no_raters":
        left = float(layer.design.missing.mean()) if known else 1.0
        return layer.lay(items, _alone(items, variance), left)
    of_items = variance + known * people.noise
    spread = Spread(((of_items, items.degrees), (people.clustered, people.degrees)))
    return layer.lay(items, spread, 1.0)


@dataclass(frozen=True)
class _Layer:
    """Lays intervals: Wilson for rates, exact where nothing varies, t otherwise."""

    values: Floats
    design: Design
    is_rate: bool
    confidence: float

    def lay(self, items: ItemEstimate, spread: Spread, left: float) -> Interval:
        """`left`: the share that is still a guess when nothing in the sample varies."""
        value = _unit(items.estimate)
        if items.degrees < 1:
            return unknown("too_few_items", value)
        if np.ptp(self.values) < 1e-12:
            return self._of_constant(value, spread, left)
        if self.is_rate and items.method in METHODS.values():
            trials = value * (1 - value) / spread.variance if spread.variance > 0 else math.inf
            return self._wilson(value, trials, spread)
        return lay.t_interval(value, spread, self.confidence, _unit(items.centre))

    def _of_constant(self, value: float, spread: Spread, left: float) -> Interval:
        """All the same is not certainty: as if each of n items were a yes/no of that mean."""
        size = 1 / float((self.design.weights**2).sum())  # that the weights leave: Kish 1965
        trials = math.inf if left <= 0 else size / left
        if spread.variance > 0 and 0 < value < 1:
            trials = min(trials, value * (1 - value) / spread.variance)
        if self.is_rate and not math.isinf(trials):
            return self._wilson(value, trials, spread)
        return lay.clopper_pearson_interval(value, trials, self.confidence)

    def _wilson(self, value: float, trials: float, spread: Spread) -> Interval:
        quantile = spread.quantile(self.confidence)
        return lay.wilson_interval(value, trials, spread.degrees, quantile)


def _unit(value: float) -> float:
    """Cut to [0, 1]; twelve digits, so that a sum of weights does not show."""
    return float(min(1.0, max(0.0, round(value, 12))))
