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
    ids, first, item = np.unique(data.table.item[rows], return_index=True, return_inverse=True)
    if not len(ids):
        return GroupMean(None, None, None, 0, reason="no_ratings")
    value = np.clip(values[rows], 0.0, 1.0)
    means = np.bincount(item, weights=value) / np.bincount(item)
    design = _design(data, data.table.probability[rows][first])
    if design is None:
        return GroupMean(float(means.mean()), None, None, len(ids), reason="too_few_items")
    raters = np.unique(data.table.rater[rows], return_inverse=True)[1]
    ratings = Ratings(item, raters, value, data.blocks[rows], len(ids))
    found = estimate_mean(means, design, ratings, confidence=confidence)
    return GroupMean(
        found.value, found.like.low, found.like.high, len(ids),
        found.these.low, found.these.high, found.like.reason or "",
    )  # fmt: skip


def criterion_mean(data: ReportData, key: str, source: str | None = None) -> GroupMean:
    """The mean of a criterion ("" = the composite) over the items of a source; computed once."""
    if (key, source) not in data.means:
        table = data.table
        mask = np.ones(len(table), dtype=bool) if source is None else table.source == source
        data.means[key, source] = group_mean(data, shares(data, key), mask)
    return data.means[key, source]


def shares(data: ReportData, key: str) -> Floats:
    """A criterion's values as shares of its scale; the composite as it is."""
    if not key:
        return data.table.composite
    column = data.table.criteria[key]
    return (data.table.values[key] - column.low) / (column.high - column.low)


def _design(data: ReportData, chances: Floats) -> Design | None:
    """The rated items as a sample: at random, or by the chances the plan gave them."""
    if len(chances) < 2:
        return None
    known = np.where(np.isnan(chances), 1.0, chances)
    # What is drawn and not rated yet is taken to be like what is.
    rest = len(data.items) / max(1, len(data.rated))
    population = max(len(known), round(float((1 / known).sum()) * rest))
    if np.ptp(known) < 1e-9:
        return simple_design(len(known), population)
    return unequal_design(known.tolist(), population)
