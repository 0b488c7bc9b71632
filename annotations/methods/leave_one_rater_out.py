"""Krippendorff's α without each rater in turn: a rater whose removal lifts α stands out.

Without rater r the ordered-pair sum W of an item falls by 2 Σ_b δ²(v_r, b), and items left with one
rating fall out; only the ordinal metric, whose ranks move, looks at every rating again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from annotations.methods.coefficient import Coefficient, Floats, Ints, Level, undefined
from annotations.methods.krippendorff_alpha import (
    NAME,
    Parts,
    midranks,
    ratio_against,
    ratio_distance,
    why_undefined,
)
from annotations.methods.long_table import LongTable, sum_by, within_pairs

Rest = Callable[[NDArray[np.bool_], Ints, Floats], float]


def leave_one_rater_out(table: LongTable, level: Level) -> list[Coefficient]:
    """α without each rater, in the order of `table.rater_labels`; no intervals.

    Empty where the table does not say who rated.
    """
    if not table.has_raters or table.rater_count < 2:
        return []
    if problem := why_undefined(table, level):
        return [undefined(NAME, problem)] * table.rater_count
    alpha_of = _ordinal(table) if level == "ordinal" else _fixed_metric(table, level)
    rows = _rows_by_rater(table)
    return [_without(table, rows[r], alpha_of) for r in range(table.rater_count)]


def _rows_by_rater(table: LongTable) -> list[Ints]:
    order = np.argsort(table.rater, kind="stable")
    ends = np.cumsum(np.bincount(table.rater, minlength=table.rater_count))
    return np.split(order, ends[:-1])


def _without(table: LongTable, rows: Ints, alpha_of: Rest) -> Coefficient:
    sizes = table.sizes.copy()
    sizes[table.item[rows]] -= 1
    counts = np.bincount(table.code, minlength=len(table.values)).astype(float)
    counts -= np.bincount(table.code[rows], minlength=len(counts)).astype(float)
    alone = np.flatnonzero((sizes == 1) & (table.sizes > 0))
    keep = np.ones(len(table), dtype=bool)
    keep[rows] = False
    last = _last_rows(table, alone, keep)
    keep[last] = False
    counts -= np.bincount(table.code[last], minlength=len(counts)).astype(float)
    if table.rater_count == 2:
        return undefined(NAME, "one_rater")
    if not counts.any():
        return undefined(NAME, "no_overlap")
    if np.count_nonzero(counts) < 2:
        return undefined(NAME, "one_value")
    return Coefficient(NAME, alpha_of(keep, rows, counts))


def _last_rows(table: LongTable, alone: Ints, keep: NDArray[np.bool_]) -> Ints:
    """The one rating kept of each item in `alone`."""
    if not len(alone):
        return alone
    is_alone = np.zeros(table.item_count, dtype=bool)
    is_alone[alone] = True
    return np.flatnonzero(is_alone[table.item] & keep)


def _ordinal(table: LongTable) -> Rest:
    def alpha(keep: NDArray[np.bool_], rows: Ints, counts: Floats) -> float:
        weight = keep.astype(float)
        x = midranks(counts)[table.code]
        return _weighted_alpha(table, weight, x, counts)

    return alpha


def _weighted_alpha(table: LongTable, weight: Floats, x: Floats, counts: Floats) -> float:
    """Interval α of scores `x` over the ratings of weight 1."""
    sizes = np.bincount(table.item, weight, table.item_count)
    x = x - x[len(x) // 2]
    first = np.bincount(table.item, weight * x, table.item_count)
    second = np.bincount(table.item, weight * x * x, table.item_count)
    within = 2 * (sizes * second - first**2)
    kept = sizes > 1
    count = counts.sum()
    total = 2 * (count * second.sum() - first.sum() ** 2)
    return float(1 - (count - 1) * (within[kept] / (sizes[kept] - 1)).sum() / total)


def _fixed_metric(table: LongTable, level: Level) -> Rest:
    against = _against_own_item(table, level)
    within = sum_by(table.item, against, table.item_count)

    def alpha(keep: NDArray[np.bool_], rows: Ints, counts: Floats) -> float:
        rest = within.copy()
        rest[table.item[rows]] -= 2 * against[rows]
        sizes = table.sizes.copy()
        sizes[table.item[rows]] -= 1
        kept = sizes > 1
        parts = Parts(rest[kept], sizes[kept], _total(table, level, counts), int(counts.sum()))
        return parts.alpha

    return alpha


def _against_own_item(table: LongTable, level: Level) -> Floats:
    """Σ_b δ²(v, b) of each rating over the ratings of its item."""
    x = table.x
    if level == "interval":
        x = x - x[len(x) // 2]
        first = np.bincount(table.item, x, table.item_count)[table.item]
        second = np.bincount(table.item, x * x, table.item_count)[table.item]
        return np.asarray(np.maximum(0.0, table.sizes[table.item] * x * x - 2 * x * first + second))
    against = np.zeros(len(table))
    for a, b in within_pairs(table.item):
        distance = ratio_distance(x[a], x[b]) if level == "ratio" else x[a] != x[b]
        against[a] += distance
        against[b] += distance
    return against


def _total(table: LongTable, level: Level, counts: Floats) -> float:
    if level == "nominal":
        return float(counts.sum() ** 2 - (counts**2).sum())
    if level == "ratio":
        return float(counts @ ratio_against(table.values, counts))
    count = counts.sum()
    return float(2 * count * (counts @ (table.values - counts @ table.values / count) ** 2))
