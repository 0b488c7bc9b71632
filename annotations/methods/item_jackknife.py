"""An interval for anything that is computed of sums over items: leave out a group of items in turn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from annotations.methods.coefficient import Floats, Ints

GROUPS = 20
SEED = 1906


def random_groups(items: int) -> Ints:
    """One of GROUPS groups for each item, shape (items,); the same for the same number of items."""
    return np.random.default_rng(SEED).permutation(np.arange(items) % GROUPS)


def jackknife_of_sums(
    sums: Floats, statistic: Callable[[Floats], Floats], confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """(value, low, high) of `statistic`, each shaped like what it returns; t(groups − 1).

    `sums` (groups, …) are the sums over the items of each group. Where the statistic is undefined
    without some group the bounds are NaN.
    """
    whole = sums.sum(axis=0)
    value = statistic(whole)
    n = len(sums)
    without = np.array([statistic(whole - part) for part in sums])
    error = np.sqrt((n - 1) * np.mean((without - without.mean(axis=0)) ** 2, axis=0))
    half = float(stdtrit(n - 1, (1 + confidence) / 2)) * error
    return value, value - half, value + half
