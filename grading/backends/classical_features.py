"""What the classical grader sees of answers to one question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from grading.backends.papers import Floats
from grading.methods.plain_text import plain
from grading.methods.segmentation import tokens

Ints = NDArray[np.int64]
_SPACES = re.compile(r"\s\s+")
_OR = re.compile(r"[/／]")  # between ways to say a scoring point
KINDS = ("raw", "characters", "words")
LONGEST_RUN, LONGEST_PHRASE = 3, 2
LENGTHS = 2  # numbers that say how long the answer is; the others, what it holds
TINY = 1e-12


@dataclass
class Seen:
    """Of some answers, a row each.

    Attributes:
        grams: TF-IDF (answers, terms) of each kind: `raw` runs of characters as they were written, and
            `characters` and `words` of the plain text. Rows have length 1.
        numbers: (answers, numbers) length, and share of the reference and of every scoring point that the
            answer holds.
    """

    grams: dict[str, Any]
    numbers: Floats
    _last: tuple[Seen, tuple[Floats, Floats]] | None = field(default=None, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Ints) -> Seen:
        return Seen({kind: found[rows] for kind, found in self.grams.items()}, self.numbers[rows])

    @cached_property
    def terms(self) -> Any:
        """Characters and words of the plain text side by side."""
        return sparse.hstack([self.grams["characters"], self.grams["words"]], format="csr")

    @cached_property
    def turned(self) -> dict[str, Any]:
        """The grams, (terms, answers)."""
        return {kind: found.T.tocsr() for kind, found in self.grams.items()}

    def nearness(self, others: Seen) -> Floats:
        """(answers, others) cosine of characters. Kept with the last others, for several members ask."""
        return self._compared(others)[0]

    def likeness(self, others: Seen) -> Floats:
        """(answers, others) mean cosine of characters and of words. Kept, as above."""
        return self._compared(others)[1]

    def _compared(self, others: Seen) -> tuple[Floats, Floats]:
        if self._last is not None and self._last[0] is others:
            return self._last[1]
        near, words = (cosines(self.grams[k], others.turned[k]) for k in ("characters", "words"))
        found = near, (near + words) / 2
        if others is not self:  # what is learnt stays in memory, and this would be its square
            self._last = others, found
        return found


class Eyes:
    """Turns answers into what is seen; made from plain data alone."""

    def __init__(
        self, guides: Sequence[str], terms: dict[str, list[str]], idf: dict[str, Floats]
    ) -> None:
        """`guides`: reference and scoring points."""
        ways = ([plain(way) for way in _OR.split(guide)] for guide in guides)
        self.guides = [kept for one in ways if (kept := [way for way in one if way])]
        self.terms, self.idf = terms, idf
        self._places = {kind: {term: i for i, term in enumerate(terms[kind])} for kind in terms}

    @classmethod
    def opened(cls, guides: Sequence[str], answers: Sequence[str]) -> Eyes:
        """With the terms of these answers; idf = 1 + ln((1 + answers) / (1 + those that have the term))."""
        terms: dict[str, list[str]] = {}
        idf: dict[str, Floats] = {}
        for kind in KINDS:
            counts = Counter(term for answer in answers for term in set(_pieces(kind, answer)))
            terms[kind] = _terms(kind, counts)
            having = np.array([counts[term] for term in terms[kind]], dtype=float)
            idf[kind] = 1 + np.log((1 + len(answers)) / (1 + having))
        return cls(guides, terms, idf)

    def see(self, answers: Sequence[str]) -> Seen:
        grams = {kind: self.grams(kind, answers) for kind in KINDS}
        rows = [
            [*_length(text), *(max(_held(way, text) for way in ways) for ways in self.guides)]
            for text in map(plain, answers)
        ]
        return Seen(grams, np.array(rows, dtype=float))

    def grams(self, kind: str, answers: Sequence[str]) -> Any:
        """(answers, terms) TF-IDF of one kind, 1 + ln(count) as the frequency."""
        place, idf = self._places[kind], self.idf[kind]
        columns: list[int] = []
        times: list[int] = []
        ends = [0]
        for answer in answers:
            counts = Counter(map(place.get, _pieces(kind, answer)))
            counts.pop(None, None)
            columns += counts.keys()  # type: ignore[arg-type]
            times += counts.values()
            ends.append(len(columns))
        weights = (1 + np.log(np.array(times, dtype=float))) * idf[
            np.array(columns, dtype=np.int64)
        ]
        rows = np.repeat(np.arange(len(answers)), np.diff(ends))
        weights /= np.sqrt(np.bincount(rows, weights**2, len(answers)))[rows]
        table = sparse.csr_matrix((weights, columns, ends), shape=(len(answers), len(idf)))
        table.sort_indices()
        return table


def cosines(some: Any, turned: Any) -> Floats:
    """(some, others) of rows of length 1, the others' turned to columns."""
    return np.asarray((some @ turned).toarray(), dtype=float)


def axes(seen: Any) -> tuple[Floats, Floats]:
    """Left singular vectors (answers, axes) and singular values (axes,) of the features, the largest last."""
    return own_axes((seen @ seen.T).toarray())


def own_axes(products: Floats) -> tuple[Floats, Floats]:
    """The same from the answers' products with each other."""
    squares, found = np.linalg.eigh(products)
    kept = squares >= max(squares[-1] * 1e-10, 0)
    return found[:, kept], np.sqrt(np.maximum(squares[kept], TINY))


def _pieces(kind: str, answer: str) -> list[str]:
    """The runs of characters or of words of an answer."""
    if kind == "words":
        words = tokens(plain(answer))
        return [
            " ".join(words[i : i + n])
            for n in range(1, LONGEST_PHRASE + 1)
            for i in range(len(words) - n + 1)
        ]
    text = _SPACES.sub(" ", answer.lower()) if kind == "raw" else plain(answer)
    return [text[i : i + n] for n in range(1, LONGEST_RUN + 1) for i in range(len(text) - n + 1)]


def _terms(kind: str, counts: Counter[str]) -> list[str]:
    """All, of the raw text those of at least two answers; never none, since no table has no columns."""
    least = 2 if kind == "raw" and max(counts.values(), default=0) > 1 else 1
    return sorted(term for term, count in counts.items() if count >= least) or [""]


def _length(text: str) -> tuple[float, float]:
    return min(len(text), 200) / 50, float(np.log1p(len(text)))


def _held(way: str, text: str) -> float:
    """Share of the guide's pairs of characters that the text holds; of a single character whether it does."""
    pairs = {way[i : i + 2] for i in range(len(way) - 1)} or {way}
    return sum(pair in text for pair in pairs) / len(pairs)
