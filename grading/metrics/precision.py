"""Precision as an `evaluate` metric: `evaluate.load("…/grading/metrics/precision.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Of what was predicted as a class, the share that is."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
    average (str): "macro", "micro", "weighted" or "binary".
    positive: the class that counts when `average` is "binary".
Returns:
    precision (float, None where undefined).
"""
_CITATION = ""


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class Precision(evaluate.Metric):  # type: ignore[misc]
    """Of what was predicted as a class, the share that is."""

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
        return {"precision": compute("precision", predictions, references, average=average, positive=positive).value}
