"""chrF as an `evaluate` metric: `evaluate.load("…/grading/metrics/chrf.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Corpus chrF2 by sacrebleu."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
Returns:
    chrf (float, None where undefined).
"""
_CITATION = "Popović (2015), chrF: character n-gram F-score, WMT."


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class ChrF(evaluate.Metric):  # type: ignore[misc]
    """Corpus chrF2 by sacrebleu."""

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
        return {"chrf": compute("chrf", predictions, references).value}
