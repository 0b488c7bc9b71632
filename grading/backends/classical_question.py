"""The classical grader of one question: its members, and how their chances are joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from grading.backends.classical_features import KINDS, Eyes, Ints, Seen, cosines
from grading.backends.classical_forest import Forest, Points
from grading.backends.classical_members import (
    AT_ONCE,
    MOST_LIKENED,
    Lesson,
    Line,
    Member,
    Plain,
    Ratios,
    Terms,
    some_of,
)
from grading.backends.papers import MOST_LEARNT, Floats, Paper
from grading.methods.log_pool import LogPool

MEMBERS: dict[str, type[Member]] = {
    "plain": Plain,
    "line": Line,
    "terms": Terms,
    "ratios": Ratios,
    "forest": Forest,
    "points": Points,
}
FOLDS = 5
LEAST_TO_POOL = 100  # learnt answers; with fewer, too few to weigh members by: the terms alone


class QuestionModel:
    """What marks one question, from its plain data: `head` (JSON) and `arrays`.

    `inside`: (answers, marks) chances of the learnt answers, told by folds that had neither learnt them nor
    weighed the members by them; only where it has just been learnt, and from enough answers.
    """

    inside: Floats | None = None

    def __init__(self, head: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        self.head, self.arrays = head, arrays
        self.marks: list[float] = head["marks"]
        guides = [head["reference"], *head["scoring_points"]]
        self._eyes = Eyes(guides, head["terms"], {kind: arrays[f"idf.{kind}"] for kind in KINDS})
        self.lesson = self._lesson(self._eyes.see(head["known"]))
        if "powers" in arrays:
            self._join()

    @classmethod
    def learnt(
        cls, papers: Sequence[Paper], sign: Callable[[], None], names: Sequence[str] | None = None
    ) -> Self:
        """From papers of one question, all marked; of very many from some. `sign` is called between parts of the work; `names`: of the
        members, where not those that suit the number of papers."""
        question = papers[0].question
        given = np.unique([paper.mark or 0 for paper in papers], return_inverse=True)[1]
        papers = [papers[row] for row in some_of(given, MOST_LEARNT)]
        head: dict[str, Any] = {
            "marks": list(question.marks),
            "reference": question.reference,
            "scoring_points": list(question.scoring_points),
            "known": [paper.answer for paper in papers],
            "known_marks": [float(paper.mark or 0) for paper in papers],
            "members": list(names or _members(papers)),
        }
        eyes = Eyes.opened([question.reference, *question.scoring_points], head["known"])
        head["terms"] = eyes.terms
        arrays: dict[str, np.ndarray] = {f"idf.{kind}": idf for kind, idf in eyes.idf.items()}
        arrays["weights"] = np.array([paper.weight for paper in papers], dtype=float)
        model = cls(head, arrays)
        if len(model.lesson.values) == 1:
            return model
        parts, pool, inside = _joined(model.lesson, head["members"], sign)
        arrays |= {"powers": pool.powers, "pushes": pool.pushes, **parts}
        model._join()
        model.inside = None if inside is None else model._of_all_marks(inside)
        return model

    def probabilities(self, answers: Sequence[str]) -> Floats:
        """(answers, marks); a mark that was never given has none."""
        if len(self.lesson.values) == 1:
            return self._of_all_marks(np.ones((len(answers), 1)))
        starts = range(0, max(len(answers), 1), AT_ONCE)
        return np.vstack([self._told(answers[start : start + AT_ONCE]) for start in starts])

    def _told(self, answers: Sequence[str]) -> Floats:
        seen = self._eyes.see(answers)
        told = np.array([member.chances(seen) for member in self._members])
        return self._of_all_marks(self._pool.chances(told))

    def nearest(self, answer: str, count: int) -> list[tuple[str, float, float]]:
        """(answer, mark, cosine of the characters' TF-IDF), the likest first; none that shares nothing."""
        known = self.lesson.seen.turned["characters"]
        likeness = cosines(self._eyes.grams("characters", [answer]), known)[0]
        best = np.argsort(-likeness, kind="stable")[:count]
        answers, marks = self.head["known"], self.head["known_marks"]
        return [(answers[i], marks[i], float(likeness[i])) for i in best if likeness[i] > 0]

    def _join(self) -> None:
        arrays, names = self.arrays, self.head["members"]
        self._pool = LogPool(arrays["powers"], arrays["pushes"])
        self._members = [MEMBERS[name](self.lesson, _under(name, arrays)) for name in names]

    def _of_all_marks(self, used: Floats) -> Floats:
        """(answers, marks) from (answers, used marks)."""
        found = np.zeros((len(used), len(self.marks)))
        found[:, [self.marks.index(mark) for mark in self.lesson.values]] = used
        return found

    def _lesson(self, seen: Seen) -> Lesson:
        values, columns = np.unique(self.head["known_marks"], return_inverse=True)
        return Lesson(seen, columns, self.arrays["weights"], values)


def _members(papers: Sequence[Paper]) -> list[str]:
    """Which learn from so many answers, and from what is known of the question."""
    question, answers = papers[0].question, len(papers)
    if answers < LEAST_TO_POOL:
        return ["terms"]
    names = [name for name, kind in MEMBERS.items() if answers <= MOST_LIKENED or kind.is_quick]
    if not question.scoring_points:
        names.remove("points")
    return names


def _joined(
    lesson: Lesson, names: Sequence[str], sign: Callable[[], None]
) -> tuple[dict[str, np.ndarray], LogPool, Floats | None]:
    """The members' arrays by "name.array", the pool that joins them, and `inside` of the model."""
    members = {}
    for name in names:
        sign()
        members[name] = MEMBERS[name].learnt(lesson)
    parts = {f"{n}.{a}": array for n, m in members.items() for a, array in m.arrays.items()}
    if len(lesson) < LEAST_TO_POOL or len(names) == 1:
        return parts, LogPool.equal(len(names), len(lesson.values)), None
    fold = _folds(lesson.columns)
    told = np.array([_left_out(member, fold, sign) for member in members.values()])
    inside = np.zeros(told.shape[1:])
    for number in range(FOLDS):
        mine, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        pool = LogPool.learnt(told[:, others], lesson.columns[others], lesson.weights[others])
        inside[mine] = pool.chances(told[:, mine])
    return parts, LogPool.learnt(told, lesson.columns, lesson.weights), inside


def _left_out(member: Member, fold: Ints, sign: Callable[[], None]) -> Floats:
    """(answers, used marks) chances of each learnt answer from what has not learnt it."""
    lesson = member.lesson
    if isinstance(member, Forest):
        return member.arrays["left_out"]
    found = np.zeros((len(lesson), len(lesson.values)))
    for number in range(FOLDS):
        sign()
        mine, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        part = lesson[others]
        columns = np.searchsorted(lesson.values, part.values)
        if len(columns) == 1:
            found[mine, columns] = 1
        else:
            learnt = type(member).learnt(part)
            found[np.ix_(mine, columns)] = learnt.chances(lesson.seen[mine])
    return found


def _folds(columns: Ints) -> Ints:
    """(answers,) number of its fold, each mark spread evenly."""
    order = np.lexsort((np.random.default_rng(0).random(len(columns)), columns))
    found = np.zeros(len(columns), dtype=np.int64)
    found[order] = np.arange(len(columns)) % FOLDS
    return found


def _under(name: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    start = f"{name}."
    return {key[len(start) :]: array for key, array in arrays.items() if key.startswith(start)}
