"""Accuracy as an `evaluate` metric: `evaluate.load("…/grading/metrics/accuracy.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Share of pairs that agree."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
    tolerance (float): marks this near count as equal.
Returns:
    accuracy (float, None where undefined).
"""
_CITATION = ""


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class Accuracy(evaluate.Metric):  # type: ignore[misc]
    """Share of pairs that agree."""

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
        self, predictions: list[Any], references: list[Any], tolerance: float = 0.0
    ) -> dict[str, Any]:
        return {"accuracy": compute("accuracy", predictions, references, tolerance=tolerance).value}
