"""A jackknife over items (or groups of them) for coefficients without a closed form of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from annotations.methods.coefficient import Coefficient, Floats, Ints, Reason, t_interval
from annotations.methods.long_table import LongTable

DELETE_ONE = 60
GROUPS = 40


def grouped_jackknife(
    table: LongTable, name: str, statistic: Callable[[LongTable], float], confidence: float = 0.95
) -> Coefficient:
    """`statistic` of the table with a jackknife interval over items, t(groups − 1).

    Up to DELETE_ONE items each is left out in turn, beyond that GROUPS random groups (the seed is
    fixed, so the same table gives the same interval). `statistic` returns NaN where undefined.
    """
    value = statistic(table)
    if not np.isfinite(value):
        return Coefficient(name, None, reason=Reason("one_value"))
    if np.count_nonzero(table.sizes > 1) < 3:
        return Coefficient(name, value, caution=Reason("too_few_items"))
    group, method = item_groups(table.item_count)
    replicates = _replicates(table, group, statistic)
    return jackknife_interval(name, value, replicates, confidence, method)


def jackknife_interval(
    name: str, value: float, replicates: Floats, confidence: float, method: str
) -> Coefficient:
    """`value` ± t(n − 1) jackknife errors from its n replicates, each without one group of items."""
    n = len(replicates)
    error = float("nan")
    if np.isfinite(replicates).all():
        error = float(np.sqrt((n - 1) * np.mean((replicates - replicates.mean()) ** 2)))
    return t_interval(name, value, error, n - 1, confidence, method)


def item_groups(items: int) -> tuple[Ints, str]:
    """The group of each item, shape (items,), and how to call the method."""
    if items <= DELETE_ONE:
        return np.arange(items), "jackknife over items"
    shuffled = np.random.default_rng(2210).permutation(np.arange(items) % GROUPS)
    return shuffled, f"jackknife over {GROUPS} groups of items"


def _replicates(table: LongTable, group: Ints, statistic: Callable[[LongTable], float]) -> Floats:
    of_rating = group[table.item]
    return np.array([statistic(table.where(of_rating != g)) for g in range(group.max() + 1)])
