"""What raters did, in plain figures: mean, shared items, exact agreement, pace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class RaterSummary:
    """One rater.

    `mean` of own values; `shared` counts the items that somebody else rated too; `exact` is the share
    of pairs with a co-rater that agree within `tolerance`. Severities are in annotations/methods.
    """

    rater: int
    ratings: int
    mean: float | None
    shared: int
    exact: float | None
    seconds: float | None


def rater_summaries(
    item: Ints, rater: Ints, value: Floats, seconds: Floats, tolerance: float = 0.0
) -> list[RaterSummary]:
    """One summary a rater, by rater id.

    Args:
        item, rater: (n,) ids. value: (n,), NaN = not judged. seconds: (n,), NaN = unknown.
    """
    judged = ~np.isnan(value)
    _, code = np.unique(item, return_inverse=True)
    counts = np.bincount(code, weights=judged.astype(float))
    others = counts[code] - 1
    has_others = judged & (others > 0)
    hits, pairs = _pairs(code, rater, value, judged, tolerance)
    return [
        _one(who, rater == who, value, seconds, judged, has_others, hits, pairs)
        for who in np.unique(rater).tolist()
    ]


def _one(
    who: int,
    mine: NDArray[np.bool_],
    value: Floats,
    seconds: Floats,
    judged: NDArray[np.bool_],
    has_others: NDArray[np.bool_],
    hits: dict[int, int],
    pairs: dict[int, int],
) -> RaterSummary:
    shared = mine & has_others
    return RaterSummary(
        rater=who,
        ratings=int(mine.sum()),
        mean=_mean(value[mine & judged]),
        shared=int(shared.sum()),
        exact=hits.get(who, 0) / pairs[who] if pairs.get(who) else None,
        seconds=_median(seconds[mine]),
    )


def _pairs(
    code: Ints, rater: Ints, value: Floats, judged: NDArray[np.bool_], tolerance: float
) -> tuple[dict[int, int], dict[int, int]]:
    """Agreeing pairs and all pairs of each rater with co-raters, by steps in the sorted table."""
    rows = np.flatnonzero(judged)
    rows = rows[np.argsort(code[rows], kind="stable")]
    hits: dict[int, int] = {}
    pairs: dict[int, int] = {}
    step = 1
    while step < len(rows):
        left, right = rows[:-step], rows[step:]
        same = code[left] == code[right]
        if not same.any():
            break
        left, right = left[same], right[same]
        agree = np.abs(value[left] - value[right]) <= tolerance + 1e-9
        for side in (rater[left], rater[right]):
            _add(pairs, side)
            _add(hits, side[agree])
        step += 1
    return hits, pairs


def _add(counter: dict[int, int], who: Ints) -> None:
    ids, counts = np.unique(who, return_counts=True)
    for key, count in zip(ids.tolist(), counts.tolist(), strict=True):
        counter[key] = counter.get(key, 0) + count


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None
