"""Edit distance as an `evaluate` metric: `evaluate.load("…/grading/metrics/edit_distance.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Mean Levenshtein distance as a share of the longer text."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
Returns:
    edit_distance (float, None where undefined).
"""
_CITATION = "Levenshtein (1966), Soviet Physics Doklady 10(8)."


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class EditDistance(evaluate.Metric):  # type: ignore[misc]
    """Mean Levenshtein distance as a share of the longer text."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                predictions=datasets.Value("string"), references=datasets.Value("string")
            ),
        )

    def _compute(
        self, predictions: list[Any], references: list[Any]
    ) -> dict[str, Any]:
        return {"edit_distance": compute("edit_distance", predictions, references).value}
