"""Mean absolute error as an `evaluate` metric: `evaluate.load("…/grading/metrics/mae.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Mean absolute difference of the marks."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
Returns:
    mae (float, None where undefined).
"""
_CITATION = ""


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class MeanAbsoluteError(evaluate.Metric):  # type: ignore[misc]
    """Mean absolute difference of the marks."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                predictions=datasets.Value("float64"), references=datasets.Value("float64")
            ),
        )

    def _compute(
        self, predictions: list[Any], references: list[Any]
    ) -> dict[str, Any]:
        return {"mae": compute("mae", predictions, references).value}
