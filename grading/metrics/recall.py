"""Recall as an `evaluate` metric: `evaluate.load("…/grading/metrics/recall.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Of what is a class, the share that was found."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
    average (str): "macro", "micro", "weighted" or "binary".
    positive: the class that counts when `average` is "binary".
Returns:
    recall (float, None where undefined).
"""
_CITATION = ""


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class Recall(evaluate.Metric):  # type: ignore[misc]
    """Of what is a class, the share that was found."""

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
        self, predictions: list[Any], references: list[Any], average: str = "macro", positive: Any = None
    ) -> dict[str, Any]:
        return {"recall": compute("recall", predictions, references, average=average, positive=positive).value}
