"""From marked answers to the rows of a training set: checked, put in order, divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from annotations.formats.problems import Problem
from annotations.models import Question
from grading.methods.mark_scale import MarkScale
from grading.methods.plain_text import counted, plain
from grading.methods.training_split import COPIED_FROM, SplitPlan, blocks, copies, split
from grading.models import SplitBy
from grading.training_collect import Collected
from grading.training_examples import Example
from grading.training_facts import facts_of
from grading.training_left_out import LeftOut
from grading.training_rows import SPLITS, Row, line_of


@dataclass(frozen=True)
class Built:
    """Rows as the file will hold them, with what is to be known of them; `subject` is the only one. `left_out` is in
    the order of the source."""

    rows: list[Row]
    facts: dict[str, Any]
    problems: list[Problem]
    refused: int
    subject: str
    left_out: list[LeftOut] = field(default_factory=list)


def build(found: Collected, plan: SplitPlan) -> Built:
    """The same answers give the same rows, in whatever order they came."""
    scales = found.scales()
    asked = {one.question.key: one.question for one in found.examples}
    questions = {key: _question(question, scales[key]) for key, question in asked.items()}
    rows = sorted((_row(one, questions, scales) for one in found.examples), key=_place)
    for row, part in zip(rows, _parts(rows, plan), strict=True):
        row["split"] = SPLITS[part]
    problems = sorted(found.problems, key=lambda problem: problem.line or 0)
    subjects = sorted({question.school_subject for question in asked.values()} - {""})
    subject = found.subject or (subjects[0] if len(subjects) == 1 else "")
    left_out = sorted(found.left_out, key=lambda one: (one.line is None, one.line or 0))
    return Built(rows, facts_of(rows, found, plan), problems, found.refused, subject, left_out)


def _place(row: Row) -> tuple[str, str, bytes]:
    """By question and student, numbers by their size; what is left tells apart what differs at all."""
    return counted(row["question"]["key"]), counted(row["student"]), line_of(row)


def _question(question: Question, scale: MarkScale) -> Row:
    return {
        "key": question.key,
        "text": question.text,
        "reference": question.reference,
        "scoring_points": list(question.scoring_points),
        "full_mark": _number(scale.full_mark),
        "marks": [_number(mark) for mark in scale.marks],
    }


def _row(found: Example, questions: dict[str, Row], scales: dict[str, MarkScale]) -> Row:
    """Criteria only where there are some: rows without them have the digest that they always had."""
    key = found.question.key
    criteria = {"criteria": [_of_numbers(one) for one in found.criteria]} if found.criteria else {}
    return criteria | {
        "question": questions[key],
        "answer": found.answer,
        "mark": _number(scales[key].nearest(found.mark or 0.0) or 0.0),
        "student": found.student,
        "group": found.group,
        "weight": _number(found.weight),
        "item": found.item,
    }


def _of_numbers(criterion: Row) -> Row:
    return criterion | {name: _number(criterion[name]) for name in ("weight", "points")}


def _number(value: float) -> float | int:
    """2 and 2.0 are one mark and must be written alike."""
    return int(value) if float(value).is_integer() else float(value)


def _parts(rows: Sequence[Row], plan: SplitPlan) -> list[int]:
    """Which split each row is in."""
    if not rows:
        return []
    keys = [row["question"]["key"] for row in rows]
    students = [row["student"] or None for row in rows]
    if plan.by != SplitBy.STUDENT:
        ties = (keys, students) if plan.by == SplitBy.BOTH else (keys,)
        shares_of_full = [row["mark"] / (row["question"]["full_mark"] or 1) for row in rows]
        return split(blocks(*ties), shares_of_full, shares=plan.shares, seed=plan.seed).tolist()
    least = COPIED_FROM if any(students) else 1
    block = blocks(students, copies(keys, [plain(row["answer"]) for row in rows], least=least))
    marks = [(key, row["mark"]) for key, row in zip(keys, rows, strict=True)]
    return split(block, marks, shares=plan.shares, seed=plan.seed).tolist()
