"""A paper: one answer to one question, with its mark where it has been marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_LEARNT = 10_000  # answers to a question by the classical grader; what more would teach is not worth the time


@dataclass(frozen=True)
class Question:
    """`key` names it; `marks` are all that can be given, ascending; `point_marks` are those of the scoring
    points, in their order, where they are known."""

    key: str
    marks: tuple[float, ...]
    text: str = ""
    reference: str = ""
    scoring_points: tuple[str, ...] = ()
    point_marks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Paper:
    """`weight`: how much it counts in learning; 1 is as usual."""

    question: Question
    answer: str
    mark: float | None = None
    weight: float = 1.0


class Grader(Protocol):
    """A backend that has learnt."""

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        """For each paper (marks,) probabilities of its question's marks, summing to 1."""


class UnknownQuestion(ValueError):
    """The grader has learnt nothing of this question."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def marks_of(papers: Sequence[Paper], probabilities: Sequence[Floats]) -> list[float]:
    """The likeliest mark of each paper; of equally likely ones the lower."""
    pairs = zip(papers, probabilities, strict=True)
    return [paper.question.marks[int(np.argmax(one))] for paper, one in pairs]


def expected_marks(papers: Sequence[Paper], probabilities: Sequence[Floats]) -> list[float]:
    """The mean mark of each paper under its probabilities, brought to the nearest mark there is."""
    found = []
    for paper, one in zip(papers, probabilities, strict=True):
        marks = np.array(paper.question.marks)
        found.append(float(marks[np.argmin(np.abs(marks - one @ marks))]))
    return found
