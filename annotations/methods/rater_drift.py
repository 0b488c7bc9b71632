"""Drift and bias by group: how a rater's difference to the others changes with time or with group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from annotations.methods.coefficient import Floats, Ints
from annotations.methods.long_table import LongTable
from annotations.methods.rater_effects import RaterEffects

WEIGHT = 0.1
LIMIT = 3.6
ENOUGH = 20


@dataclass(frozen=True)
class Drift:
    """One rater's exponentially weighted moving average, one entry a shared rating in order of time.

    `row` is where each rating stood in the columns of the table; `average` is in the rater's own
    residual SDs, positive = more lenient than usual; `limit` is the bound at each step and `alarm`
    the first step beyond it (None: never).
    """

    rater: Any
    row: Ints
    average: Floats
    limit: Floats
    alarm: int | None


@dataclass(frozen=True)
class GroupBias:
    """One rater on one group of items against the same rater elsewhere, severity apart.

    `bias` is in units of the scale, positive = lenient to the group; `p` is Holm's over all raters
    and groups.
    """

    rater: Any
    group: Any
    ratings: int
    bias: float
    low: float
    high: float
    p: float


def residuals(table: LongTable, effects: RaterEffects) -> Floats:
    """Value − mean of the co-raters on the same item, severities removed; (n,), NaN if rated alone."""
    values = table.x + np.nan_to_num(effects.severity)[table.rater]
    others = table.sizes[table.item] - 1.0
    sums = np.bincount(table.item, values, table.item_count)[table.item] - values
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(others > 0, values - sums / others, np.nan))


def drifts(table: LongTable, effects: RaterEffects, when: Floats) -> list[Drift]:
    """The moving average of every rater with at least ENOUGH shared ratings.

    `when` (n,) orders the ratings of the table's own columns (their `row`). Roberts 1959; with λ = .1
    and L = 3.6 about 7 % of steady raters raise an alarm within 400 ratings. The spread is taken from
    the moving range (Montgomery 2013, Introduction to Statistical Quality Control, ch. 6.4).
    """
    difference = residuals(table, effects)
    found = []
    for rater, label in enumerate(table.rater_labels.tolist()):
        mine = np.flatnonzero((table.rater == rater) & np.isfinite(difference))
        if len(mine) >= ENOUGH:
            mine = mine[np.argsort(when[table.row[mine]], kind="stable")]
            found.append(_drift(label, table.row[mine], difference[mine]))
    return found


def _drift(label: Any, row: Ints, difference: Floats) -> Drift:
    # From one rating to the next, so that a shift half way does not hide in a large spread.
    spread = np.abs(np.diff(difference)).mean() * np.sqrt(np.pi) / 2
    steps = np.arange(1, len(row) + 1)
    limit = LIMIT * np.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * steps)))
    scaled = (difference - difference.mean()) / spread if spread > 0 else np.zeros(len(row))
    average = np.empty(len(row))
    level = 0.0
    for i, value in enumerate(scaled):
        level += WEIGHT * (value - level)
        average[i] = level
    beyond = np.flatnonzero(np.abs(average) > limit)
    return Drift(label, row, average, limit, int(beyond[0]) if len(beyond) else None)


def group_biases(
    table: LongTable, effects: RaterEffects, group: NDArray[Any], confidence: float = 0.95
) -> list[GroupBias]:
    """Every rater × group with at least ENOUGH ratings in it and outside it; Welch's t, Holm's p.

    `group` (items,) labels the group of each item, such as a class or a source.
    """
    difference = residuals(table, effects)
    of_rating = np.asarray(group)[table.item]
    found = []
    for rater, label in enumerate(table.rater_labels.tolist()):
        mine = (table.rater == rater) & np.isfinite(difference)
        for name in np.unique(of_rating[mine]).tolist():
            inside = difference[mine & (of_rating == name)]
            outside = difference[mine & (of_rating != name)]
            if min(len(inside), len(outside)) >= ENOUGH:
                found.append(_bias(label, name, inside, outside, confidence))
    return _with_holm(found)


def _bias(label: Any, name: Any, inside: Floats, outside: Floats, confidence: float) -> GroupBias:
    parts = [values.var(ddof=1) / len(values) for values in (inside, outside)]
    bias, error = float(inside.mean() - outside.mean()), float(np.sqrt(sum(parts)))
    if error == 0:
        return GroupBias(label, name, len(inside), bias, bias, bias, 1.0 if bias == 0 else 0.0)
    free = [part**2 / (len(v) - 1) for part, v in zip(parts, (inside, outside), strict=True)]
    df = sum(parts) ** 2 / sum(free)
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * error
    p = float(2 * special.stdtr(df, -abs(bias) / error))
    return GroupBias(label, name, len(inside), bias, bias - half, bias + half, p)


def _with_holm(found: list[GroupBias]) -> list[GroupBias]:
    order = sorted(range(len(found)), key=lambda i: found[i].p)
    adjusted, highest = {}, 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, found[i].p * (len(found) - rank)))
        adjusted[i] = highest
    return [GroupBias(**{**vars(one), "p": adjusted[i]}) for i, one in enumerate(found)]
