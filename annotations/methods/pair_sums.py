"""Sums over the items that two raters share: all that Cohen's κ needs, and additive over items.

Because they are sums, κ without a group of items comes from the total less the group's part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.methods.coefficient import Floats, Ints
from annotations.methods.long_table import LongTable, sum_by, within_pairs


@dataclass(frozen=True)
class Joint:
    """Ratings of one item by two raters, codes `a` and `b`, the first rater before the second;
    arrays of shape (n,). `pair` numbers the pairs of raters as `numpy.triu_indices(raters, 1)`."""

    pair: Ints
    item: Ints
    a: Ints
    b: Ints

    def where(self, rows: slice | NDArray[np.bool_]) -> Joint:
        return Joint(self.pair[rows], self.item[rows], self.a[rows], self.b[rows])


@dataclass(frozen=True)
class Sums:
    """Over common items: how many, Σ of x, y, x², y², |x − y|, (x − y)², unequal ones. Shape (…, pairs)."""

    n: Floats
    x: Floats
    y: Floats
    xx: Floats
    yy: Floats
    apart: Floats
    square: Floats
    unequal: Floats

    def total(self) -> Sums:
        """Summed over the first axis."""
        return Sums(*(column.sum(axis=0) for column in self.__dict__.values()))

    def less(self, part: Sums) -> Sums:
        return Sums(
            *(a - b for a, b in zip(self.__dict__.values(), part.__dict__.values(), strict=True))
        )


def joint_ratings(table: LongTable) -> Joint:
    """Every two ratings of one item, once."""
    pairs = list(within_pairs(table.item))
    if not pairs:
        nothing = np.zeros(0, dtype=np.int64)
        return Joint(nothing, nothing, nothing, nothing)
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    r, s = table.rater[left], table.rater[right]
    first, second = np.minimum(r, s), np.maximum(r, s)
    place = first * (2 * table.rater_count - first - 1) // 2 + second - first - 1
    a = np.where(r > s, table.code[right], table.code[left])
    b = np.where(r > s, table.code[left], table.code[right])
    return Joint(place, table.item[left], a, b)


def pair_sums(joint: Joint, values: Floats, key: Ints, size: int) -> Sums:
    """Sums of the rows with each `key` 0 … size − 1, shape (size,)."""
    middle = values[len(values) // 2] if len(values) else 0.0  # whole numbers stay exact
    x, y = values[joint.a] - middle, values[joint.b] - middle
    columns = (np.ones(len(x)), x, y, x * x, y * y, np.abs(x - y), (x - y) ** 2, joint.a != joint.b)
    return Sums(*(sum_by(key, np.asarray(column, dtype=float), size) for column in columns))


def marginals(code: Ints, key: Ints, size: int, categories: int) -> Floats:
    """How often each key's rater chose each category, shape (size, categories)."""
    cells = np.bincount(key * categories + code, minlength=size * categories)
    return cells.reshape(size, categories).astype(np.float64)


def quadratic_kappa(sums: Sums, reach: float) -> Floats:
    """1 − E(x − y)² / (σ²_x + σ²_y + (μ_x − μ_y)²); NaN where both gave one and the same value."""
    n = np.maximum(sums.n, 1)
    mean_x, mean_y = sums.x / n, sums.y / n
    expected = sums.xx / n - mean_x**2 + sums.yy / n - mean_y**2 + (mean_x - mean_y) ** 2
    is_defined = (sums.n > 0) & (expected > 1e-12 * reach**2)
    return 1 - divided(sums.square / n, expected, is_defined)


def nominal_kappa(sums: Sums, p: Floats, q: Floats) -> Floats:
    """Unweighted κ; `p` and `q` are the marginals, shape (…, pairs, categories)."""
    n = np.maximum(sums.n, 1)
    expected = 1 - (p * q).sum(axis=-1) / n**2
    return 1 - divided(sums.unequal / n, expected, (sums.n > 0) & (expected > 1e-12))


def linear_kappa(sums: Sums, p: Floats, q: Floats, values: Floats) -> Floats:
    """Linear κ: E|x − y| of independent raters is ∫ F (1 − G) + G (1 − F)."""
    n = np.maximum(sums.n, 1)
    f, g = (np.cumsum(side, axis=-1)[..., :-1] / n[..., None] for side in (p, q))
    expected = (f * (1 - g) + g * (1 - f)) @ np.diff(values)
    noise = 1e-12 * float(values[-1] - values[0]) if len(values) else 0.0
    return 1 - divided(sums.apart / n, expected, (sums.n > 0) & (expected > noise))


def divided(a: Floats, b: Floats, where: NDArray[np.bool_]) -> Floats:
    """a / b, NaN elsewhere."""
    return np.asarray(np.divide(a, b, out=np.full(a.shape, np.nan), where=where))
