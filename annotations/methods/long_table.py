"""Ratings as a long table (item, rater, value), made ready for agreement coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from annotations.methods.coded_values import as_values, coded, factorized
from annotations.methods.coefficient import Floats, Ints


class DuplicateRating(ValueError):
    """A rater rated an item twice; `item` and `rater` say which."""

    def __init__(self, item: Any, rater: Any) -> None:
        super().__init__(f"rater {rater} rated item {item} more than once")
        self.item, self.rater = item, rater


@dataclass(frozen=True)
class Runs:
    """Which values each item got and how often: arrays of shape (runs,), by item, then code."""

    item: Ints
    code: Ints
    count: Ints


@dataclass(frozen=True)
class LongTable:
    """Valid ratings only, sorted by item, then rater; arrays have shape (n,).

    `item`, `rater` and `code` are indices into `item_labels`, `rater_labels` and `values`. `values`
    (ascending) are the possible values; for text they are 0, 1, … in the domain's order.
    `has_distances` is false for text without an order. `has_raters` is false for tables of counts,
    where `rater` only numbers the ratings of an item. `row` is where each rating stood in the columns
    that the table was made of.
    """

    item: Ints
    rater: Ints
    code: Ints
    values: Floats
    item_labels: NDArray[Any]
    rater_labels: NDArray[Any]
    row: Ints
    has_distances: bool = True
    has_raters: bool = True

    def __len__(self) -> int:
        return len(self.item)

    @property
    def x(self) -> Floats:
        """The values themselves, shape (n,)."""
        return self.values[self.code]

    @property
    def item_count(self) -> int:
        return len(self.item_labels)

    @property
    def rater_count(self) -> int:
        return len(self.rater_labels)

    @cached_property
    def sizes(self) -> Ints:
        """Ratings of each item, shape (items,)."""
        return np.bincount(self.item, minlength=self.item_count)

    @cached_property
    def runs(self) -> Runs:
        """The table as counts, sparse: one entry for each item and value that occurs."""
        key = np.sort(self.item * len(self.values) + self.code)
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        item, code = np.divmod(key[starts], max(1, len(self.values)))
        return Runs(item, code, np.diff(starts, append=len(key)))

    @cached_property
    def used(self) -> int:
        """How many different values were used."""
        return int(np.count_nonzero(np.bincount(self.code, minlength=len(self.values))))

    @cached_property
    def is_complete(self) -> bool:
        """Every rater rated every item."""
        return self.has_raters and len(self) == self.item_count * self.rater_count

    def where(self, mask: NDArray[np.bool_]) -> LongTable:
        """The ratings where `mask` is true; items and raters left empty are dropped."""
        item, item_labels = _compact(self.item[mask], self.item_labels)
        rater, rater_labels = _compact(self.rater[mask], self.rater_labels)
        return LongTable(
            item, rater, self.code[mask], self.values, item_labels, rater_labels,
            self.row[mask], self.has_distances, self.has_raters,
        )  # fmt: skip

    @cached_property
    def paired(self) -> LongTable:
        """Only items with at least two ratings: the pairable ones."""
        if self.item_count and self.sizes.min() >= 2:
            return self
        return self.where(self.sizes[self.item] >= 2)


def long_table(
    item: ArrayLike,
    rater: ArrayLike,
    value: ArrayLike,
    domain: Sequence[float] | Sequence[str] | None = None,
    ordered: bool = False,
) -> LongTable:
    """Make a LongTable of parallel columns.

    Args:
        item, rater: labels of any kind, shape (n,). value: numbers or text, shape (n,); NaN, None and
            empty text are missing ratings and are left out.
        domain: every value a rater may give; None = those that were given. With text and `ordered`
            the order of the domain is the order of the categories.
    Raises:
        ValueError: columns of different lengths, infinite values, numbers mixed with text.
        DuplicateRating, OutsideDomain: as they say.
    """
    items, raters, values = np.asarray(item), np.asarray(rater), as_values(value)
    if items.ndim != 1 or not len(items) == len(raters) == len(values):
        raise ValueError("item, rater and value must be columns of the same length")
    given = pd.notna(values)
    if not given.all():
        items, raters, values = items[given], raters[given], values[given]
    code, possible, labels = coded(values, domain)
    item_code, item_labels = factorized(items)
    rater_code, rater_labels = factorized(raters)
    order = _order(item_code, rater_code, len(rater_labels))
    table = LongTable(
        item_code[order], rater_code[order], code[order], possible, item_labels, rater_labels,
        np.flatnonzero(given)[order], not labels or (ordered and domain is not None),
    )  # fmt: skip
    _refuse_duplicates(table)
    return table


def from_matrix(
    matrix: ArrayLike, domain: Sequence[float] | None = None, raters: Sequence[Any] | None = None
) -> LongTable:
    """A LongTable of a matrix items × raters (NaN = missing)."""
    cells = np.asarray(matrix, dtype=float)
    if cells.ndim != 2:
        raise ValueError("the matrix must have two dimensions, items × raters")
    rows, columns = cells.shape
    labels = np.asarray(range(columns) if raters is None else raters)
    return long_table(
        np.repeat(np.arange(rows), columns), np.tile(labels, rows), cells.ravel(), domain
    )


def from_counts(
    counts: ArrayLike, categories: Sequence[float] | Sequence[str], ordered: bool = False
) -> LongTable:
    """A LongTable of counts, items × categories: how many raters chose each category.

    Raises:
        ValueError: a count is negative, fractional or missing.
    """
    cells = np.asarray(counts, dtype=float)
    if not np.all(np.isfinite(cells) & (cells >= 0) & (cells == np.round(cells))):
        raise ValueError("counts must be whole numbers, 0 or more")
    rows, columns = np.nonzero(cells)
    times = cells[rows, columns].astype(np.int64)
    item, category = np.repeat(rows, times), np.repeat(columns, times)
    names = np.array(categories, dtype=object if isinstance(categories[0], str) else float)
    table = long_table(item, _within(item), names[category], categories, ordered)
    return replace(table, has_raters=False)


def sum_by(index: Ints, weight: NDArray[Any], size: int) -> Floats:
    """Σ weight of the entries with each index 0 … size − 1, shape (size,)."""
    return np.asarray(np.bincount(index, weight, size), dtype=np.float64)


def within_pairs(item: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Positions (p, q), p < q, of all pairs of ratings of the same item; `item` is sorted.

    Every pair comes once; the passes are as many as the largest item has ratings, less one.
    """
    left, step = np.arange(len(item)), 1
    while True:
        left = left[left + step < len(item)]
        left = left[item[left] == item[left + step]]
        if not len(left):
            return
        yield left, left + step
        step += 1


def _within(item: Ints) -> Ints:
    """0, 1, … within each run of equal `item` (sorted)."""
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    return np.arange(len(item)) - np.repeat(starts, np.diff(starts, append=len(item)))


def _order(item: Ints, rater: Ints, raters: int) -> Ints | slice:
    key = item * max(1, raters) + rater
    return slice(None) if np.all(np.diff(key) > 0) else np.argsort(key, kind="stable")


def _refuse_duplicates(table: LongTable) -> None:
    again = (np.diff(table.item) == 0) & (np.diff(table.rater) == 0)
    if again.any():
        row = int(np.flatnonzero(again)[0])
        raise DuplicateRating(
            table.item_labels[table.item[row]], table.rater_labels[table.rater[row]]
        )


def _compact(code: Ints, labels: NDArray[Any]) -> tuple[Ints, NDArray[Any]]:
    used = np.bincount(code, minlength=len(labels)) > 0
    if used.all():
        return code, labels
    return (np.cumsum(used) - 1)[code], labels[used]
