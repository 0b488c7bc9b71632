"""Context precision as an `evaluate` metric: `evaluate.load("…/grading/metrics/context_precision.py")`."""

from __future__ import annotations

from grading.metrics import covers


class ContextPrecision(covers.Cover):
    """Whether the passages that help come first among those found."""

    names = ("context_precision",)
    types = ("string",)
    options = (
        'contexts (list): the passages of each item; way (str): "words", "model" with '
        'entailment_model (str), or "judge" with judged (list).'
    )
    citation_text = "Es et al. (2024), RAGAS, EACL."
