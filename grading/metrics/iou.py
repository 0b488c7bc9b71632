"""Overlap of boxes as an `evaluate` metric: `evaluate.load("…/grading/metrics/iou.py")`."""

from __future__ import annotations

from typing import Any

import datasets

from grading.methods import metrics_domain
from grading.metrics import covers


class MeanIou(covers.Cover):
    """Mean overlap of boxes given in pairs, each [left, top, right, bottom]."""

    names = ("iou",)

    def _features(self) -> list[datasets.Features]:
        box = datasets.Sequence(datasets.Value("float64"), length=4)
        return [datasets.Features(predictions=box, references=box)]

    def _compute(self, predictions: list[Any], references: list[Any]) -> dict[str, Any]:
        return {"iou": metrics_domain.mean_iou(predictions, references).value}
