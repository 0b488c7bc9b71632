"""The classical grader: two small models a question, over pieces of text and over whole answers.

What it sees of an answer: runs of one to three characters and of one or two words (TF-IDF), and a few
numbers: how near the answer is to the nearest answers with each mark, how much of the reference and of
every scoring point it holds, its length. Multinomial logistic regression on these, classes weighted against
their rarity, and ridge regression on the likeness to every learnt answer; their chances are averaged.
`bench/grader_quality.py` says what that brings. A second to learn a question; its files are arrays and
JSON, nothing that is run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from grading.backends.papers import Floats, Paper, UnknownQuestion
from grading.methods.likeness_ridge import LikenessRidge
from grading.methods.plain_text import plain
from grading.methods.segmentation import tokens

FORMAT = 2
NEIGHBOURS = 5
MOST_LIKENED = 4000  # learnt answers; with more the linear model is alone: the ridge takes time by their cube


@dataclass(frozen=True)
class Settings:
    """`inverse_penalty`: scikit-learn's C. `nearness_weight`: of the numbers beside the n-grams.
    `likeness_share`: of the ridge in the averaged chances, in [0, 1]."""

    characters: int = 3
    words: int = 2
    inverse_penalty: float = 1.0
    nearness_weight: float = 2.0
    is_balanced: bool = True
    likeness_share: float = 0.5


class ClassicalGrader:
    """A pair of models for every question that it has learnt."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._models: dict[str, QuestionModel] = {}

    def fit(self, papers: Sequence[Paper]) -> ClassicalGrader:
        """Learn from marked papers, question by question."""
        by_question: dict[str, list[Paper]] = {}
        for paper in papers:
            by_question.setdefault(paper.question.key, []).append(paper)
        self._models = {
            key: QuestionModel.learnt(rows, self.settings) for key, rows in by_question.items()
        }
        return self

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        """For each paper (marks,) probabilities. Raises UnknownQuestion."""
        found: list[Floats] = [np.zeros(0)] * len(papers)
        places: dict[str, list[int]] = {}
        for place, paper in enumerate(papers):
            places.setdefault(paper.question.key, []).append(place)
        for key, mine in places.items():
            if key not in self._models:
                raise UnknownQuestion(key)
            told = self._models[key].probabilities([papers[place].answer for place in mine])
            for place, one in zip(mine, told, strict=True):
                found[place] = one
        return found

    def nearest(self, paper: Paper, count: int = 3) -> list[tuple[str, float, float]]:
        """The learnt answers to the paper's question that are most like it: (answer, mark, likeness 0..1)."""
        model = self._models.get(paper.question.key)
        return model.nearest(paper.answer, count) if model else []

    def save(self, folder: Path) -> None:
        """Write `classical.json` and `classical.npz`."""
        folder.mkdir(parents=True, exist_ok=True)
        models = list(self._models.items())
        head = {
            "format": FORMAT,
            "settings": asdict(self.settings),
            "questions": [{"key": key, **model.head()} for key, model in models],
        }
        (folder / "classical.json").write_text(json.dumps(head, ensure_ascii=False), "utf-8")
        arrays = {
            f"{number}.{name}": array
            for number, (_key, model) in enumerate(models)
            for name, array in model.arrays().items()
        }
        np.savez_compressed(folder / "classical.npz", **arrays)

    @classmethod
    def load(cls, folder: Path) -> ClassicalGrader:
        """What `save` wrote. Raises OSError, ValueError where it is no such folder."""
        head = json.loads((folder / "classical.json").read_text("utf-8"))
        if head.get("format") != FORMAT:
            raise ValueError(f"format {head.get('format')}")
        grader = cls(Settings(**head["settings"]))
        with np.load(folder / "classical.npz", allow_pickle=False) as arrays:
            for number, one in enumerate(head["questions"]):
                mine = {
                    name.partition(".")[2]: arrays[name]
                    for name in arrays.files
                    if name.startswith(f"{number}.")
                }
                grader._models[one["key"]] = QuestionModel(one, mine, grader.settings)
        return grader


class QuestionModel:
    """The model of one question, from its plain data: `head` (JSON) and `arrays`."""

    def __init__(
        self, head: dict[str, Any], arrays: dict[str, np.ndarray], settings: Settings
    ) -> None:
        self._head, self._arrays, self.settings = head, arrays, settings
        self.marks: list[float] = head["marks"]
        self._vectorizers = [
            _vectorizer(kind, settings, terms, arrays[f"idf_{kind}"])
            for kind, terms in (("characters", head["characters"]), ("words", head["words"]))
        ]
        self._known = self._grams([plain(text) for text in head["known"]])
        self._ridge = LikenessRidge(arrays["dual"], arrays["share"]) if "dual" in arrays else None

    @classmethod
    def learnt(cls, papers: Sequence[Paper], settings: Settings) -> QuestionModel:
        """From papers of one question, all marked."""
        question = papers[0].question
        answers = [plain(paper.answer) for paper in papers]
        marks = np.array([paper.mark for paper in papers], dtype=float)
        head: dict[str, Any] = {
            "marks": list(question.marks),
            "reference": question.reference,
            "scoring_points": list(question.scoring_points),
            "known": [paper.answer for paper in papers],
            "known_marks": marks.tolist(),
        }
        arrays: dict[str, np.ndarray] = {}
        for kind in ("characters", "words"):
            fitted = _vectorizer(kind, settings).fit(answers or [""])
            head[kind] = sorted(fitted.vocabulary_, key=fitted.vocabulary_.get)
            arrays[f"idf_{kind}"] = fitted.idf_
        used = sorted(set(marks.tolist()))
        head["used"] = used
        model = cls(head, arrays, settings)
        if len(used) > 1:
            columns, weights = np.searchsorted(used, marks), np.array([paper.weight for paper in papers])
            arrays |= model._linear(columns, weights)
            if settings.likeness_share and len(papers) <= MOST_LIKENED:
                likeness = model._likeness(model._known)
                ridge = LikenessRidge.learnt(likeness, np.eye(len(used))[columns], weights)
                arrays |= {"dual": ridge.dual, "share": ridge.share}
        return cls(head, arrays, settings)

    def _linear(self, columns: np.ndarray, weights: Floats) -> dict[str, np.ndarray]:
        """Coefficients learnt from the known answers. columns: (answers,) which of the used marks each got.

        Learnt over the answers' own axes where these are fewer than the terms: the same model, sooner.
        """
        texts = [plain(text) for text in self._head["known"]]
        seen = self._features(self._known, texts, is_own=True)
        linear = LogisticRegression(
            C=self.settings.inverse_penalty,
            max_iter=2000,
            class_weight="balanced" if self.settings.is_balanced else None,
        )
        if len(columns) > MOST_LIKENED:
            linear.fit(seen, columns, sample_weight=weights)
            return {"coef": linear.coef_, "intercept": linear.intercept_}
        axes, spread = _axes(seen)
        linear.fit(axes * spread, columns, sample_weight=weights)
        coef = np.asarray(seen.T @ (axes / spread @ linear.coef_.T)).T
        return {"coef": coef, "intercept": linear.intercept_}

    def head(self) -> dict[str, Any]:
        return self._head

    def arrays(self) -> dict[str, np.ndarray]:
        return self._arrays

    def probabilities(self, answers: Sequence[str]) -> Floats:
        """(answers, marks); a mark that was never given has none."""
        used = self._head["used"]
        found = np.zeros((len(answers), len(self.marks)))
        columns = [self.marks.index(mark) for mark in used]
        if len(used) == 1:
            found[:, columns[0]] = 1
            return found
        texts = [plain(answer) for answer in answers]
        grams = self._grams(texts)
        chances = self._linear_chances(self._features(grams, texts))
        if self._ridge:
            share = self.settings.likeness_share
            chances = (1 - share) * chances + share * self._ridge.chances(self._likeness(grams))
        found[:, columns] = chances
        return found

    def _linear_chances(self, features: Any) -> Floats:
        logits = np.asarray(features @ self._arrays["coef"].T) + self._arrays["intercept"]
        if logits.shape[1] == 1:
            logits = np.hstack([np.zeros_like(logits), logits])
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def nearest(self, answer: str, count: int) -> list[tuple[str, float, float]]:
        """(answer, mark, cosine of the characters' TF-IDF), the likest first; none that shares nothing."""
        likeness = _cosines(self._known[0], self._vectorizers[0].transform([plain(answer)]))[:, 0]
        known, marks = self._head["known"], self._head["known_marks"]
        best = np.argsort(-likeness, kind="stable")[:count]
        return [(known[i], marks[i], float(likeness[i])) for i in best if likeness[i] > 0]

    def _grams(self, texts: Sequence[str]) -> list[Any]:
        """TF-IDF (texts, terms) of characters and of words."""
        return [vectorizer.transform(texts) for vectorizer in self._vectorizers]

    def _likeness(self, grams: list[Any]) -> Floats:
        """(answers, known answers) mean cosine of characters and of words."""
        pairs = zip(grams, self._known, strict=True)
        cosines = [_cosines(mine, known) for mine, known in pairs]
        return np.asarray(np.mean(cosines, axis=0), dtype=float)

    def _features(self, grams: list[Any], texts: Sequence[str], *, is_own: bool = False) -> Any:
        """(answers, features). `is_own`: they are the known ones, which are not near to themselves."""
        near = self._nearness(grams[0], is_own)
        numbers = np.hstack([near, self._held(texts)]) * self.settings.nearness_weight
        return sparse.hstack([*grams, sparse.csr_matrix(numbers)], format="csr")

    def _nearness(self, grams: Any, is_own: bool) -> Floats:
        """To the nearest answer with each mark, and mean of the nearest few."""
        likeness = _cosines(grams, self._known[0])
        if is_own:
            np.fill_diagonal(likeness, 0.0)
        known = np.array(self._head["known_marks"])
        parts: list[Floats] = []
        for mark in self._head["used"]:
            best = -np.sort(-likeness[:, known == mark], axis=1)[:, :NEIGHBOURS]
            parts += [best[:, 0], best.mean(axis=1)]
        return np.stack(parts, axis=1)

    def _held(self, texts: Sequence[str]) -> Floats:
        """Share of the reference and of each scoring point that a text holds, and its length."""
        guides = [self._head["reference"], *self._head["scoring_points"]]
        told = [plain(guide) for guide in guides if guide]
        rows = [[*(_held(guide, text) for guide in told), *_length(text)] for text in texts]
        return np.array(rows, dtype=float)


def _axes(seen: Any) -> tuple[Floats, Floats]:
    """Left singular vectors (answers, axes) and singular values (axes,) of the features."""
    squares, axes = np.linalg.eigh((seen @ seen.T).toarray())
    kept = squares > squares[-1] * 1e-10
    return axes[:, kept], np.sqrt(squares[kept])


def _length(text: str) -> tuple[float, float]:
    return min(len(text), 200) / 50, float(np.log1p(len(text)))


def _cosines(some: Any, others: Any) -> Floats:
    """(some, others) of rows of length 1."""
    return np.asarray((some @ others.T).toarray(), dtype=float)


def _held(guide: str, text: str) -> float:
    """Share of the guide's pairs of characters that the text holds."""
    pairs = {guide[i : i + 2] for i in range(len(guide) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _words(text: str, longest: int) -> list[str]:
    words = tokens(text)
    return [
        " ".join(words[i : i + n]) for n in range(1, longest + 1) for i in range(len(words) - n + 1)
    ]


def _vectorizer(
    kind: str, settings: Settings, terms: list[str] | None = None, idf: np.ndarray | None = None
) -> TfidfVectorizer:
    if kind == "characters":
        ways: dict[str, Any] = {"analyzer": "char", "ngram_range": (1, settings.characters)}
    else:
        ways = {"analyzer": lambda text: _words(text, settings.words)}
    made = TfidfVectorizer(lowercase=False, sublinear_tf=True, vocabulary=terms, **ways)
    if idf is not None:
        made.idf_ = idf
    return made
