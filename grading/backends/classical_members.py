"""The models that the classical grader joins: each learns marked answers and says chances of their marks.

A member is plain data, `arrays`, beside the answers that it has learnt (`known`, `columns`: which of the
used marks each got, every one at least once). `learnt` makes it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from scipy import sparse

from grading.backends.classical_features import Ints, Seen, axes, cosines
from grading.backends.papers import Floats

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

NEIGHBOURS = 5
ROUGHLY = 1e-3  # slope at which a line over very many answers is good enough
NEARNESS_WEIGHT = 2.0  # of the numbers beside the n-grams
MOST_LIKENED = 2500  # learnt answers to be near to; with more, what takes time by their cube is left out
AT_ONCE = 1000  # answers that are compared with them, so that memory stays small
LEAST = 1e-6


def some_of(columns: Ints, most: int) -> Ints:
    """Rows: all, or where they are more, so many: of each mark as many as its share, and one at least."""
    if len(columns) <= most:
        return np.arange(len(columns))
    mixed = np.random.default_rng(0).permutation(len(columns))
    _, firsts = np.unique(columns[mixed], return_index=True)
    others = np.setdiff1d(np.arange(len(columns)), firsts)[: max(most - len(firsts), 0)]
    return np.sort(mixed[np.concatenate([firsts, others])])


@dataclass(frozen=True)
class Lesson:
    """Marked answers to learn: `columns` and `weights` > 0 (answers,), `values` (used marks,) ascending."""

    seen: Seen
    columns: Ints
    weights: Floats
    values: Floats

    def __getitem__(self, rows: Ints) -> Lesson:
        """Only these rows, and only the marks that they got."""
        used, columns = np.unique(self.columns[rows], return_inverse=True)
        return Lesson(self.seen[rows], columns, self.weights[rows], self.values[used])

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def likened(self) -> Ints:
        """Rows to which others are likened."""
        return some_of(self.columns, MOST_LIKENED)

    @cached_property
    def near(self) -> Seen:
        """What is seen of them."""
        return self.seen if len(self) <= MOST_LIKENED else self.seen[self.likened]


@dataclass(frozen=True)
class Member:
    """What was learnt (`arrays`), and from what."""

    lesson: Lesson
    arrays: dict[str, np.ndarray]
    is_quick: ClassVar[bool] = True  # with very many answers too

    @classmethod
    def learnt(cls, lesson: Lesson) -> Self:
        raise NotImplementedError

    def chances(self, seen: Seen) -> Floats:
        """(answers, used marks), rows summing to 1."""
        raise NotImplementedError


class Plain(Member):
    """Logistic regression on runs of characters as they were written: the usual baseline itself."""

    @classmethod
    def learnt(cls, lesson: Lesson) -> Self:
        line = _logistic(C=10, max_iter=500)
        return cls(lesson, _lines(line, lesson.seen.grams["raw"], lesson))

    def chances(self, seen: Seen) -> Floats:
        return _softmax(seen.grams["raw"], self.arrays)


class Terms(Member):
    """Logistic regression, marks weighted against their rarity, on characters, words, what the answer holds of
    the reference, its length and how near it is to the nearest learnt answers with each mark."""

    @classmethod
    def learnt(cls, lesson: Lesson) -> Self:
        line = _logistic(C=1, max_iter=500, class_weight="balanced")
        blank = cls(lesson, {})
        return cls(lesson, _lines(line, blank.features(lesson.seen, is_own=True), lesson))

    def chances(self, seen: Seen) -> Floats:
        return _softmax(self.features(seen), self.arrays)

    def features(self, seen: Seen, *, is_own: bool = False) -> Any:
        """(answers, features). `is_own`: they are the learnt ones, which are not near to themselves."""
        numbers = np.hstack([self._nearness(seen, is_own), seen.numbers]) * NEARNESS_WEIGHT
        return sparse.hstack([seen.terms, sparse.csr_matrix(numbers)], format="csr")

    def _nearness(self, seen: Seen, is_own: bool) -> Floats:
        """To the nearest answer with each mark, and mean of the nearest few."""
        columns = self.lesson.columns[self.lesson.likened]
        parts: list[Floats] = []
        for rows, some in _blocks(seen):
            likeness = some.nearness(self.lesson.near)
            if is_own:
                likeness = np.where(rows[:, None] == self.lesson.likened, 0.0, likeness)
            mine = [likeness[:, columns == column] for column in range(len(self.lesson.values))]
            best = [-np.sort(-one, axis=1)[:, :NEIGHBOURS] for one in mine]
            parts.append(np.stack([f for b in best for f in (b[:, 0], b.mean(axis=1))], axis=1))
        return np.vstack(parts)


class Ratios(Member):
    """For each mark logistic regression on whether a term is there, scaled by how much oftener it stands in
    answers with that mark (NB-SVM; Wang & Manning 2012)."""

    @classmethod
    def learnt(cls, lesson: Lesson) -> Self:
        there = _there(lesson.seen.terms)
        counts = np.asarray(there.sum(axis=0))[0]
        there = there.multiply(counts >= 2).tocsr()
        coef, intercept = [], []
        for column in range(len(lesson.values)):
            is_given = lesson.columns == column
            with_it, without = (1 + there.T @ (lesson.weights * m) for m in (is_given, ~is_given))
            ratio = np.log(with_it / with_it.sum()) - np.log(without / without.sum())
            line = _logistic(C=0.1, solver="liblinear")
            line.fit(there.multiply(ratio).tocsr(), is_given, sample_weight=lesson.weights)
            coef.append(line.coef_[0] * ratio * (counts >= 2))
            intercept.append(line.intercept_[0])
        return cls(lesson, {"coef": np.array(coef), "intercept": np.array(intercept)})

    def chances(self, seen: Seen) -> Floats:
        logits = _there(seen.terms) @ self.arrays["coef"].T + self.arrays["intercept"]
        found = 1 / (1 + np.exp(-logits)) + LEAST
        return np.asarray(found / found.sum(axis=1, keepdims=True))


class Line(Member):
    """Ridge regression on the mark itself, as likely above as below: for marks that are amounts."""

    is_quick = False

    @classmethod
    def learnt(cls, lesson: Lesson) -> Self:
        raw, given = lesson.seen.grams["raw"], lesson.values[lesson.columns]
        mean = np.average(given, weights=lesson.weights)
        inverse = np.linalg.inv(cosines(raw, raw.T) + np.diag(1 / lesson.weights))
        dual = inverse @ (given - mean)
        left_out = dual / np.diag(inverse)  # each one's error by the others alone
        spread = np.sqrt(np.average(left_out**2, weights=lesson.weights))
        coef = np.asarray(raw.T @ dual)
        return cls(lesson, {"coef": coef, "mean": np.array(mean), "spread": np.array(spread)})

    def chances(self, seen: Seen) -> Floats:
        marks = np.asarray(seen.grams["raw"] @ self.arrays["coef"]) + self.arrays["mean"]
        far = (marks[:, None] - self.lesson.values) / (self.arrays["spread"] + LEAST)
        return _shares(-(far**2) / 2)


def _blocks(seen: Seen) -> Iterator[tuple[Ints, Seen]]:
    """Rows and what is seen of them, some at a time where there are many."""
    if len(seen) <= MOST_LIKENED:
        yield np.arange(len(seen)), seen
        return
    for start in range(0, len(seen), AT_ONCE):
        rows = np.arange(start, min(start + AT_ONCE, len(seen)))
        yield rows, seen[rows]


def _logistic(**how: Any) -> LogisticRegression:
    # Seconds to import: who only marks goes without.
    from sklearn.linear_model import LogisticRegression

    # An essay out of 60 has more marks than most classes have essays; the marks are ordered, and it is told elsewhere.
    warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
    return LogisticRegression(**how)


def _lines(line: LogisticRegression, seen: Any, lesson: Lesson) -> dict[str, np.ndarray]:
    """Coefficients, learnt over the answers' own axes where these are fewer than the terms, and from their
    middle: the same model, much sooner."""
    if len(lesson) > MOST_LIKENED:
        line.set_params(tol=ROUGHLY)
        line.fit(seen, lesson.columns, sample_weight=lesson.weights)
        return {"coef": line.coef_, "intercept": line.intercept_}
    found, spread = axes(seen)
    middle = (found * spread).mean(axis=0)
    line.fit(found * spread - middle, lesson.columns, sample_weight=lesson.weights)
    coef = np.asarray(seen.T @ (found / spread @ line.coef_.T)).T
    return {"coef": coef, "intercept": line.intercept_ - line.coef_ @ middle}


def _softmax(seen: Any, arrays: dict[str, np.ndarray]) -> Floats:
    logits = np.asarray(seen @ arrays["coef"].T) + arrays["intercept"]
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    return _shares(logits)


def _shares(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _there(terms: Any) -> Any:
    """1 where the answer has the term."""
    return (terms > 0).astype(float)
