"""Answer relevance as an `evaluate` metric: `evaluate.load("…/grading/metrics/answer_relevance.py")`."""

from __future__ import annotations

from grading.metrics import covers


class AnswerRelevance(covers.Cover):
    """How far an answer takes up the question."""

    names = ("answer_relevance",)
    types = ("string",)
    options = (
        'questions (list); way (str): "words", "model" with '
        'entailment_model (str), or "judge" with judged (list).'
    )
    citation_text = "Es et al. (2024), RAGAS, EACL."
