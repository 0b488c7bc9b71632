"""Percentile bootstrap of Krippendorff's α over items, on unique count patterns.

Items with the same counts are the same item to α, so a resample of n items is one multinomial draw
over the P different patterns: B resamples cost B × P, not B × n × V. Krippendorff's own bootstrap
(of pair deviations) covers far too seldom and is not offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotations.methods.coefficient import (
    Coefficient,
    Floats,
    Ints,
    Level,
    Reason,
    undefined,
)
from annotations.methods.krippendorff_alpha import (
    NAME,
    krippendorff_alpha,
    ratio_distance,
    why_undefined,
)
from annotations.methods.long_table import LongTable

LARGEST = 2_000  # categories
CELLS = 4_000_000  # of one block of resamples


@dataclass(frozen=True)
class Patterns:
    """Different rows of counts: `counts` (P, V), `times` each occurs (P,), `values` (V,)."""

    counts: Floats
    times: Ints
    values: Floats


def alpha_bootstrap(
    table: LongTable,
    level: Level,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Coefficient:
    """α with the percentile interval of `resamples` resamples of items.

    Resamples in which one value is left have no α; with more than 5 % of them there is no interval.
    """
    if problem := why_undefined(table, level):
        return undefined(NAME, problem)
    value = krippendorff_alpha(table, level, interval=False).value
    if table.paired.used > LARGEST:
        return Coefficient(NAME, value, caution=Reason("too_many_values"))
    draws = bootstrap_alphas(patterns(table.paired), level, resamples, seed)
    defined = draws[np.isfinite(draws)]
    if len(defined) < 0.95 * resamples or table.paired.item_count < 3:
        return Coefficient(NAME, value, caution=Reason("too_few_items"))
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    method = f"percentile bootstrap over items, {resamples} resamples"
    return Coefficient(NAME, value, float(low), float(high), method)


def patterns(paired: LongTable) -> Patterns:
    """The different rows of counts, found by a random 64-bit sum of each item's values."""
    runs = paired.runs
    used, code = np.unique(runs.code, return_inverse=True)
    salt = np.random.default_rng(1).integers(1, 2**63, len(used), dtype=np.uint64)
    starts = np.flatnonzero(np.diff(runs.item, prepend=-1))
    sums = np.add.reduceat(salt[code] * runs.count.astype(np.uint64), starts)
    _sum, first, times = np.unique(sums, return_index=True, return_counts=True)
    row = np.full(paired.item_count, -1)
    row[first] = np.arange(len(first))
    kept = row[runs.item] >= 0
    counts = np.zeros((len(first), len(used)))
    counts[row[runs.item[kept]], code[kept]] = runs.count[kept]
    return Patterns(counts, times, paired.values[used])


def bootstrap_alphas(rows: Patterns, level: Level, resamples: int, seed: int) -> Floats:
    """α of each resample, shape (resamples,), NaN where it is undefined."""
    alphas = [_alphas(rows, weights, level) for weights in _draws(rows, resamples, seed)]
    return np.concatenate(alphas)


def _draws(rows: Patterns, resamples: int, seed: int) -> Iterator[Floats]:
    rng, items = np.random.default_rng(seed), int(rows.times.sum())
    block = max(1, CELLS // max(len(rows.times), len(rows.values)))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        yield rng.multinomial(items, rows.times / items, size).astype(float)


def _alphas(rows: Patterns, weights: Floats, level: Level) -> Floats:
    counts = weights @ rows.counts
    total, observed = _METRICS[level](rows, weights, counts)
    ratings = counts.sum(axis=1)
    is_defined = np.count_nonzero(counts, axis=1) > 1
    ratio = np.divide(observed, total, out=np.full(len(total), np.nan), where=is_defined)
    return np.asarray(1 - (ratings - 1) * ratio)


def _nominal(rows: Patterns, weights: Floats, counts: Floats) -> tuple[Floats, Floats]:
    sizes = rows.counts.sum(axis=1)
    within = sizes**2 - (rows.counts**2).sum(axis=1)
    total = counts.sum(axis=1) ** 2 - (counts**2).sum(axis=1)
    return total, weights @ (within / (sizes - 1))


def _interval(rows: Patterns, weights: Floats, counts: Floats) -> tuple[Floats, Floats]:
    sizes, x = rows.counts.sum(axis=1), rows.values - np.median(rows.values)
    within = 2 * (sizes * (rows.counts @ x**2) - (rows.counts @ x) ** 2)
    total = 2 * (counts.sum(axis=1) * (counts @ x**2) - (counts @ x) ** 2)
    return total, weights @ (within / (sizes - 1))


def _ordinal(rows: Patterns, weights: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Each resample has midranks of its own; T = N⁴/6 − N Σ n³/6."""
    sizes, ratings = rows.counts.sum(axis=1), counts.sum(axis=1)
    ranks = np.cumsum(counts, axis=1) - counts / 2
    ranks = ranks / ratings[:, None]
    within = 2 * (sizes * (ranks**2 @ rows.counts.T) - (ranks @ rows.counts.T) ** 2)
    observed = (weights * within / (sizes - 1)).sum(axis=1)
    total = (ratings**2 - (counts**3).sum(axis=1) / ratings) / 6
    return total, observed


def _ratio(rows: Patterns, weights: Floats, counts: Floats) -> tuple[Floats, Floats]:
    sizes = rows.counts.sum(axis=1)
    distance = ratio_distance(rows.values[:, None], rows.values[None, :])
    within = ((rows.counts @ distance) * rows.counts).sum(axis=1)
    return ((counts @ distance) * counts).sum(axis=1), weights @ (within / (sizes - 1))


_METRICS = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio}
