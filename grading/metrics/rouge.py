"""ROUGE-1, ROUGE-2 and ROUGE-L as an `evaluate` metric: `evaluate.load("…/grading/metrics/rouge.py")`."""

from __future__ import annotations

from typing import Any

import datasets
import evaluate

from grading.metrics import compute

_DESCRIPTION = "F1 of shared words, word pairs and the longest shared sequence."
_INPUTS = """
Args:
    predictions (list): what the system said.
    references (list): what it is held against.
    segmentation (str): Chinese by "words" (jieba) or "characters".
Returns:
    rouge1, rouge2, rougeL (float, None where undefined).
"""
_CITATION = "Lin (2004), ROUGE: A Package for Automatic Evaluation of Summaries, ACL."


@evaluate.utils.file_utils.add_start_docstrings(_DESCRIPTION, _INPUTS)
class Rouge(evaluate.Metric):  # type: ignore[misc]
    """F1 of shared words, word pairs and the longest shared sequence."""

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
        self, predictions: list[Any], references: list[Any], segmentation: str = "words"
    ) -> dict[str, Any]:
        names = ("rouge1", "rouge2", "rougeL")
        found = {n: compute(n, predictions, references, segmentation=segmentation) for n in names}
        return {name: result.value for name, result in found.items()}
