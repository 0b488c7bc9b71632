"""Automatic metrics.

`compute` and `per_item` are pure and import neither `evaluate` nor `datasets`. The files
named after a metric are `evaluate` modules around the same functions, for use with
`evaluate.load("…/grading/metrics/qwk.py")` and `evaluate.combine`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grading.methods.metrics_value import MetricProblem, MetricValue
from grading.metrics.catalogue import (
    CATALOGUE,
    DEFAULTS,
    ENTRIES,
    REASONS,
    MetricEntry,
    OutputKind,
    for_kind,
    reason_text,
)

__all__ = [
    "CATALOGUE",
    "DEFAULTS",
    "ENTRIES",
    "REASONS",
    "MetricEntry",
    "MetricProblem",
    "MetricValue",
    "OutputKind",
    "compute",
    "for_kind",
    "per_item",
    "reason_text",
]


def entry(name: str) -> MetricEntry:
    """The catalogue's entry. Raises MetricProblem("unknown_metric")."""
    if name not in CATALOGUE:
        raise MetricProblem("unknown_metric", name)
    return CATALOGUE[name]


def compute(
    name: str,
    predictions: Sequence[Any],
    references: Sequence[Any],
    *,
    queries: Sequence[Any] | None = None,
    **options: Any,
) -> MetricValue:
    """A metric in total over all pairs where both sides are there (None = missing).

    `queries`: which ranking each item is of, for metrics of rankings; None: all are of one.
    Options the metric does not take are left aside, so one set of options serves several.
    Undefined is `value=None` with a reason code (see `reason_text`).
    Raises:
        MetricProblem: the metric is unknown, or the sides differ in length.
    """
    one = entry(name)
    by_query = {"queries": queries} if one.is_by_query else {}
    return one.total(predictions, references, **by_query, **_taken(one, options))


def per_item(
    name: str, predictions: Sequence[Any], references: Sequence[Any], **options: Any
) -> list[float | None] | None:
    """One value a pair (None where a side is missing); None for a metric without such."""
    one = entry(name)
    if one.each is None:
        return None
    return one.each(predictions, references, **_taken(one, options))


def _taken(one: MetricEntry, options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key in one.options}
