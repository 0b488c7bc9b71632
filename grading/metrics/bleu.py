"""BLEU as an `evaluate` metric: `evaluate.load("…/grading/metrics/bleu.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "Corpus BLEU by sacrebleu, each pair tokenised for its own language."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
Returns:
    bleu (float, None where undefined).
"""
_CITATION = "Post (2018), A Call for Clarity in Reporting BLEU Scores, WMT."


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class Bleu(evaluate.Metric):  # type: ignore[misc]
    """Corpus BLEU by sacrebleu, each pair tokenised for its own language."""

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
        return {"bleu": compute("bleu", predictions, references).value}
