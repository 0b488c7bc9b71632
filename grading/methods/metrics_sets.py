"""Metrics of several labels an item: Hamming loss and Jaccard index.

A side is a list of labels, or a text with them divided by ; , | or 、. Blanks around a label
do not count; an empty text is the empty set, which is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from grading.methods.metrics_value import MetricValue, paired

_BETWEEN = re.compile(r"[;；,，|、]")


def label_set(value: Any) -> frozenset[str]:
    """The labels of one side of an item."""
    parts = _BETWEEN.split(value) if isinstance(value, str) else _listed(value)
    return frozenset(text for part in parts if (text := str(part).strip()))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def hamming_loss(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Share of all decisions (item × label that occurs anywhere) that are wrong, in [0, 1]."""
    _, p, r = _paired_sets(predictions, references)
    labels = frozenset().union(*p, *r)
    if not p or not labels:
        return MetricValue(None, len(p), "no_pairs" if not p else "class_never_used")
    wrong = sum(len(a ^ b) for a, b in zip(p, r, strict=True))
    return MetricValue(wrong / (len(p) * len(labels)), len(p), detail={"labels": sorted(labels)})


def jaccard(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Mean over items of shared ÷ all labels of both sides, in [0, 1]; two empty sets are equal: 1."""
    values = [v for v in jaccard_per_item(predictions, references) if v is not None]
    if not values:
        return MetricValue(None, 0, "no_pairs")
    return MetricValue(sum(values) / len(values), len(values))


def jaccard_per_item(
    predictions: Sequence[Any], references: Sequence[Any]
) -> list[float | None]:
    """Jaccard index of each pair; None where a side is missing."""
    kept, p, r = _paired_sets(predictions, references)
    values: list[float | None] = [None] * len(predictions)
    for i, a, b in zip(kept, p, r, strict=True):
        values[i] = len(a & b) / len(a | b) if a | b else 1.0
    return values


def _paired_sets(
    predictions: Sequence[Any], references: Sequence[Any]
) -> tuple[list[int], list[frozenset[str]], list[frozenset[str]]]:
    kept, p, r = paired(predictions, references)
    return kept, [label_set(value) for value in p], [label_set(value) for value in r]
