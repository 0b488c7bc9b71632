"""Ordinal α without each item in turn, exactly: the ranks move when an item leaves.

With f(r) = Σ_i W_i(r) / (m_i − 1) = 2 rᵀ K r, where K = diag(a) − M, a_k = Σ_i m_i n_ik / (m_i − 1) and
M = Σ_i n_i n_iᵀ / (m_i − 1), leaving item i out turns the midranks r into r − ρ_i, ρ_i = Σ_j H[c_j] over
its ratings, H[c] = 0 below c, ½ at c, 1 above. So f(r − ρ_i) needs only look-ups in H K r and H K Hᵀ, and
T = N⁴/6 − N Σ n_k³ / 6 because midranks always sum to N²/2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.methods.coefficient import Floats, Ints
from annotations.methods.long_table import LongTable, sum_by, within_pairs

LARGEST_EXACT = 400  # categories; the work grows with their cube


@dataclass(frozen=True)
class _Sparse:
    """The runs of a table over the used categories only: n_ik = `count` where it is not 0."""

    item: Ints
    code: Ints
    count: Floats
    sizes: Floats
    categories: int

    def sum_by_item(self, of_run: Floats) -> Floats:
        return sum_by(self.item, of_run, len(self.sizes))


def ordinal_leave_one_out(paired: LongTable) -> Floats:
    """α without each item, shape (items,); NaN where one value is left.

    Every item has at least two ratings, and at most LARGEST_EXACT values are used.
    """
    sparse = _sparse(paired)
    counts = sum_by(sparse.code, sparse.count, sparse.categories)
    ranks = np.cumsum(counts) - counts / 2
    rest = _observed_rest(sparse, ranks) - _own(sparse, ranks)
    left = counts.sum() - sparse.sizes
    total = left * (left**3 - _cubes_without_each(sparse, counts)) / 6
    is_defined = total > 1e-9 * left**3
    ratio = np.divide(rest, total, out=np.full(len(total), np.nan), where=is_defined)
    return np.asarray(1 - (left - 1) * ratio)


def _sparse(paired: LongTable) -> _Sparse:
    runs = paired.runs
    used = np.bincount(runs.code, minlength=len(paired.values)) > 0
    code = (np.cumsum(used) - 1)[runs.code]
    sizes = paired.sizes.astype(float)
    return _Sparse(runs.item, code, runs.count.astype(float), sizes, int(used.sum()))


def _observed_rest(sparse: _Sparse, ranks: Floats) -> Floats:
    """Σ over all items of W / (m − 1) under the ranks that hold without item i."""
    form = _quadratic_form(sparse)
    step = np.triu(np.ones(form.shape)) - 0.5 * np.eye(len(form))
    linear = step @ (form @ ranks)
    pairs = step @ form @ step.T
    code, count = sparse.code, sparse.count
    change = sparse.sum_by_item(count**2 * np.diag(pairs)[code] - 2 * count * linear[code])
    for a, b in within_pairs(sparse.item):
        both = 2 * count[a] * count[b] * pairs[code[a], code[b]]
        change += np.bincount(sparse.item[a], both, len(sparse.sizes))
    return 2 * (float(ranks @ form @ ranks) + change)


def _quadratic_form(sparse: _Sparse) -> Floats:
    """K = diag(a) − M, shape (V, V)."""
    size, code, count = sparse.categories, sparse.code, sparse.count
    weight = (1.0 / (sparse.sizes - 1))[sparse.item]
    diagonal = np.bincount(code, sparse.sizes[sparse.item] * weight * count, size)
    form = np.diag(diagonal - np.bincount(code, weight * count**2, size))
    for a, b in within_pairs(sparse.item):
        both = weight[a] * count[a] * count[b]
        square = np.bincount(code[a] * size + code[b], both, size**2).reshape(size, size)
        form -= square + square.T
    return form


def _own(sparse: _Sparse, ranks: Floats) -> Floats:
    """W_i / (m_i − 1) of the item itself under the ranks that hold without it."""
    x = ranks[sparse.code] - _own_ranks(sparse)
    first = sparse.sum_by_item(sparse.count * x)
    second = sparse.sum_by_item(sparse.count * x * x)
    return 2 * (sparse.sizes * second - first**2) / (sparse.sizes - 1)


def _own_ranks(sparse: _Sparse) -> Floats:
    """Midrank of each run within its item, from 0 to m."""
    before = np.cumsum(sparse.sizes) - sparse.sizes
    return np.cumsum(sparse.count) - sparse.count / 2 - before[sparse.item]


def _cubes_without_each(sparse: _Sparse, counts: Floats) -> Floats:
    """Σ_k (n_k − n_ik)³ of each item."""
    all_of_it = counts[sparse.code]
    lost = all_of_it**3 - (all_of_it - sparse.count) ** 3
    return float((counts**3).sum()) - sparse.sum_by_item(lost)
