"""Marked papers as a network learns them: tokens, the right mark's column and place, weights."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from grading.backends.encoder_scales import column, places
from grading.backends.encoder_text import Encoded, PaperEncoder
from grading.backends.papers import Floats, Paper, Question
from grading.methods.metrics_marks import qwk

MOST_WEIGHT = 10.0  # of a rare mark, so that one paper does not steer everything


@dataclass(frozen=True)
class Learnable:
    """Papers ready to be learnt; `right` columns of the marks, `place` in [0, 1], `weights` of mean 1."""

    encoded: list[Encoded]
    questions: list[Question]
    right: list[int]
    place: list[float]
    weights: Floats

    def __len__(self) -> int:
        return len(self.encoded)

    @property
    def lengths(self) -> list[int]:
        return [len(one) for one in self.encoded]


def learnable(
    papers: Sequence[Paper], read: PaperEncoder, *, is_balanced: bool = False
) -> Learnable:
    """Raises ValueError where a paper has no mark or one that its question does not know."""
    right = [_column(paper) for paper in papers]
    place = [float(places(paper.question)[one]) for paper, one in zip(papers, right, strict=True)]
    weights = np.array([paper.weight for paper in papers], dtype=float)
    if is_balanced:
        weights = weights * rarity(papers)
    questions = [paper.question for paper in papers]
    return Learnable(
        read(papers),
        questions,
        right,
        place,
        weights / (weights.mean() or 1.0) if len(weights) else weights,
    )


def digest(papers: Sequence[Paper]) -> str:
    """Names exactly these papers in this order."""
    rows = [[asdict(paper.question), paper.answer, paper.mark, paper.weight] for paper in papers]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def mean_qwk(
    questions: Sequence[Question], told: Sequence[int], right: Sequence[int]
) -> float | None:
    """The mean over questions of the QWK between marks given by their columns; None where none has one."""
    by_question: dict[str, list[tuple[float, float]]] = {}
    for question, a, b in zip(questions, told, right, strict=True):
        by_question.setdefault(question.key, []).append((question.marks[a], question.marks[b]))
    values = [qwk(*zip(*pairs, strict=True)).value for pairs in by_question.values()]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _column(paper: Paper) -> int:
    if paper.mark is None:
        raise ValueError(f"question {paper.question.key}: a paper without a mark")
    return column(paper.question, paper.mark)


def rarity(papers: Sequence[Paper]) -> Floats:
    """(papers,) what makes every mark of a question count the same, up to a limit."""
    pairs = [(paper.question.key, paper.mark) for paper in papers]
    of_mark, of_question = Counter(pairs), Counter(key for key, _mark in pairs)
    used = Counter(key for key, _mark in of_mark)
    return np.array(
        [min(MOST_WEIGHT, of_question[key] / (used[key] * of_mark[key, mark])) for key, mark in pairs]
    )
