"""F1 as an `evaluate` metric: `evaluate.load("…/grading/metrics/f1.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Harmonic mean of precision and recall."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
    average (str): "macro", "micro", "weighted" or "binary".
    positive: the class that counts when `average` is "binary".
Returns:
    f1 (float, None where undefined).
"""
_CITATION = ""


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class F1(evaluate.Metric):  # type: ignore[misc]
    """Harmonic mean of precision and recall."""

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
        return {"f1": compute("f1", predictions, references, average=average, positive=positive).value}
