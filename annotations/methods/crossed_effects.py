"""Items and raters as crossed random effects, fitted by restricted maximum likelihood (REML).

    y = group's mean + item + rater + error,   item ~ (0, σ²_i), rater ~ (0, σ²_r), error ~ (0, σ²_e)

The items are absorbed: an item enters the likelihood only through its number of ratings, their sum and
who gave them, so after one pass over the table every step costs as much as there are raters, not
items (Searle, Casella & McCulloch 1992, Variance Components, ch. 6 and 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from annotations.methods.coefficient import Floats, Ints, Reason
from annotations.methods.long_table import LongTable

# σ²_item / σ²_error and σ²_rater / σ²_error are sought between e^-16 and e^16; below, they are 0.
LEAST, MOST = -16.0, 16.0
STARTS = ((0.0, -2.0), (1.0, -8.0))


@dataclass(frozen=True)
class Variances:
    """σ² of items, raters and error, in squared units of the scale; `log_likelihood` is restricted."""

    item: float
    rater: float
    error: float
    log_likelihood: float


@dataclass(frozen=True)
class AbsorbedTable:
    """A table of ratings summed up for the likelihood.

    Columns of the design are the `raters` raters, then the groups (fixed effects, e.g. questions).
    For each distinct number m of ratings an item has: `sizes` (k,), `items` (k,) how many such items,
    `cross` (k, c, c), `right` (k, c) and `square` (k,) the sums over these items of gg′, g·s and s²,
    where g counts an item's ratings by column and s is the sum of its values. `whole`, `whole_right`
    and `whole_square` are the same over single ratings.
    """

    raters: int
    sizes: Floats
    items: Floats
    cross: Floats
    right: Floats
    square: Floats
    whole: Floats
    whole_right: Floats
    whole_square: float

    @property
    def ratings(self) -> float:
        return float(self.sizes @ self.items)

    @property
    def groups(self) -> int:
        return len(self.whole) - self.raters

    @cached_property
    def component(self) -> Ints:
        """Which raters are linked by items they share: a number for each, shape (raters,)."""
        met = self.cross.sum(axis=0)[: self.raters, : self.raters]
        return np.asarray(connected_components(met > 0, directed=False)[1], dtype=np.int64)

    def weighted(self, ratio: float) -> tuple[Floats, Floats, float]:
        """G′WG, G′Wy, y′Wy with W the inverse of I + ratio·ZZ′, Z telling the items."""
        weight = ratio / (1 + ratio * self.sizes)
        return (
            self.whole - np.tensordot(weight, self.cross, 1),
            self.whole_right - weight @ self.right,
            self.whole_square - float(weight @ self.square),
        )


def absorb(table: LongTable, group: Ints | None = None) -> AbsorbedTable:
    """Sum up `table`; `group` (items,) numbers 0, 1, … the group of each item (None: one group)."""
    of_item = np.zeros(table.item_count, dtype=np.int64) if group is None else group
    x, raters = table.x, table.rater_count
    columns = raters + (int(of_item.max()) + 1 if len(of_item) else 1)
    single = _incidence(np.arange(len(table)), table, of_item, columns)
    by_item = _incidence(table.item, table, of_item, columns)
    sums = np.bincount(table.item, x, table.item_count)
    sizes = np.unique(table.sizes)
    rows = [np.flatnonzero(table.sizes == size) for size in sizes]
    return AbsorbedTable(
        raters=raters,
        sizes=sizes.astype(np.float64),
        items=np.array([len(of_size) for of_size in rows], dtype=np.float64),
        cross=np.array([(by_item[r].T @ by_item[r]).toarray() for r in rows]),
        right=np.array([by_item[r].T @ sums[r] for r in rows]),
        square=np.array([sums[r] @ sums[r] for r in rows]),
        whole=(single.T @ single).toarray(),
        whole_right=single.T @ x,
        whole_square=float(x @ x),
    )


def _incidence(row: Ints, table: LongTable, group: Ints, columns: int) -> csr_matrix:
    places = np.concatenate([table.rater, table.rater_count + group[table.item]])
    shape = (int(row.max()) + 1, columns)
    return coo_matrix((np.ones(len(places)), (np.tile(row, 2), places)), shape=shape).tocsr()


def why_no_variances(table: LongTable) -> Reason | None:
    """Why the three variances cannot be told apart; None when they can."""
    if not len(table):
        return Reason("no_ratings")
    if table.rater_count < 2:
        return Reason("one_rater")
    if table.sizes.max() < 2:
        return Reason("no_overlap")
    if table.used < 2:
        return Reason("one_value")
    if len(table) - table.item_count - table.rater_count + 1 < 1:
        return Reason("too_few_items")
    return None


def reml(sums: AbsorbedTable) -> Variances:
    """The variances that maximise the restricted likelihood; a variance at its bound is 0.

    Call `why_no_variances` first. Agrees with statsmodels' MixedLM to four digits.
    """
    bounds = [(LEAST, MOST), (LEAST, MOST)]
    runs = [
        minimize(lambda at: _deviance(sums, at)[0], start, method="L-BFGS-B", bounds=bounds)
        for start in STARTS
    ]
    best = min(runs, key=lambda run: float(run.fun))
    deviance, error = _deviance(sums, best.x)
    item, rater = (0.0 if at <= LEAST + 0.5 else float(np.exp(at)) for at in best.x)
    return Variances(item * error, rater * error, error, -deviance / 2)


def _deviance(sums: AbsorbedTable, at: Floats) -> tuple[float, float]:
    """−2 × the restricted log likelihood, profiled over σ²_e, and that σ²_e; `at` are log ratios."""
    item, rater = np.exp(at)
    whole, right, square = sums.weighted(float(item))
    r, free = sums.raters, sums.ratings - sums.groups
    inner = whole[:r, :r] + np.eye(r) / rater
    factor = cho_factor(inner)
    solved = cho_solve(factor, np.column_stack([whole[:r, r:], right[:r]]))
    fixed = whole[r:, r:] - whole[r:, :r] @ solved[:, :-1]
    fixed_right = right[r:] - whole[r:, :r] @ solved[:, -1]
    rest = square - right[:r] @ solved[:, -1] - fixed_right @ np.linalg.solve(fixed, fixed_right)
    error = max(float(rest), 1e-12 * max(1.0, abs(sums.whole_square))) / free
    logs = sums.items @ np.log1p(item * sums.sizes) + np.linalg.slogdet(fixed)[1]
    logs += 2 * np.log(np.diag(factor[0])).sum() + r * np.log(rater)
    return float(free * (np.log(error) + 1 + np.log(2 * np.pi)) + logs), error
