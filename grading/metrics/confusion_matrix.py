"""Confusion matrix as an `evaluate` metric: `evaluate.load("…/grading/metrics/confusion_matrix.py")`."""

from __future__ import annotations

from typing import Any

from grading.metrics import compute, covers


class ConfusionMatrix(covers.Cover):
    """Counts by reference (rows) and prediction (columns)."""

    names = ("confusion_matrix", "labels")
    types = ("float64", "string")

    def _compute(
        self, predictions: list[Any], references: list[Any], **_options: Any
    ) -> dict[str, Any]:
        detail = compute("confusion_matrix", predictions, references).detail
        return {"confusion_matrix": detail.get("matrix"), "labels": detail.get("labels")}
