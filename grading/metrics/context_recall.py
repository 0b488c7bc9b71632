"""Context recall as an `evaluate` metric: `evaluate.load("…/grading/metrics/context_recall.py")`."""

from __future__ import annotations

from grading.metrics import covers


class ContextRecall(covers.Cover):
    """Share of the reference's sentences that some passage bears out."""

    names = ("context_recall",)
    types = ("string",)
    options = (
        'contexts (list): the passages of each item; way (str): "words", "model" with '
        'entailment_model (str), or "judge" with judged (list).'
    )
    citation_text = "Es et al. (2024), RAGAS, EACL."
