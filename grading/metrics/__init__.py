"""Automatic metrics.

`compute` and `per_item` are pure and import neither `evaluate` nor `datasets`. The files
named after a metric are `evaluate` modules around the same functions, for use with
`evaluate.load("…/grading/metrics/qwk.py")` and `evaluate.combine`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from grading.methods.metrics_value import MetricProblem, MetricValue
from grading.metrics.catalogue import (
    CATALOGUE,
    DEFAULTS,
    ENTRIES,
    MetricEntry,
    OutputKind,
    find,
    for_kind,
    named,
    title_of,
)
from grading.metrics.entries.own import own_metrics
from grading.metrics.entries.words import REASONS, problem_text, reason_text

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
    "find",
    "for_kind",
    "named",
    "own_metrics",
    "per_item",
    "problem_text",
    "reason_text",
    "title_of",
]


def compute(
    name: str,
    predictions: Sequence[Any],
    references: Sequence[Any] | None = None,
    **more: Any,
) -> MetricValue:
    """A metric in total over all pairs where both sides are there (None = missing).

    `more`: options, and columns of values an item ("queries": which ranking it is of, "groups" …).
    What the metric does not take is left aside, so one set serves several. `references` are needed
    only where the metric has any. Undefined is `value=None` with a reason code (see `reason_text`).
    Raises:
        MetricProblem: the metric is unknown, the sides differ in length, its model is missing …
    """
    one = named(name)
    found = one.total(predictions, _references(one, predictions, references), **_taken(one, more))
    return found if _is_finite(found) else MetricValue(None, found.n, "not_finite")


def _is_finite(found: MetricValue) -> bool:
    """Numbers near the largest that there are overflow, and modules of one's own may say anything."""
    try:
        json.dumps([found.value, found.detail], allow_nan=False, default=str)
    except ValueError:
        return False
    return True


def per_item(
    name: str, predictions: Sequence[Any], references: Sequence[Any] | None = None, **more: Any
) -> list[float | None] | None:
    """One value a pair (None where a side is missing); None for a metric without such."""
    one = named(name)
    if one.each is None:
        return None
    return one.each(predictions, _references(one, predictions, references), **_taken(one, more))


def _references(
    one: MetricEntry, predictions: Sequence[Any], references: Sequence[Any] | None
) -> Sequence[Any]:
    if one.has_reference:
        return references if references is not None else [None] * len(predictions)
    return predictions


def _taken(one: MetricEntry, more: dict[str, Any]) -> dict[str, Any]:
    read = {*one.options, *one.columns, *one.known}
    return {key: value for key, value in more.items() if key in read}
