"""Marks of answers by graders that have not seen them, settings chosen on inner folds alone.

Every outer fold leaves students out. On the others, inner folds mark each answer by a grader that has
not learnt it: these marks choose the settings, set the temperature and later the threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from real_data_grading import Exam
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from grading.backends.papers import Floats, Paper, Question, expected_marks, marks_of
from grading.methods.mark_calibration import temperature, tempered
from grading.methods.metrics_marks import qwk

Rows = NDArray[np.int64]
DECISIONS = {"likeliest mark": marks_of, "expected mark": expected_marks}
INNER = 3


class Learner(Protocol):
    def fit(self, papers: Sequence[Paper]) -> Learner: ...
    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]: ...


class Baseline:
    """Character 1–3-grams by TF-IDF, a model a question: logistic, or ridge brought to the nearest mark."""

    def __init__(self, is_ridge: bool) -> None:
        self.is_ridge = is_ridge

    def fit(self, papers: Sequence[Paper]) -> Baseline:
        line = Ridge() if self.is_ridge else LogisticRegression(C=10, max_iter=300)
        grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
        self._model = make_pipeline(grams, line)
        self._model.fit([paper.answer for paper in papers], [paper.mark for paper in papers])
        return self

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        marks, texts = np.array(papers[0].question.marks), [paper.answer for paper in papers]
        if self.is_ridge:
            near = np.abs(self._model.predict(texts)[:, None] - marks).argmin(axis=1)
            return list(np.eye(len(marks))[near])
        found = np.zeros((len(texts), len(marks)))
        found[:, np.searchsorted(marks, self._model.classes_)] = self._model.predict_proba(texts)
        return list(found)


@dataclass
class Told:
    """Of each answer: the mark, and how likely the grader holds it to be right."""

    marks: Floats
    confidence: Floats

    @classmethod
    def nothing(cls, n: int) -> Told:
        return cls(np.full(n, np.nan), np.full(n, np.nan))


class Fold(NamedTuple):
    """`inner`: what is told of the learnt rows by inner folds; `outer`: of the rows left out."""

    fit: Rows
    rest: Rows
    inner: Told
    outer: Told
    chosen: str


def papers_of(exam: Exam) -> list[Paper]:
    marks = {key: tuple(np.unique(exam.definitive[exam.question == key])) for key in set(exam.question)}
    questions = {key: Question(key, tuple(map(float, known))) for key, known in marks.items()}
    rows = zip(exam.question, exam.text, exam.definitive, strict=True)
    return [Paper(questions[key], text, float(mark)) for key, text, mark in rows]


def parts(exam: Exam, rows: Rows, count: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Rows divided by student."""
    students = np.unique(exam.paper[rows])
    for _, left in KFold(count, shuffle=True, random_state=seed).split(students):
        is_left = np.isin(exam.paper[rows], students[left])
        yield rows[~is_left], rows[is_left]


def chances(exam: Exam, papers: list[Paper], make: Callable[[], Learner], fit: Rows, rest: Rows) -> dict[int, Floats]:
    """Probabilities of the marks of `rest` from a grader that learnt `fit`, question by question."""
    found: dict[int, Floats] = {}
    for key in np.unique(exam.question[rest]):
        mine = rest[exam.question[rest] == key]
        learner = make().fit([papers[i] for i in fit[exam.question[fit] == key]])
        found |= dict(zip(mine.tolist(), learner.probabilities([papers[i] for i in mine]), strict=True))
    return found


def folds(exam: Exam, grid: dict[str, Callable[[], Learner]], count: int, seed: int) -> Iterator[Fold]:
    """Each outer fold, marked by the way of the grid and the decision that did best inside."""
    papers, everything = papers_of(exam), np.arange(len(exam.text))
    for number, (fit, rest) in enumerate(parts(exam, everything, count, seed)):
        inside: dict[str, dict[int, Floats]] = {name: {} for name in grid}
        for inner_fit, inner_rest in parts(exam, fit, INNER, seed + 1 + number):
            for name, make in grid.items():
                inside[name] |= chances(exam, papers, make, inner_fit, inner_rest)
        ways = [(name, decision) for name in grid for decision in DECISIONS]
        name, decision = max(ways, key=lambda way: quality(exam, papers, fit, inside[way[0]], way[1]))
        outside = chances(exam, papers, grid[name], fit, rest)
        heat = heats(exam, papers, fit, inside[name])
        told = [told_of(exam, papers, c, heat, decision) for c in (inside[name], outside)]
        yield Fold(fit, rest, *told, f"{name}, {decision}")


def quality(exam: Exam, papers: list[Paper], rows: Rows, found: dict[int, Floats], decision: str) -> float:
    """Mean over the questions of (accuracy + QWK) / 2."""
    values = []
    for key in np.unique(exam.question):
        mine = rows[exam.question[rows] == key]
        marks = DECISIONS[decision]([papers[i] for i in mine], [found[i] for i in mine])
        right = exam.definitive[mine]
        values.append((np.mean(marks == right) + (qwk(marks, right.tolist()).value or 0)) / 2)
    return float(np.mean(values))


def heats(exam: Exam, papers: list[Paper], rows: Rows, found: dict[int, Floats]) -> dict[str, float]:
    """The temperature of each question."""
    heat = {}
    for key in np.unique(exam.question):
        mine = rows[exam.question[rows] == key]
        marks = papers[mine[0]].question.marks
        right = np.searchsorted(marks, exam.definitive[mine])
        heat[str(key)] = temperature(np.array([found[i] for i in mine]), right)
    return heat


def told_of(
    exam: Exam, papers: list[Paper], found: dict[int, Floats], heat: dict[str, float], decision: str
) -> Told:
    told = Told.nothing(len(papers))
    for row, raw in found.items():
        told.marks[row] = DECISIONS[decision]([papers[row]], [raw])[0]
        warm = tempered(raw[None], heat[str(exam.question[row])])[0]
        told.confidence[row] = warm[papers[row].question.marks.index(told.marks[row])]
    return told
