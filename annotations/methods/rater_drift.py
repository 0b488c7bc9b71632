"""Drift and bias by group: how a rater's difference to the others changes with time or with group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

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


def group_biases(table: LongTable, *groupings: NDArray[Any], confidence: float = 0.95) -> list[GroupBias]:
    """Every rater × group with at least ENOUGH shared ratings in it and outside it; Holm's p over all of them.

    Each of `groupings` (items,) labels the group of each item, such as a class or a source. Least squares with the
    effects of items and raters beside the one of this rater in this group, so that what the co-raters' severities are
    not known by widens the interval; the standard error is clustered by item (Cameron and Miller 2015), since raters
    and groups differ in noise, with as many degrees of freedom as items that tell, less one. Left out where no other
    rater links the two groups: there it is not told from severity.
    """
    design, found = _Design(table), []
    left = design.free(table.x)
    for grouping in groupings:
        names, code = np.unique(grouping, return_inverse=True)
        of_rating = np.where(table.sizes[table.item] > 1, code[table.item], -1)
        for rater, label in enumerate(table.rater_labels.tolist()):
            mine = table.rater == rater
            counts = np.bincount(of_rating[mine & (of_rating >= 0)], minlength=len(names))
            for place in np.flatnonzero(np.minimum(counts, counts.sum() - counts) >= ENOUGH).tolist():
                telling = design.free((mine & (of_rating == place)).astype(float))
                if telling @ telling > NEAR * counts[place]:
                    parts = _bias(table, telling, left, confidence)
                    found.append(GroupBias(label, names.tolist()[place], int(counts[place]), *parts))
    return _with_holm(found)


class _Design:
    """The effects of items and raters, to be taken out of a column of ratings."""

    def __init__(self, table: LongTable) -> None:
        self.table = table
        cells = sparse.csr_array((np.ones(len(table)), (table.item, table.rater)), (table.item_count, table.rater_count))
        weighted = cells / np.maximum(table.sizes, 1)[:, None]
        links = np.diag(np.bincount(table.rater, minlength=table.rater_count)) - (cells.T @ weighted).toarray()
        self.inverse = np.linalg.pinv(links, hermitian=True)

    def free(self, column: Floats) -> Floats:
        """What neither items nor raters explain."""
        within = self._within(column)
        effect: Floats = self.inverse @ np.bincount(self.table.rater, within, self.table.rater_count)
        explained = self._within(effect[self.table.rater])
        return np.asarray(within - explained)

    def _within(self, column: NDArray[Any]) -> Floats:
        item, sizes = self.table.item, self.table.sizes
        means = np.bincount(item, column, self.table.item_count) / np.maximum(sizes, 1)
        return np.asarray(column - means[item])


def _bias(table: LongTable, telling: Floats, left: Floats, confidence: float) -> tuple[float, float, float, float]:
    """Bias, its bounds and p: `left` (n,) on `telling` (n,), both free of items and raters."""
    whole = telling @ telling
    bias = float(telling @ left / whole)
    score = np.bincount(table.item, telling * (left - bias * telling), table.item_count)
    share = np.bincount(table.item, telling**2, table.item_count) / whole
    df = max(1.0, float(1 / (share @ share)) - 1)
    error = float(np.sqrt(score @ score * (1 + 1 / df)) / whole)
    if error <= NEAR:
        return bias, bias, bias, 1.0 if abs(bias) <= NEAR else 0.0
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * error
    return bias, bias - half, bias + half, float(2 * special.stdtr(df, -abs(bias) / error))


def _with_holm(found: list[GroupBias]) -> list[GroupBias]:
    order = sorted(range(len(found)), key=lambda i: found[i].p)
    adjusted, highest = {}, 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, found[i].p * (len(found) - rank)))
        adjusted[i] = highest
    return [GroupBias(**{**vars(one), "p": adjusted[i]}) for i, one in enumerate(found)]
