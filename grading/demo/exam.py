"""Composes the made-up exam: fifty students' answers of every quality, from written fragments.

Pure and seeded: the same seed gives the same answers and marks.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
# Chance of (full, half, wrong, left out) for a scoring point, from the weakest student to the best.
WEAK = np.array([0.15, 0.25, 0.25, 0.35])
STRONG = np.array([0.86, 0.09, 0.03, 0.02])
BLANK_CHANCE = 0.03
HISTORY = "历史"
SLIPS = 0.05


@dataclass(frozen=True)
class Answer:
    """One student's answer; `points` are the true marks of the scoring points, in their order.

    `is_half_right`: one of them is neither got nor missed, which is hard to mark. `machine` and
    `machine_before` are the marks of two graders.
    """

    student: str
    question: str
    text: str
    points: tuple[float, ...]
    is_half_right: bool
    machine: float
    machine_before: float


def exam() -> dict[str, Any]:
    return json.loads((FOLDER / "exam.json").read_text("utf-8"))


def answers(students: int = 50, seed: int = 8) -> list[Answer]:
    """Answers of `students` students to every question, question by question."""
    rng = np.random.default_rng(seed)
    content = exam()
    ability = np.clip(rng.beta(3, 1.8, students), 0, 1)
    return [
        _answer(rng, content, question, f"学生{i + 1:02d}", ability[i])
        for question in content["questions"]
        for i in range(students)
    ]


def history(students: int, seed: int, cohort: str) -> list[Answer]:
    """The history questions alone, answered by other students: those of `cohort`."""
    asked = {one["key"] for one in exam()["questions"] if one["school_subject"] == HISTORY}
    return [
        replace(one, student=f"{cohort}-{one.student}")
        for one in answers(students, seed)
        if one.question in asked
    ]


def teachers_marks(written: list[Answer], seed: int) -> list[float]:
    """As a teacher gave them once: the true mark, now and then a step beside it."""
    rng = np.random.default_rng(seed)
    scales = {one["key"]: (one["full_mark"], one["step"]) for one in exam()["questions"]}
    return [
        moved_mark(rng, sum(one.points), *scales[one.question], wrong=SLIPS) for one in written
    ]


def chatty(text: str, number: int) -> str:
    """The same answer as somebody types it on a phone."""
    before, after = (exam()["chat"][part] for part in ("before", "after"))
    return before[number % len(before)] + text + after[number % len(after)]


def _answer(
    rng: np.random.Generator, content: dict[str, Any], question: dict[str, Any], student: str, a: float
) -> Answer:
    if rng.random() < BLANK_CHANCE * (2 - a):
        text, points = str(rng.choice(content["blank"])), tuple(0.0 for _ in question["points"])
    else:
        parts = [_point(rng, point, question["step"], a) for point in question["points"]]
        text = str(rng.choice(content["fillers"])) + _joined([text for text, _marks in parts if text])
        points = tuple(marks for _text, marks in parts)
    mark, full, step = sum(points), question["full_mark"], question["step"]
    return Answer(
        student,
        question["key"],
        text,
        points,
        any(0 < got < point["marks"] for got, point in zip(points, question["points"], strict=True)),
        machine=moved_mark(rng, mark, full, step, wrong=0.05),
        machine_before=moved_mark(rng, mark, full, step, wrong=0.3),
    )


def _point(
    rng: np.random.Generator, point: dict[str, Any], step: float, a: float
) -> tuple[str, float]:
    kind = rng.choice(["full", "half", "wrong", "none"], p=_mixed(a))
    if kind == "none":
        return "", 0.0
    text = str(rng.choice(point[kind]))
    half = math.ceil(point["marks"] / 2 / step) * step
    return text, {"full": float(point["marks"]), "half": half, "wrong": 0.0}[kind]


def _mixed(a: float) -> np.ndarray:
    weights = (1 - a) * WEAK + a * STRONG
    return weights / weights.sum()


def _joined(parts: list[str]) -> str:
    return "；".join(parts) + "。" if parts else "不会"


def confidences(written: list[Answer], seed: int = 12) -> list[float]:
    """How sure the later grader is: less so of half-right answers, where people slip too, and usually
    least where its mark is wrong. In (0, 1)."""
    rng = np.random.default_rng(seed)
    return [round(float(rng.beta(*_confidence(answer))), 3) for answer in written]


def _confidence(answer: Answer) -> tuple[float, float]:
    """The beta distribution of how sure the grader is."""
    if answer.machine != sum(answer.points):
        return 1.5, 4.0
    return (5.0, 2.5) if answer.is_half_right else (9.0, 1.2)


def moved_mark(
    rng: np.random.Generator, mark: float, full: float, step: float, wrong: float
) -> float:
    """The true mark, moved by one step (seldom two) with probability `wrong`."""
    if rng.random() >= wrong:
        return float(mark)
    moved = mark + step * int(rng.choice([-2, -1, 1], p=[0.15, 0.45, 0.4]))
    moved = float(np.clip(moved, 0, full))
    return moved if moved != mark else float(mark + step if mark == 0 else mark - step)
