"""Krippendorff's α with the jackknife over items, vectorised over the long table.

α = 1 − D_o / D_e (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). With N pairable
ratings, m_i of them on item i, W_i = Σ δ²(a, b) over the ordered pairs of item i and T the same over
all N ratings: D_o = Σ W_i / (m_i − 1) / N and D_e = T / (N (N − 1)). The interval is the jackknife
over items with t(n − 1) (Hughes 2022, arXiv 2210.13265).

Squared distances need only Σx and Σx² of each item. The ordinal metric is the interval metric on
midranks, Σ_{g=c..k} n_g − (n_c + n_k)/2 = r_k − r_c, so only the ratio metric looks at pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.methods.coefficient import (
    LEVELS,
    Coefficient,
    Floats,
    Ints,
    Level,
    Reason,
    undefined,
)
from annotations.methods.grouped_jackknife import jackknife_interval
from annotations.methods.long_table import LongTable, sum_by, within_pairs
from annotations.methods.ordinal_jackknife import LARGEST_EXACT, ordinal_leave_one_out

NAME = "krippendorff_alpha"
LARGEST_RATIO = 20_000
GROUPS = 100


@dataclass(frozen=True)
class Parts:
    """What α is made of: W and m of each item, T and N in all."""

    within: Floats
    sizes: Ints
    total: float
    count: int

    @property
    def observed(self) -> Floats:
        """W_i / (m_i − 1), shape (items,)."""
        return self.within / (self.sizes - 1)

    @property
    def alpha(self) -> float:
        return 1.0 - (self.count - 1) * float(self.observed.sum()) / self.total


def krippendorff_alpha(
    table: LongTable, level: Level, confidence: float = 0.95, interval: bool = True
) -> Coefficient:
    """α of `table` at `level` (nominal, ordinal, interval or ratio), with its jackknife interval.

    Raises:
        ValueError: unknown level.
    """
    if problem := why_undefined(table, level):
        return undefined(NAME, problem)
    paired = table.paired
    parts = alpha_parts(paired, level)
    if not interval:
        return Coefficient(NAME, parts.alpha)
    if paired.item_count < 3:
        return Coefficient(NAME, parts.alpha, caution=Reason("too_few_items"))
    replicates, method = _replicates(paired, level, parts)
    return jackknife_interval(NAME, parts.alpha, replicates, confidence, method)


def why_undefined(table: LongTable, level: Level) -> str:
    """The code of the reason why α is undefined, or ""."""
    if level not in LEVELS:
        raise ValueError(f"unknown level of measurement: {level}")
    if not len(table):
        return "no_ratings"
    if table.has_raters and table.rater_count < 2:
        return "one_rater"
    if not table.has_distances and level != "nominal":
        return "text_values"
    if not len(table.paired):
        return "no_overlap"
    if table.paired.used < 2:
        return "one_value"
    if level == "ratio" and table.values[np.unique(table.code)].min() < 0:
        return "negative_values"
    return "too_many_values" if level == "ratio" and table.used > LARGEST_RATIO else ""


def alpha_parts(paired: LongTable, level: Level) -> Parts:
    """W, m, T and N of a table in which every item has at least two ratings."""
    counts = np.bincount(paired.code, minlength=len(paired.values)).astype(float)
    if level == "nominal":
        within = _nominal_within(paired)
        total = float(counts.sum() ** 2 - (counts**2).sum())
    elif level == "ratio":
        within = _ratio_within(paired)
        total = float(counts @ ratio_against(paired.values, counts))
    else:
        x = (paired.values if level == "interval" else midranks(counts))[paired.code]
        within, total = squared_parts(paired.item, paired.sizes, x)
    return Parts(within, paired.sizes, total, len(paired))


def midranks(counts: Floats) -> Floats:
    """Midrank of each category, counted from 0: Σ_{g<c} n_g + n_c / 2."""
    return np.cumsum(counts) - counts / 2


def squared_parts(item: Ints, sizes: Ints, x: Floats) -> tuple[Floats, float]:
    """Σ (a − b)² over ordered pairs: within each item, and over all."""
    x = x - x[len(x) // 2]  # a value that occurs: whole numbers stay exact
    first = np.bincount(item, x, len(sizes))
    second = np.bincount(item, x * x, len(sizes))
    within = 2 * (sizes * second - first**2)
    noise = 1e-13 * sizes * second
    total = 2 * (len(x) * float(second.sum()) - float(first.sum()) ** 2)
    return np.where(within <= noise, 0.0, within), total


def ratio_distance(a: Floats, b: Floats) -> Floats:
    """((a − b) / (a + b))² for values ≥ 0, 0 where both are 0."""
    both = a + b
    return np.divide(a - b, both, out=np.zeros(both.shape), where=both != 0) ** 2


def ratio_against(values: Floats, counts: Floats) -> Floats:
    """Σ_k n_k δ²(v, k) for every v of `values`, by blocks so that V × V is never held."""
    used = counts > 0
    others, weights, block = values[used], counts[used], 256
    against = np.zeros(len(values))
    for start in range(0, len(values), block):
        rows = values[start : start + block, None]
        against[start : start + block] = ratio_distance(rows, others[None, :]) @ weights
    return against


def _nominal_within(paired: LongTable) -> Floats:
    return (paired.sizes**2 - same_value_pairs(paired)).astype(float)


def same_value_pairs(table: LongTable) -> Floats:
    """Σ_k n_ik² of each item, shape (items,)."""
    return sum_by(table.runs.item, table.runs.count.astype(np.float64) ** 2, table.item_count)


def _ratio_within(paired: LongTable) -> Floats:
    runs, within = paired.runs, np.zeros(paired.item_count)
    x, count = paired.values[runs.code], runs.count.astype(float)
    for a, b in within_pairs(runs.item):
        distance = 2 * count[a] * count[b] * ratio_distance(x[a], x[b])
        within += np.bincount(runs.item[a], distance, paired.item_count)
    return within


def _replicates(paired: LongTable, level: Level, parts: Parts) -> tuple[Floats, str]:
    """α without each item (or each group of items), and what was left out."""
    if level == "ordinal":
        if paired.used > LARGEST_EXACT:
            return _without_groups(paired, level), f"jackknife over {GROUPS} groups of items"
        return ordinal_leave_one_out(paired), "jackknife over items"
    total = _total_without_each(paired, level, parts)
    left = parts.count - parts.sizes
    observed = parts.observed.sum() - parts.observed
    is_defined = total > 1e-12 * parts.total
    ratio = np.divide(observed, total, out=np.full(len(total), np.nan), where=is_defined)
    return 1 - (left - 1) * ratio, "jackknife over items"


def _total_without_each(paired: LongTable, level: Level, parts: Parts) -> Floats:
    """T of all ratings but item i's: T − 2 Σ_{v ∈ i} Σ_k n_k δ²(v, k) + W_i."""
    counts = np.bincount(paired.code, minlength=len(paired.values)).astype(float)
    if level == "nominal":
        against = counts.sum() - counts
    elif level == "ratio":
        against = ratio_against(paired.values, counts)
    else:
        x = paired.values - (counts @ paired.values) / counts.sum()
        against = counts.sum() * x**2 + counts @ x**2
    lost = np.bincount(paired.item, against[paired.code], paired.item_count)
    return parts.total - 2 * lost + parts.within


def _without_groups(paired: LongTable, level: Level) -> Floats:
    """α without each of GROUPS random groups of items (the seed is fixed)."""
    count = min(GROUPS, paired.item_count)
    group = np.random.default_rng(2210).permutation(np.arange(paired.item_count) % count)
    of_rating = group[paired.item]
    return np.array([alpha_parts(paired.where(of_rating != g), level).alpha for g in range(count)])
