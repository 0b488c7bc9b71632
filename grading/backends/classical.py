"""The classical grader: for each question a handful of small models over pieces of text, joined into one.

The members (classical_members.py, classical_forest.py) look at runs of characters and of words, at what the
answer holds of the reference and its scoring points, its length, and its likeness to the learnt answers.
How much each is worth is learnt from answers that it had not learnt (methods/log_pool.py).
`bench/grader_quality.py` says what that brings. Some seconds to learn a question, minutes where it
has thousands of answers; its files are arrays and JSON, nothing that is run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grading.backends.classical_question import QuestionModel
from grading.backends.papers import Floats, Paper, UnknownQuestion

FORMAT = 4
PLAINEST = ("plain",)  # TF-IDF of runs of characters, and a line: members of QuestionModel


class ClassicalGrader:
    """A model for every question that it has learnt."""

    def __init__(self) -> None:
        self._models: dict[str, QuestionModel] = {}

    def fit(
        self,
        papers: Sequence[Paper],
        sign: Callable[[], None] = lambda: None,
        members: Sequence[str] | None = None,
    ) -> ClassicalGrader:
        """Learn from marked papers, question by question. A paper of no weight is left aside.

        `sign` is called between parts of the work and may raise to end it. `members`: only these (PLAINEST: the
        usual baseline).
        """
        by_question: dict[str, list[Paper]] = {}
        for paper in papers:
            if paper.weight > 0:
                by_question.setdefault(paper.question.key, []).append(paper)
        self._models = {
            key: QuestionModel.learnt(rows, sign, members) for key, rows in by_question.items()
        }
        return self

    def model(self, key: str) -> QuestionModel:
        """Raises UnknownQuestion."""
        if key not in self._models:
            raise UnknownQuestion(key)
        return self._models[key]

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        """For each paper (marks,) probabilities. Raises UnknownQuestion."""
        found: list[Floats] = [np.zeros(0)] * len(papers)
        places: dict[str, list[int]] = {}
        for place, paper in enumerate(papers):
            places.setdefault(paper.question.key, []).append(place)
        for key, mine in places.items():
            told = self.model(key).probabilities([papers[place].answer for place in mine])
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
            "questions": [{"key": key, **model.head} for key, model in models],
        }
        (folder / "classical.json").write_text(json.dumps(head, ensure_ascii=False), "utf-8")
        arrays: dict[str, Any] = {
            f"{number}.{name}": array
            for number, (_key, model) in enumerate(models)
            for name, array in model.arrays.items()
        }
        np.savez_compressed(folder / "classical.npz", **arrays)

    @classmethod
    def load(cls, folder: Path) -> ClassicalGrader:
        """What `save` wrote. Raises OSError, ValueError where it is no such folder."""
        head = json.loads((folder / "classical.json").read_text("utf-8"))
        if head.get("format") != FORMAT:
            raise ValueError(f"format {head.get('format')}")
        grader = cls()
        with np.load(folder / "classical.npz", allow_pickle=False) as arrays:
            for number, one in enumerate(head["questions"]):
                mine = {
                    name.partition(".")[2]: arrays[name]
                    for name in arrays.files
                    if name.startswith(f"{number}.")
                }
                grader._models[one["key"]] = QuestionModel(one, mine)
        return grader
