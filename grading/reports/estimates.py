"""Weighted means of human scores with intervals, for any group of rated items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.design import Design, simple_design, unequal_design
from grading.methods.estimation import estimate_mean
from grading.methods.rater_panel import Ratings
from grading.reports.data import ReportData

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class GroupMean:
    """A mean on [0, 1] over a group's items; the interval speaks for raters like these.

    `these_low`, `these_high`: for these raters only. `reason` says why an end is missing.
    """

    mean: float | None
    low: float | None
    high: float | None
    items: int
    these_low: float | None = None
    these_high: float | None = None
    reason: str = ""


def group_mean(data: ReportData, values: Floats, mask: Mask, confidence: float = 0.95) -> GroupMean:
    """The mean of `values` (one a rating, on [0, 1], NaN = none) where `mask` is true."""
    rows = mask & ~np.isnan(values)
    ids, item = np.unique(data.table.item[rows], return_inverse=True)
    if not len(ids):
        return GroupMean(None, None, None, 0, reason="no_ratings")
    value = np.clip(values[rows], 0.0, 1.0)
    means = np.bincount(item, weights=value) / np.bincount(item)
    design = _design(data, ids)
    if design is None:
        return GroupMean(float(means.mean()), None, None, len(ids), reason="too_few_items")
    raters = np.unique(data.table.rater[rows], return_inverse=True)[1]
    ratings = Ratings(item, raters, value, _blocks(data, rows), len(ids))
    found = estimate_mean(means, design, ratings, confidence=confidence)
    return GroupMean(
        found.value, found.like.low, found.like.high, len(ids),
        found.these.low, found.these.high, found.like.reason or "",
    )  # fmt: skip


def _design(data: ReportData, ids: NDArray[np.int64]) -> Design | None:
    """The rated items as a sample: at random, or by the chances the plan gave them."""
    if len(ids) < 2:
        return None
    chances = np.array([data.items[int(pk)].probability or 1.0 for pk in ids])
    population = max(len(ids), round(float((1 / chances).sum()) * _unfinished(data, ids)))
    if np.ptp(chances) < 1e-9:
        return simple_design(len(ids), population)
    return unequal_design(chances.tolist(), population)


def _unfinished(data: ReportData, ids: NDArray[np.int64]) -> float:
    """Drawn ÷ rated items: what is not rated yet is taken to be like what is."""
    return len(data.items) / max(1, len(data.rated)) if len(ids) else 1.0


def _blocks(data: ReportData, rows: Mask) -> NDArray[np.int64]:
    """Raters are compared within a school subject."""
    subjects = [data.subject(int(pk)) for pk in data.table.question[rows]]
    return np.unique(np.array(subjects, dtype=str), return_inverse=True)[1]


def normalised(values: Floats, low: float, high: float) -> Floats:
    """Values on a scale `low`…`high` as shares of it."""
    return (values - low) / (high - low)
