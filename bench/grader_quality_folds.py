"""Marks of answers by graders that have not seen them, everything chosen on inner folds alone.

Every outer fold leaves students out. Of the others, inner folds mark each answer by a grader that has
not learnt it: these marks choose the decision, set the temperature and later the threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from grader_quality_scheme import scheme_of
from numpy.typing import NDArray
from real_data_grading import Exam
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from grading.backends.classical import ClassicalGrader
from grading.backends.papers import Floats, Paper, Question, expected_marks, marks_of
from grading.methods.mark_calibration import temperature, tempered
from grading.methods.metrics_marks import qwk

Rows = NDArray[np.int64]
Chances = dict[int, Floats]
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
    """Of each answer: the mark, how likely the grader holds it to be right, and how likely each mark."""

    marks: Floats
    confidence: Floats
    chances: Chances = field(default_factory=dict)

    @classmethod
    def nothing(cls, n: int) -> Told:
        return cls(np.full(n, np.nan), np.full(n, np.nan))


class Fold(NamedTuple):
    """`inner`: what is told of the learnt rows by inner folds; `outer`: of the rows left out.

    `chosen`: the decision for each question.
    """

    fit: Rows
    rest: Rows
    inner: Told
    outer: Told
    chosen: list[str]


Way = Callable[[Exam, list[Paper], Rows, Rows, int], tuple[Chances, Chances]]


def papers_of(exam: Exam) -> list[Paper]:
    marks = {key: tuple(np.unique(exam.definitive[exam.question == key])) for key in set(exam.question)}
    questions = {
        key: Question(key, tuple(map(float, known)), *scheme_of(exam.name, key))
        for key, known in marks.items()
    }
    rows = zip(exam.question, exam.text, exam.definitive, strict=True)
    return [Paper(questions[key], text, float(mark)) for key, text, mark in rows]


def parts(exam: Exam, rows: Rows, count: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Rows divided by student."""
    students = np.unique(exam.paper[rows])
    for _, left in KFold(count, shuffle=True, random_state=seed).split(students):
        is_left = np.isin(exam.paper[rows], students[left])
        yield rows[~is_left], rows[is_left]


def chances(exam: Exam, papers: list[Paper], make: Callable[[], Learner], fit: Rows, rest: Rows) -> Chances:
    """Probabilities of the marks of `rest` from a grader that learnt `fit`, question by question."""
    found: Chances = {}
    for key in np.unique(exam.question[rest]):
        mine = rest[exam.question[rest] == key]
        learner = make().fit([papers[i] for i in fit[exam.question[fit] == key]])
        found |= dict(zip(mine.tolist(), learner.probabilities([papers[i] for i in mine]), strict=True))
    return found


def baseline(is_ridge: bool) -> Way:
    """Chances of the learnt rows by inner folds, and of the rest."""

    def told(exam: Exam, papers: list[Paper], fit: Rows, rest: Rows, seed: int) -> tuple[Chances, Chances]:
        inside: Chances = {}
        for inner_fit, inner_rest in parts(exam, fit, INNER, seed):
            inside |= chances(exam, papers, lambda: Baseline(is_ridge), inner_fit, inner_rest)
        return inside, chances(exam, papers, lambda: Baseline(is_ridge), fit, rest)

    return told


def classical(exam: Exam, papers: list[Paper], fit: Rows, rest: Rows, seed: int) -> tuple[Chances, Chances]:
    """The same; the inner folds are those by which the grader weighs its members."""
    grader = ClassicalGrader().fit([papers[i] for i in fit])
    inside: Chances = {}
    for key in np.unique(exam.question[fit]):
        told = grader.model(str(key)).inside
        if told is None:
            raise ValueError(f"too few answers to question {key}")
        inside |= dict(zip(fit[exam.question[fit] == key].tolist(), told, strict=True))
    return inside, dict(zip(rest.tolist(), grader.probabilities([papers[i] for i in rest]), strict=True))


def without_scheme(way: Way) -> Way:
    """The same knowing nothing of the questions but their marks."""

    def told(exam: Exam, papers: list[Paper], fit: Rows, rest: Rows, seed: int) -> tuple[Chances, Chances]:
        bare = [replace(p, question=Question(p.question.key, p.question.marks)) for p in papers]
        return way(exam, bare, fit, rest, seed)

    return told


def folds(exam: Exam, way: Way, count: int, seed: int, decisions: Sequence[str] = tuple(DECISIONS)) -> list[Fold]:
    """Each outer fold, its marks decided for each question in the way that did best inside."""
    papers, found = papers_of(exam), []
    for number, (fit, rest) in enumerate(parts(exam, np.arange(len(exam.text)), count, seed)):
        inside, outside = way(exam, papers, fit, rest, seed + 1 + number)
        inner, outer, chosen = Told.nothing(len(papers)), Told.nothing(len(papers)), []
        for key in np.unique(exam.question):
            mine, left = (rows[exam.question[rows] == key] for rows in (fit, rest))
            decision = max(decisions, key=lambda d: quality(exam, papers, mine, inside, d))
            heat = heat_of(exam, papers, mine, inside)
            _tell(inner, papers, mine, inside, heat, decision)
            _tell(outer, papers, left, outside, heat, decision)
            chosen.append(decision)
        found.append(Fold(fit, rest, inner, outer, chosen))
    return found


def quality(exam: Exam, papers: list[Paper], rows: Rows, found: Chances, decision: str) -> float:
    """Accuracy + QWK on one question."""
    marks = DECISIONS[decision]([papers[i] for i in rows], [found[i] for i in rows])
    right = exam.definitive[rows]
    return float(np.mean(marks == right)) + (qwk(marks, right.tolist()).value or 0)


def heat_of(exam: Exam, papers: list[Paper], rows: Rows, found: Chances) -> float:
    """The temperature of one question."""
    right = np.searchsorted(papers[rows[0]].question.marks, exam.definitive[rows])
    return temperature(np.array([found[i] for i in rows]), right)


def _tell(told: Told, papers: list[Paper], rows: Rows, found: Chances, heat: float, decision: str) -> None:
    mine, raw = [papers[i] for i in rows], [found[i] for i in rows]
    marks = DECISIONS[decision](mine, raw)
    columns = [paper.question.marks.index(mark) for paper, mark in zip(mine, marks, strict=True)]
    calibrated = tempered(np.array(raw), heat)
    told.marks[rows] = marks
    told.confidence[rows] = calibrated[np.arange(len(rows)), columns]
    told.chances.update(zip(rows.tolist(), calibrated, strict=True))
