"""The rows of a training set as graders learn from them, each with a name that lasts."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass, field

from annotations.models import Question as StoredQuestion
from grading.backends.paper_prompts import PromptText
from grading.backends.papers import Paper, Question
from grading.methods.mark_scale import mark_scale
from grading.models import ModelVersion, TrainingSet
from grading.training_rows import Row, question_of, rows_of


@dataclass
class Part:
    """One split: papers and, in the same order, the names of their rows and whose they are ("": not known)."""

    papers: list[Paper] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    students: list[str] = field(default_factory=list)

    def of(self, keys: Container[str]) -> Part:
        """The rows of those questions."""
        places = [i for i, paper in enumerate(self.papers) if paper.question.key in keys]
        columns = self.papers, self.names, self.students
        return Part(*([column[i] for i in places] for column in columns))  # type: ignore[arg-type]


@dataclass
class LearningRows:
    """A training set by splits, with all its questions."""

    parts: dict[str, Part]
    questions: list[Question]

    def of_learnt_questions(self) -> LearningRows:
        """Without the questions of which nothing is learnt, for a grader that can mark no others."""
        learnt = {paper.question.key for paper in self.parts["train"].papers if paper.weight > 0}
        parts = {split: part.of(learnt) for split, part in self.parts.items()}
        return LearningRows(parts, [one for one in self.questions if one.key in learnt])


def learning_rows(training_set: TrainingSet) -> LearningRows:
    """Raises DamagedSet, OSError."""
    questions: dict[str, Question] = {}
    parts = {split: Part() for split in ("train", "validation", "test")}
    for row in rows_of(training_set):
        asked = row["question"]
        question = questions.setdefault(asked["key"], question_of(asked))
        part = parts[row["split"]]
        part.papers.append(Paper(question, row["answer"], float(row["mark"]), float(row["weight"])))
        part.names.append(row_name(row))
        part.students.append(row["student"])
    return LearningRows(parts, list(questions.values()))


def asked_of(question: StoredQuestion) -> Question:
    """The question as graders see it. Without a full mark it has no marks to choose from."""
    marks: tuple[float, ...] = ()
    if question.full_mark is not None:
        marks = mark_scale((), float(question.full_mark), float(question.step)).marks
    points = tuple(str(point["text"]) for point in question.scoring_points)
    worth = tuple(float(point["marks"]) for point in question.scoring_points)
    return Question(question.key, marks, question.text, question.reference, points, worth)


def prompt_of(version: ModelVersion) -> PromptText:
    """By which a generator was trained, and is asked ever after."""
    if version.template is None:
        raise ValueError(f"{version} has no template")
    return PromptText(version.template.text, version.template.system)


def row_name(row: Row) -> str:
    """Equal for the same answer of the same student to the same question, in whatever set it lies."""
    said = "\0".join((row["question"]["key"], row["answer"], row["student"], row["item"]))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:24]


def step_of(question: Question) -> float:
    """The least distance between two of its marks; 1 where there is one mark only."""
    gaps = [b - a for a, b in zip(question.marks, question.marks[1:], strict=False)]
    return min(gaps, default=1.0)
