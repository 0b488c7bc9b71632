"""Intraclass correlations: reliability of one rating and of the mean of k.

One-way ICC(1) and two-way ICC(A) (agreement) and ICC(C) (consistency), Shrout & Fleiss 1979, McGraw &
Wong 1996. The variance components are Henderson's (method III: fitting constants), which are the
analysis of variance where every rater rated every item and stay unbiased where ratings are missing.
k is the number of raters, or for incomplete tables the harmonic mean of ratings an item.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import fdtri

from annotations.methods.coefficient import Coefficient, Reason, undefined
from annotations.methods.grouped_jackknife import grouped_jackknife
from annotations.methods.long_table import LongTable

NAMES = ("icc_1_1", "icc_a_1", "icc_c_1", "icc_1_k", "icc_a_k", "icc_c_k")


@dataclass(frozen=True)
class Components:
    """Variances of items, raters and the rest (all in squared units of the scale), and k."""

    items: float
    raters: float
    rest: float
    k: float


def icc(table: LongTable, name: str, confidence: float = 0.95) -> Coefficient:
    """One of NAMES, with the F intervals of McGraw & Wong for complete tables, else a jackknife.

    Estimates of variances below 0 are kept as they are (unbiased), so an ICC may be negative.
    """
    if problem := _why_undefined(table, name):
        return undefined(name, problem)
    if not table.is_complete:
        return grouped_jackknife(table, name, _statistic(name), confidence)
    value = _statistic(name)(table)
    if not np.isfinite(value):
        return undefined(name, "no_variance")
    low, high = _f_interval(table, name, confidence)
    if not np.isfinite(low + high):
        code = "no_disagreement" if value > 1 - 1e-12 else "no_interval"
        return Coefficient(name, value, caution=Reason(code))
    return Coefficient(name, value, low, high, "F distribution, McGraw & Wong 1996")


def sem_consistency(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Standard error of measurement of one rating, √(residual variance), in units of the scale."""
    name = "sem_consistency"
    if problem := _why_undefined(table, "icc_c_1"):
        return undefined(name, problem)
    rest = two_way(table).rest
    if not np.isfinite(rest):
        return undefined(name, "no_variance")
    return Coefficient(name, float(np.sqrt(max(0.0, rest))), caution=Reason("no_interval"))


def one_way(table: LongTable) -> Components:
    """Items and the rest, raters counted to the rest (raters − 0)."""
    n, sizes = len(table), table.sizes.astype(float)
    x = table.x - table.x.mean()
    sums = np.bincount(table.item, x, table.item_count)
    between = float((sums**2 / sizes).sum() - sums.sum() ** 2 / n)
    inside = float(x @ x - (sums**2 / sizes).sum())
    if n == table.item_count or table.item_count < 2:
        return Components(np.nan, 0.0, np.nan, np.nan)
    rest = inside / (n - table.item_count)
    typical = (n - (sizes**2).sum() / n) / (table.item_count - 1)
    items = (between / (table.item_count - 1) - rest) / typical
    return Components(items, 0.0, rest, _k(table))


def two_way(table: LongTable) -> Components:
    """Items, raters and the rest, both ways random, by fitting constants."""
    n, items, raters = len(table), table.item_count, table.rater_count
    x, sizes = table.x - table.x.mean(), table.sizes.astype(float)
    of_item = np.bincount(table.item, x, items)
    of_rater = np.bincount(table.rater, x, raters)
    loads = np.bincount(table.rater, minlength=raters).astype(float)
    reduced, spread, rank = _raters_given_items(table, of_item, of_rater, loads, sizes)
    items_alone = float((of_item**2 / sizes).sum())
    raters_alone = float((of_rater**2 / loads).sum())
    free, parts = n - items - rank, raters - rank
    if free < 1 or items <= parts or rank < 1:
        return Components(np.nan, np.nan, np.nan, np.nan)
    rest = max(0.0, float(x @ x) - items_alone - reduced) / free
    rater_variance = (reduced - rank * rest) / spread
    gained = items_alone + reduced - raters_alone
    item_variance = (gained - (items - parts) * rest) / (n - raters)
    return Components(item_variance, rater_variance, rest, _k(table))


def _raters_given_items(
    table: LongTable,
    of_item: np.ndarray,
    of_rater: np.ndarray,
    loads: np.ndarray,
    sizes: np.ndarray,
) -> tuple[float, float, int]:
    """R(raters | items), the trace and the rank of its matrix, items absorbed."""
    shape = (table.item_count, table.rater_count)
    seen = coo_matrix((np.ones(len(table)), (table.item, table.rater)), shape=shape).tocsr()
    together = (seen.T @ seen.multiply(1 / sizes[:, None]).tocsr()).toarray()
    matrix = np.diag(loads) - together
    right = of_rater - seen.T @ (of_item / sizes)
    rank = table.rater_count - _components(together)
    reduced = float(right @ np.linalg.pinv(matrix, hermitian=True) @ right)
    return reduced, float(np.trace(matrix)), rank


def _components(together: np.ndarray) -> int:
    """Groups of raters that share no item."""
    return int(connected_components(together > 0, directed=False)[0])


def _k(table: LongTable) -> float:
    return float(table.item_count / (1.0 / table.sizes).sum())


def _statistic(name: str) -> Callable[[LongTable], float]:
    def statistic(table: LongTable) -> float:
        parts = one_way(table) if name.startswith("icc_1") else two_way(table)
        k = parts.k if name.endswith("_k") else 1.0
        noise = parts.rest if name.startswith("icc_c") else parts.rest + parts.raters
        total = parts.items + noise / k
        return float(parts.items / total) if np.isfinite(total) and total > 0 else float("nan")

    return statistic


def _why_undefined(table: LongTable, name: str) -> str:
    if not len(table):
        return "no_ratings"
    if not table.has_distances:
        return "text_values"
    is_one_way = name.startswith("icc_1")
    if not table.has_raters and not is_one_way:
        return "raters_unknown"
    if table.has_raters and table.rater_count < 2:
        return "one_rater"
    if not (table.sizes > 1).any():
        return "no_overlap"
    return "one_item" if np.count_nonzero(table.sizes > 1) < 2 else _why_flat(table)


def _why_flat(table: LongTable) -> str:
    return "one_value" if table.used < 2 else ""


def _f_interval(table: LongTable, name: str, confidence: float) -> tuple[float, float]:
    """McGraw & Wong 1996, table 7, for a complete table of n items × k raters."""
    n, k = table.item_count, table.rater_count
    tail = 1 - (1 - confidence) / 2
    if name.startswith("icc_a"):
        single = _agreement_interval(table, tail)
    else:
        parts = one_way(table) if name.startswith("icc_1") else two_way(table)
        free = n * (k - 1) if name.startswith("icc_1") else (n - 1) * (k - 1)
        if parts.rest <= 0:
            return float("nan"), float("nan")
        ratio = (k * parts.items + parts.rest) / parts.rest
        bounds = ratio / fdtri(n - 1, free, tail), ratio * fdtri(free, n - 1, tail)
        single = tuple((f - 1) / (f + k - 1) for f in bounds)
    if name.endswith("_1"):
        return float(single[0]), float(single[1])
    low, high = (k * r / (1 + (k - 1) * r) for r in single)
    return float(low), float(high)


def _agreement_interval(table: LongTable, tail: float) -> tuple[float, float]:
    """ICC(A,1): Satterthwaite degrees of freedom for the error of raters and rest."""
    n, k, parts = table.item_count, table.rater_count, two_way(table)
    rows = k * parts.items + parts.rest
    columns = n * parts.raters + parts.rest
    error = parts.rest
    rho = parts.items / (parts.items + parts.raters + error)
    if error <= 0 or rho >= 1:
        return float("nan"), float("nan")
    a = k * rho / (n * (1 - rho))
    b = 1 + k * rho * (n - 1) / (n * (1 - rho))
    free = (a * columns + b * error) ** 2 / (
        (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    lower, upper = fdtri(n - 1, free, tail), fdtri(free, n - 1, tail)
    if not np.isfinite([lower, upper]).all():
        return float("nan"), float("nan")
    common = k * columns + (k * n - k - n) * error
    low = _ratio(n * (rows - lower * error), lower * common + n * rows)
    return low, _ratio(n * (upper * rows - error), common + n * upper * rows)


def _ratio(a: float, b: float) -> float:
    return float(a / b) if b else float("nan")
