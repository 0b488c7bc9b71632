"""What the classical grader sees of answers to one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from grading.backends.papers import Floats
from grading.methods.plain_text import plain
from grading.methods.segmentation import tokens

Ints = NDArray[np.int64]
KINDS = ("raw", "characters", "words")
LONGEST_RUN, LONGEST_PHRASE = 3, 2
TINY = 1e-12


@dataclass
class Seen:
    """Of some answers, a row each.

    Attributes:
        grams: TF-IDF (answers, terms) of each kind: `raw` runs of characters as they were written, and
            `characters` and `words` of the plain text. Rows have length 1.
        numbers: (answers, numbers) share of the reference and of every scoring point that the answer
            holds, and its length.
    """

    grams: dict[str, Any]
    numbers: Floats
    _last: tuple[Seen, tuple[Floats, Floats]] | None = field(default=None, init=False, repr=False)

    def __getitem__(self, rows: Ints) -> Seen:
        return Seen({kind: found[rows] for kind, found in self.grams.items()}, self.numbers[rows])

    @cached_property
    def terms(self) -> Any:
        """Characters and words of the plain text side by side."""
        return sparse.hstack([self.grams["characters"], self.grams["words"]], format="csr")

    def nearness(self, others: Seen) -> Floats:
        """(answers, others) cosine of characters. Kept with the last others, for several members ask."""
        return self._compared(others)[0]

    def likeness(self, others: Seen) -> Floats:
        """(answers, others) mean cosine of characters and of words. Kept, as above."""
        return self._compared(others)[1]

    def _compared(self, others: Seen) -> tuple[Floats, Floats]:
        if self._last is not None and self._last[0] is others:
            return self._last[1]
        near, words = (cosines(self.grams[k], others.grams[k]) for k in ("characters", "words"))
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
        self.guides = [plain(guide) for guide in guides if guide]
        self.terms, self.idf = terms, idf
        self.vectorizers = {kind: _vectorizer(kind, terms[kind], idf[kind]) for kind in terms}

    @classmethod
    def opened(cls, guides: Sequence[str], answers: Sequence[str]) -> Eyes:
        """With the terms of these answers."""
        terms: dict[str, list[str]] = {}
        idf: dict[str, Floats] = {}
        for kind in KINDS:
            texts = _texts(kind, answers)
            terms[kind] = _terms(kind, texts)
            idf[kind] = _vectorizer(kind, terms[kind]).fit(texts).idf_
        return cls(guides, terms, idf)

    def see(self, answers: Sequence[str]) -> Seen:
        grams = {kind: self.vectorizers[kind].transform(_texts(kind, answers)) for kind in KINDS}
        rows = [
            [*(_held(g, text) for g in self.guides), *_length(text)] for text in map(plain, answers)
        ]
        return Seen(grams, np.array(rows, dtype=float))

    def characters(self, answer: str) -> Any:
        """The characters' TF-IDF of one answer."""
        return self.vectorizers["characters"].transform([plain(answer)])


def cosines(some: Any, others: Any) -> Floats:
    """(some, others) of rows of length 1."""
    return np.asarray((some @ others.T).toarray(), dtype=float)


def axes(seen: Any) -> tuple[Floats, Floats]:
    """Left singular vectors (answers, axes) and singular values (axes,) of the features, the largest last."""
    return own_axes((seen @ seen.T).toarray())


def own_axes(products: Floats) -> tuple[Floats, Floats]:
    """The same from the answers' products with each other."""
    squares, found = np.linalg.eigh(products)
    kept = squares >= max(squares[-1] * 1e-10, 0)
    return found[:, kept], np.sqrt(np.maximum(squares[kept], TINY))


def _texts(kind: str, answers: Sequence[str]) -> list[str]:
    return [answer.lower() if kind == "raw" else plain(answer) for answer in answers]


def _terms(kind: str, texts: list[str]) -> list[str]:
    """All, of the raw text those of at least two answers; never none, since no table has no columns."""
    analyse = _vectorizer(kind).build_analyzer()
    counts = Counter(term for text in texts for term in set(analyse(text)))
    least = 2 if kind == "raw" and max(counts.values(), default=0) > 1 else 1
    return sorted(term for term, count in counts.items() if count >= least) or [""]


def _length(text: str) -> tuple[float, float]:
    return min(len(text), 200) / 50, float(np.log1p(len(text)))


def _held(guide: str, text: str) -> float:
    """Share of the guide's pairs of characters that the text holds."""
    pairs = {guide[i : i + 2] for i in range(len(guide) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _words(text: str) -> list[str]:
    words = tokens(text)
    return [
        " ".join(words[i : i + n])
        for n in range(1, LONGEST_PHRASE + 1)
        for i in range(len(words) - n + 1)
    ]


def _vectorizer(
    kind: str, terms: list[str] | None = None, idf: Floats | None = None
) -> TfidfVectorizer:
    if kind == "words":
        ways: dict[str, Any] = {"analyzer": _words}
    else:
        ways = {"analyzer": "char", "ngram_range": (1, LONGEST_RUN)}
    made = TfidfVectorizer(lowercase=False, sublinear_tf=True, vocabulary=terms, **ways)
    if idf is not None:
        made.idf_ = idf
    return made
