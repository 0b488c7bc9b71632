"""Quadratic weighted kappa as an `evaluate` metric: `evaluate.load("…/grading/metrics/qwk.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Agreement of marks beyond chance, far misses weigh more."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
Returns:
    qwk (float, None where undefined).
"""
_CITATION = "Cohen (1968), Weighted kappa, Psychological Bulletin 70(4)."


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class QuadraticWeightedKappa(evaluate.Metric):  # type: ignore[misc]
    """Agreement of marks beyond chance, far misses weigh more."""

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
        return {"qwk": compute("qwk", predictions, references).value}
