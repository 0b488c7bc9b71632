"""Values, items and raters as numbers: what a table of ratings is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from annotations.methods.coefficient import Floats, Ints


class OutsideDomain(ValueError):
    """`value` is not among the possible values."""

    def __init__(self, value: Any) -> None:
        super().__init__(f"the value {value} is not in the domain")
        self.value = value


def as_values(value: ArrayLike) -> NDArray[Any]:
    """Floats (NaN = missing) or an object array of text (None = missing), shape (n,).

    Raises:
        ValueError: infinite values, numbers mixed with text, other types.
    """
    values = np.asarray(value)
    if values.dtype.kind in "US":  # NumPy would turn a number among words into a word
        values = np.asarray(value, dtype=object)
    if values.dtype.kind in "OT":
        return _text_or_numbers([None if v is None or v == "" else v for v in values.tolist()])
    if values.dtype.kind not in "biuf":
        raise ValueError("values must be numbers or text")
    return _finite(values.astype(np.float64))


def _text_or_numbers(values: list[Any]) -> NDArray[Any]:
    given = [v for v in values if not (v is None or (isinstance(v, float) and math.isnan(v)))]
    is_text = {isinstance(v, str) for v in given}
    if is_text == {True}:
        return np.array([v if isinstance(v, str) else None for v in values], dtype=object)
    if is_text == {True, False}:
        raise ValueError("values mix numbers and text")
    return _finite(np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64))


def _finite(values: Floats) -> Floats:
    if np.isinf(values).any():
        raise ValueError("values must be finite; there is an infinite one")
    return values


def coded(
    values: NDArray[Any], domain: Sequence[float] | Sequence[str] | None
) -> tuple[Ints, Floats, tuple[str, ...]]:
    """Index of each value among the possible ones, these as numbers, and the names of text."""
    if values.dtype == object:
        return _coded_text(values, domain)
    seen_code, seen = factorized(values)
    possible = np.unique(np.asarray(seen if domain is None else domain, dtype=np.float64))
    if len(seen) and not len(possible):
        raise OutsideDomain(seen[0])
    place = _nearest(possible, seen)
    return place[seen_code], possible, ()


def _coded_text(
    values: NDArray[Any], domain: Sequence[float] | Sequence[str] | None
) -> tuple[Ints, Floats, tuple[str, ...]]:
    seen_code, seen = factorized(values)
    names = sorted(seen) if domain is None else [str(name) for name in dict.fromkeys(domain)]
    where = {name: i for i, name in enumerate(names)}
    for name in seen:
        if name not in where:
            raise OutsideDomain(name)
    place = np.array([where[name] for name in seen], dtype=np.int64)
    return place[seen_code], np.arange(len(names), dtype=np.float64), tuple(names)


def _nearest(possible: Floats, seen: Floats) -> Ints:
    if not len(seen):
        return np.zeros(0, dtype=np.int64)
    right = np.clip(np.searchsorted(possible, seen), 0, len(possible) - 1)
    left = np.maximum(right - 1, 0)
    nearer = np.abs(possible[left] - seen) < np.abs(possible[right] - seen)
    place = np.where(nearer, left, right).astype(np.int64)
    off = np.abs(possible[place] - seen) > 1e-9 * np.maximum(1.0, np.abs(seen))
    if off.any():
        raise OutsideDomain(float(seen[off][0]))
    return place


def factorized(labels: NDArray[Any]) -> tuple[Ints, NDArray[Any]]:
    """Index of each label among the different ones, which come in order of appearance."""
    if labels.dtype.kind in "UST":
        labels = labels.astype(object)
    code, unique = pd.factorize(labels)
    if (code < 0).any():
        raise ValueError("an item or a rater has no name")
    return code.astype(np.int64), np.asarray(unique)
