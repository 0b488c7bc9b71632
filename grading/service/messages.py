"""Papers and grades as they go between the web processes and the service.

    paper   {"key", "marks", "text", "reference", "scoring_points": [text], "answer"}
    graded  {"key", "text", "marks" of the question that was meant, "mark", "confidence",
             "probabilities": [of each mark]}
"""

from __future__ import annotations

from typing import Any

from grading.backends.papers import Paper, Question
from grading.backends.trained import Graded


def paper_from(told: dict[str, Any]) -> Paper:
    points, marks = tuple(told["scoring_points"]), tuple(told["marks"])
    question = Question(told["key"], marks, told["text"], told["reference"], points)
    return Paper(question, told["answer"])


def said_of(question: Question, graded: Graded) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text,
        "marks": list(question.marks),
        "mark": graded.mark,
        "confidence": graded.confidence,
        "probabilities": [graded.probabilities[mark] for mark in question.marks],
    }
