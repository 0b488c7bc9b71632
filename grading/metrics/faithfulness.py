"""Faithfulness as an `evaluate` metric: `evaluate.load("…/grading/metrics/faithfulness.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Faithfulness(covers.Cover):
    """Share of an answer's sentences that the retrieved passages bear out."""

    names = ("faithfulness",)
    types = ("string",)
    options = (
        'contexts (list): the passages of each item; way (str): "words", "model" with '
        'entailment_model (str), or "judge" with judged (list).'
    )
    citation_text = "Es et al. (2024), RAGAS, EACL."
