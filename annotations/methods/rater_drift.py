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
RISK = 0.05  # that a steady rater raises an alarm
RANDOM_ORDERS = 99
SETTLED = 10  # ratings after which no single one carries the average
ENOUGH = 20
ENOUGH_OF_A_KIND = 5  # ratings of one kind; a mean of fewer takes away what they differ by
BLOCK = 64
NEAR = 1e-9


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


def drifts(table: LongTable, effects: RaterEffects, when: Floats, kind: Ints | None = None) -> list[Drift]:
    """The moving average of every rater with at least ENOUGH shared ratings.

    `when` (n,) orders the ratings of the table's own columns (their `row`). `kind` (items,) numbers the kinds of items,
    such as question and system: who rates one after the other, and one of them otherwise than the others do or less
    steadily, does not change. So differences are taken from the rater's mean of the kind, and reordered within it. Roberts 1959, with limits
    found by reordering (Fisher 1935, §21): as wide as the farthest that the average goes in all but
    RISK of RANDOM_ORDERS random orders of the rater's own differences. The spread is taken from the moving
    range (Montgomery 2013, Introduction to Statistical Quality Control, ch. 6.4). For normal differences over
    400 ratings that is L = 3.6 standard errors, the usual fixed limit; on marks, where most differences are
    nought and a few large, a fixed one would raise false alarms.
    """
    difference = residuals(table, effects)
    found = []
    for rater, label in enumerate(table.rater_labels.tolist()):
        mine = np.flatnonzero((table.rater == rater) & np.isfinite(difference))
        if len(mine) >= ENOUGH:
            mine = mine[np.argsort(when[table.row[mine]], kind="stable")]
            cells = _cells(np.zeros(len(mine), np.int64) if kind is None else kind[table.item[mine]])
            found.append(_drift(label, table.row[mine], difference[mine], cells))
    return found


def _cells(kind: Ints) -> list[Ints]:
    """The places of each kind; kinds with few ratings are one."""
    kinds, code, count = np.unique(kind, return_inverse=True, return_counts=True)
    merged = np.where((count < ENOUGH_OF_A_KIND)[code], len(kinds), code)
    return [np.flatnonzero(merged == one) for one in np.unique(merged)]


def _drift(label: Any, row: Ints, difference: Floats, cells: list[Ints]) -> Drift:
    steps = np.arange(1, len(row) + 1)
    error = np.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * steps)))
    orders, rng = np.tile(difference, (RANDOM_ORDERS + 1, 1)), np.random.default_rng(len(row))
    for cell in cells:
        orders[:, cell] -= difference[cell].mean()
        orders[1:, cell] = rng.permuted(orders[1:, cell], axis=1)
    averages = _averages(_scaled(orders))  # of the order that it was, then of the random ones
    farthest = (np.abs(averages[1:]) / error)[:, SETTLED:].max(axis=1)
    limit = float(np.quantile(farthest, 1 - RISK, method="higher")) * error
    beyond = np.flatnonzero(np.abs(averages[0, SETTLED:]) > limit[SETTLED:] + NEAR)
    return Drift(label, row, averages[0], limit, int(beyond[0]) + SETTLED if len(beyond) else None)


def _scaled(differences: Floats) -> Floats:
    """Each row less its mean, in its own standard deviations: from one rating to the next, so that a shift half
    way does not hide in a large spread."""
    spread = np.abs(np.diff(differences, axis=1)).mean(axis=1, keepdims=True) * np.sqrt(np.pi) / 2
    centred = differences - differences.mean(axis=1, keepdims=True)
    return np.asarray(np.where(spread > NEAR, centred / np.maximum(spread, NEAR), 0.0))


def _averages(values: Floats) -> Floats:
    """The exponentially weighted moving average along each row, from nought; block by block."""
    ages = np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK))
    kernel = np.where(ages >= 0, WEIGHT * (1 - WEIGHT) ** np.maximum(ages, 0), 0.0)
    fading = (1 - WEIGHT) ** np.arange(1, BLOCK + 1)
    found = np.empty(values.shape)
    level = np.zeros(len(values))
    for start in range(0, values.shape[1], BLOCK):
        part = values[:, start : start + BLOCK]
        size = part.shape[1]
        found[:, start : start + size] = part @ kernel[:size, :size].T + np.outer(level, fading[:size])
        level = found[:, start + size - 1]
    return found


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
