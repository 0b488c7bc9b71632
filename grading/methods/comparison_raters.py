"""The raters' part of a comparison: would other raters see the two versions so too?

A rater's severity falls out where the same rater scores both sides of a pair. What stays is
that some raters prefer A by more than others do (rater × version), and severity where a rater has
scored more of one side than of the other. The first is found as for a verdict
(rater_panel.py): each rater's share in a pair's difference is taken as one rating of the pair. How
hard a pair is falls out of its difference, but not of the shares of raters who scored one side
only; that much is taken off again, where five raters or more tell how much is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.interval import Interval, Spread, unknown
from grading.methods.rater_panel import Panel, Ratings, panel
from grading.methods.survey import ItemEstimate

Floats = NDArray[np.float64]
ENOUGH = 3.5  # degrees of freedom: five raters of much the same load; with fewer the interval would hold in 90–94 %


@dataclass(frozen=True)
class Sides:
    """The single ratings behind a comparison; pairs are the items of both, and raters and blocks have
    the same codes in both."""

    a: Ratings
    b: Ratings


def raters_like_these(
    found: ItemEstimate, variance: float, weights: Floats, sides: Sides, confidence: float
) -> Interval:
    """The interval of a mean difference A − B for raters like these, on any scale.

    Args:
        found: the estimate; variance: of it, over the drawing of items. weights: (n,) of the pairs.
    Returns:
        `reason` "one_rater" where raters cannot be compared. Where only definitive scores count,
        the raters have no part.
    """
    ratings = paired_ratings(sides, weights)
    people = panel(ratings, found.weights, found.fitted)
    severity = _severity(sides, weights)
    if people.reason == "one_rater" or (severity is None and not people.reason):
        return unknown("one_rater", found.estimate)
    of_raters = max(0.0, people.clustered - _of_hardness(ratings, found, people))
    of_raters += (severity or 0.0) * _unevenness(sides, weights)
    spread = Spread(((variance, found.degrees), (of_raters, people.degrees)))
    error = math.sqrt(spread.variance)
    half = spread.quantile(confidence) * error
    low, high = found.estimate - half, found.estimate + half
    return Interval(found.estimate, low, high, error, spread.degrees, "t")


def paired_ratings(sides: Sides, weights: Floats) -> Ratings:
    """A row for each pair and rater who scored a side of it; their mean is the pair's difference."""
    n, (a, b) = len(weights), (sides.a, sides.b)
    mean_a, mean_b = (_mean(side, weights) for side in (a, b))
    share = np.concatenate([_shares(a, mean_a), -_shares(b, mean_b)])
    pair, rater = np.concatenate([a.item, b.item]), np.concatenate([a.rater, b.rater])
    everyone = int(rater.max(initial=0)) + 1
    cells, first, cell = np.unique(pair * everyone + rater, return_index=True, return_inverse=True)
    at = pair[first]
    raters = np.bincount(at, minlength=n)[at]
    values = mean_a - mean_b + raters * np.bincount(cell, weights=share, minlength=len(cells))
    return Ratings(at, rater[first], values, np.concatenate([a.block, b.block])[first], n)


def _mean(side: Ratings, weights: Floats) -> float:
    share = _weights(side, weights)
    return float((share * side.value).sum() / share.sum()) if len(share) else 0.0


def _weights(side: Ratings, weights: Floats) -> Floats:
    """Of each rating in the side's mean."""
    counts = np.bincount(side.item, minlength=len(weights))
    found: Floats = weights[side.item] / counts[side.item]
    return found


def _shares(side: Ratings, mean: float) -> Floats:
    shares: Floats = (side.value - mean) * _weights(side, np.ones(side.sample_items))
    return shares


def _of_hardness(ratings: Ratings, found: ItemEstimate, people: Panel) -> float:
    """What the hardness of the pairs puts into the clustered variance: it is in every rater's share
    and falls out of their sum. 0 where each rater scored both sides, or too few raters did."""
    if people.degrees < ENOUGH:
        return 0.0
    raters = np.bincount(ratings.item, minlength=ratings.sample_items)[ratings.item]
    shares = found.weights[ratings.item] / raters * (ratings.value - found.fitted[ratings.item])
    sums = np.bincount(ratings.item, weights=shares)
    surplus = float((shares**2).sum() - (sums**2).sum())
    return max(0.0, surplus) * people.inflation


def _severity(sides: Sides, weights: Floats) -> float | None:
    """σ² of severity, the mean over the sides that several raters scored; None where none was."""
    found = [
        panel(side, weights, np.full(len(weights), _mean(side, weights)))
        for side in (sides.a, sides.b)
    ]
    known = [one.rater_sd**2 for one in found if one.rater_sd is not None]
    return float(np.mean(known)) if known else None


def _unevenness(sides: Sides, weights: Floats) -> float:
    """Σ (rater's load in A − load in B)²: 0 where everybody scored as much of both."""
    size = 1 + max(int(side.rater.max(initial=0)) for side in (sides.a, sides.b))
    loads = [
        np.bincount(side.rater, weights=_weights(side, weights), minlength=size)
        for side in (sides.a, sides.b)
    ]
    return float(((loads[0] - loads[1]) ** 2).sum())
