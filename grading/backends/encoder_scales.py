"""Scales of marks on one line, so that one model marks questions with any of them.

Marks lie in [0, 1] between the lowest and the highest of their question. What a head learns it learns at
knots on this line, those of the training papers' scales, and reads off between them for a scale
that it has not met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from grading.backends.papers import Floats, Question

NEAR = 1e-6


def places(question: Question) -> Floats:
    """(marks,) each mark's place in [0, 1]."""
    marks = np.array(question.marks, dtype=float)
    width = marks[-1] - marks[0] if len(marks) > 1 else 1.0
    return np.asarray((marks - marks[0]) / width, dtype=float)


def edges(question: Question) -> Floats:
    """(marks − 1,) the middles between neighbouring marks."""
    at = places(question)
    return (at[1:] + at[:-1]) / 2


def knots(questions: Iterable[Question], head: str) -> list[float]:
    """Where the head learns: at every mark ("class") or at every middle; two at least."""
    of = places if head == "class" else edges
    found = sorted({round(float(one), 6) for question in questions for one in of(question)})
    return found if len(found) > 1 else [0.25, 0.75] if head != "class" else [0.0, 1.0]


def reading(knots: Sequence[float], at: Floats) -> Floats:
    """(places, knots) weights that read straight lines through the knots at `at`, straight on beyond them."""
    line = np.array(knots)
    left = np.clip(np.searchsorted(line, at + NEAR, side="right") - 1, 0, len(line) - 2)
    share = (at - line[left]) / (line[left + 1] - line[left])
    found = np.zeros((len(at), len(line)))
    found[np.arange(len(at)), left] = 1 - share
    found[np.arange(len(at)), left + 1] = share
    return found


def column(question: Question, mark: float) -> int:
    """Which of the question's marks this is. Raises ValueError where it is none of them."""
    gaps = np.abs(np.array(question.marks) - mark)
    if gaps.min() > NEAR:
        raise ValueError(f"question {question.key}: {mark} is not one of its marks")
    return int(gaps.argmin())
