"""Papers, grades and texts as they go between the web processes and the service.

    paper   {"key", "marks", "text", "reference", "scoring_points": [text], "point_marks", "answer"}
    graded  {"key", "text", "marks" of the question that was meant, "mark", "confidence",
             "probabilities": [of each mark]}

and for a generator {"prompt", "max_tokens", "temperature", "seed", "seconds": that may pass}, to which it
says {"text", "tokens_in", "tokens_out", "is_cut"}.
"""

from __future__ import annotations

from typing import Any

from grading.backends.papers import Paper, Question
from grading.backends.trained import Graded


def paper_from(told: dict[str, Any]) -> Paper:
    points, marks = tuple(told["scoring_points"]), tuple(told["marks"])
    worth = tuple(told.get("point_marks", ()))
    question = Question(told["key"], marks, told["text"], told["reference"], points, worth)
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
