"""The classical grader: one linear model a question over characters, words and nearness to good answers.

What it sees of an answer: runs of one to three characters and of one or two words (TF-IDF), and a few
numbers: how near the answer is to the reference and to the nearest answer with each mark, how much of every
scoring point it holds, its length. Multinomial logistic regression, classes weighted against
their rarity. A second to learn a question; its files are arrays and JSON, nothing that is run.
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
from grading.methods.plain_text import plain
from grading.methods.segmentation import tokens

FORMAT = 1


@dataclass(frozen=True)
class Settings:
    """`inverse_penalty`: scikit-learn's C. `nearness_weight`: of the numbers beside the n-grams."""

    characters: int = 3
    words: int = 2
    inverse_penalty: float = 10.0
    nearness_weight: float = 1.0
    is_balanced: bool = True


class ClassicalGrader:
    """A linear model for every question that it has learnt."""

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
        self._near = self._vectorizers[0].transform([plain(text) for text in head["known"]])

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
        if len(used) > 1:
            arrays |= {"coef": np.zeros((1, 1)), "intercept": np.zeros(1)}
            model = cls(head, arrays, settings)
            seen = model._features(head["known"], is_own=True)
            weights = np.array([paper.weight for paper in papers])
            linear = LogisticRegression(
                C=settings.inverse_penalty,
                max_iter=2000,
                class_weight="balanced" if settings.is_balanced else None,
            ).fit(seen, np.searchsorted(used, marks), sample_weight=weights)
            arrays |= {"coef": linear.coef_, "intercept": linear.intercept_}
        return cls(head, arrays, settings)

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
        logits = (
            np.asarray(self._features(answers) @ self._arrays["coef"].T) + self._arrays["intercept"]
        )
        if len(used) == 2:
            logits = np.hstack([np.zeros_like(logits), logits])
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        found[:, columns] = raised / raised.sum(axis=1, keepdims=True)
        return found

    def nearest(self, answer: str, count: int) -> list[tuple[str, float, float]]:
        """(answer, mark, cosine of the characters' TF-IDF), the likest first; none that shares nothing."""
        likeness = (self._near @ self._vectorizers[0].transform([plain(answer)]).T).toarray()[:, 0]
        known, marks = self._head["known"], self._head["known_marks"]
        best = np.argsort(-likeness, kind="stable")[:count]
        return [(known[i], marks[i], float(likeness[i])) for i in best if likeness[i] > 0]

    def _features(self, answers: Sequence[str], *, is_own: bool = False) -> Any:
        """(answers, features). `is_own`: they are the known ones, which are not near to themselves."""
        texts = [plain(answer) for answer in answers]
        grams = [vectorizer.transform(texts) for vectorizer in self._vectorizers]
        near = self._nearness(texts, grams[0], is_own) * self.settings.nearness_weight
        return sparse.hstack([*grams, sparse.csr_matrix(near)], format="csr")

    def _nearness(self, texts: list[str], grams: Any, is_own: bool) -> Floats:
        likeness = np.asarray((grams @ self._near.T).todense())
        if is_own:
            np.fill_diagonal(likeness, 0.0)
        known = np.array(self._head["known_marks"])
        by_mark = [
            likeness[:, known == mark].max(axis=1, initial=0.0) for mark in self._head["used"]
        ]
        guides = [self._head["reference"], *self._head["scoring_points"]]
        held = [[_held(plain(guide), text) for guide in guides if guide] for text in texts]
        length = [[min(len(text), 200) / 50] for text in texts]
        parts = [np.array(by_mark).T, np.array(held).reshape(len(texts), -1), np.array(length)]
        return np.hstack(parts).astype(float)


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
