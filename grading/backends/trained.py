"""A trained version as it lies in its folder: marks, calibrated confidence, nearest marked answers.

`version.json` (kind, calibration, the questions learnt), `grader/` (the backend's own files) and
`classical/` (the classical grader that was trained beside it, which also finds the nearest answers).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grading.backends.classical import ClassicalGrader
from grading.backends.papers import Floats, Grader, Paper, Question, expected_marks, marks_of
from grading.methods.mark_calibration import Staircase, tempered
from grading.methods.plain_text import squeezed

FORMAT = 1
NEIGHBOURS = 3


@dataclass(frozen=True)
class Calibration:
    """How a version turns its backend's probabilities into what it says.

    `temperature` for the probabilities; `starts` and `levels` of a staircase for the confidence, empty
    where there were too few rows; `mark` is "likeliest" or "expected" (the mean, rounded).
    """

    temperature: float = 1.0
    starts: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    mark: str = "likeliest"

    def probabilities(self, told: Sequence[Floats]) -> list[Floats]:
        return [tempered(one[None, :], self.temperature)[0] for one in told]

    def marks(self, papers: Sequence[Paper], probabilities: Sequence[Floats]) -> list[float]:
        choose = expected_marks if self.mark == "expected" else marks_of
        return choose(papers, probabilities)

    def confidence(self, raw: Floats) -> Floats:
        if not self.starts:
            return raw
        return Staircase(np.array(self.starts), np.array(self.levels))(raw)


@dataclass(frozen=True)
class Graded:
    """What a version says of one paper; `neighbours` are (answer, mark, likeness), the nearest first."""

    mark: float
    confidence: float
    probabilities: dict[float, float]
    neighbours: tuple[tuple[str, float, float], ...] = ()


class TrainedGrader:
    """A version that can mark. Marking is safe from several threads at once."""

    def __init__(
        self,
        backend: Grader,
        classical: ClassicalGrader,
        calibration: Calibration,
        questions: Sequence[Question],
        *,
        knows_all: bool,
    ) -> None:
        self.backend, self.classical, self.calibration = backend, classical, calibration
        self.questions, self.knows_all = tuple(questions), knows_all
        self._by_key = {question.key: question for question in questions}
        self._by_text = {squeezed(q.text): q for q in questions if q.text.strip()}

    def known(self, question: Question) -> Question | None:
        """The learnt question that is meant: of the same text, or of the same key where one has no text.

        A question that was not learnt is returned as it is if the backend can mark any, else None.
        """
        same = self._by_text.get(squeezed(question.text)) if question.text.strip() else None
        keyed = self._by_key.get(question.key)
        if (
            same is None
            and keyed is not None
            and not (keyed.text.strip() and question.text.strip())
        ):
            same = keyed
        return same or (question if self.knows_all and question.marks else None)

    def grade(
        self, papers: Sequence[Paper], *, with_neighbours: bool = True
    ) -> list[Graded | None]:
        """One for each paper, in order; None where the question is not known."""
        questions = [self.known(paper.question) for paper in papers]
        meant = [
            replace(paper, question=question)
            for paper, question in zip(papers, questions, strict=True)
            if question is not None
        ]
        found = iter(self._grade(meant, with_neighbours))
        return [None if question is None else next(found) for question in questions]

    def _grade(self, papers: list[Paper], with_neighbours: bool) -> list[Graded]:
        if not papers:
            return []
        told = self.calibration.probabilities(self.backend.probabilities(papers))
        marks = self.calibration.marks(papers, told)
        sure = self.calibration.confidence(raw_confidence(papers, told, marks))
        near = [
            tuple(self.classical.nearest(p, NEIGHBOURS)) if with_neighbours else () for p in papers
        ]
        return [
            Graded(mark, float(c), dict(zip(paper.question.marks, one.tolist(), strict=True)), n)
            for paper, mark, c, one, n in zip(papers, marks, sure, told, near, strict=True)
        ]

    def save(self, folder: Path, kind: str) -> None:
        """Write everything. The classical grader is written once where it is the backend itself."""
        folder.mkdir(parents=True)
        self.classical.save(folder / "classical")
        if self.backend is not self.classical:
            self.backend.save(folder / "grader")  # type: ignore[attr-defined]
        head = {
            "format": FORMAT,
            "kind": kind,
            "knows_all": self.knows_all,
            "calibration": asdict(self.calibration),
            "questions": [asdict(question) for question in self.questions],
        }
        (folder / "version.json").write_text(json.dumps(head, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> TrainedGrader:
        """What `save` wrote. Raises OSError, ValueError where it is no such folder."""
        head = json.loads((folder / "version.json").read_text("utf-8"))
        if head.get("format") != FORMAT:
            raise ValueError(f"format {head.get('format')}")
        classical = ClassicalGrader.load(folder / "classical")
        backend = classical if head["kind"] == "classical" else _backend(folder / "grader", head["kind"])
        calibration = Calibration(**head["calibration"])
        questions = [_question(one) for one in head["questions"]]
        return cls(backend, classical, calibration, questions, knows_all=head["knows_all"])


def raw_confidence(
    papers: Sequence[Paper], probabilities: Sequence[Floats], marks: Sequence[float]
) -> Floats:
    """(papers,) the probability of the mark that is given."""
    rows = zip(papers, probabilities, marks, strict=True)
    return np.array([one[paper.question.marks.index(mark)] for paper, one, mark in rows])


def _backend(folder: Path, kind: str) -> Grader:
    """What learnt with torch."""
    if kind == "generator":
        from grading.backends.generator_grader import GeneratorGrader

        return GeneratorGrader.load(folder)
    from grading.backends.encoder import EncoderGrader

    return EncoderGrader.load(folder)


def _question(data: dict[str, Any]) -> Question:
    return Question(
        data["key"],
        tuple(data["marks"]),
        data["text"],
        data["reference"],
        tuple(data["scoring_points"]),
        tuple(data.get("point_marks", ())),  # versions that were stored before know none
    )
