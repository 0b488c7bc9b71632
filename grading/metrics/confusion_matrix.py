"""Confusion matrix as an `evaluate` metric: `evaluate.load("…/grading/metrics/confusion_matrix.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Counts by reference (rows) and prediction (columns)."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
Returns:
    confusion_matrix (list of lists) and labels (list).
"""
_CITATION = ""


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class ConfusionMatrix(evaluate.Metric):  # type: ignore[misc]
    """Counts by reference (rows) and prediction (columns)."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=[
                datasets.Features(
                    predictions=datasets.Value(kind), references=datasets.Value(kind)
                )
                for kind in ("float64", "string")
            ],
        )

    def _compute(
        self, predictions: list[Any], references: list[Any]
    ) -> dict[str, Any]:
        detail = compute("confusion_matrix", predictions, references).detail
        return {"confusion_matrix": detail.get("matrix"), "labels": detail.get("labels")}
