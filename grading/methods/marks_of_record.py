"""The mark of record: a rule, applied to each answer by itself.

Adjudicated (or definitive, for gold items), else agreed human marks, else the machine's mark
where a signed verdict accepted that machine, else missing with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.methods.composite import round_to_step

ADJUDICATED, HUMAN, MACHINE, MISSING = "adjudicated", "human", "machine", "missing"
ORIGINS = (ADJUDICATED, HUMAN, MACHINE, MISSING)


@dataclass(frozen=True)
class Evidence:
    """What is known of one answer, in marks of its question.

    `definitive`: the adjudicated (or gold) mark. `ratings`: the counted human marks;
    `planned`: how many there should be. `machine`: the accepted machine's mark, None where no
    machine is accepted or it gave none.
    """

    definitive: float | None = None
    ratings: Sequence[float] = ()
    planned: int = 0
    machine: float | None = None
    is_machine_accepted: bool = False


@dataclass(frozen=True)
class MarkOfRecord:
    """`mark` None where missing; `reason` is a code: "" or "raters_disagree", "unfinished",
    "not_rated", "machine_not_accepted", "no_machine_mark"."""

    mark: float | None
    origin: str
    reason: str = ""


def mark_of_record(evidence: Evidence, *, tolerance: float, step: float) -> MarkOfRecord:
    """Apply the rule to one answer.

    Args:
        tolerance: human marks this far apart (largest less smallest) still agree; ≥ 0.
        step: of the question's mark scale; the mean of agreeing marks is rounded to it, half up.
    """
    if evidence.definitive is not None:
        return MarkOfRecord(evidence.definitive, ADJUDICATED)
    why = why_no_human_mark(evidence, tolerance)
    if not why:
        mean = sum(evidence.ratings) / len(evidence.ratings)
        return MarkOfRecord(round_to_step(mean, step), HUMAN)
    if not evidence.is_machine_accepted:
        return MarkOfRecord(None, MISSING, why if evidence.planned else "machine_not_accepted")
    if evidence.machine is None:
        return MarkOfRecord(None, MISSING, why if evidence.planned else "no_machine_mark")
    return MarkOfRecord(evidence.machine, MACHINE, why if evidence.ratings else "")


def why_no_human_mark(evidence: Evidence, tolerance: float) -> str:
    """"" when the human marks settle it, else the code of what is wanting."""
    if not evidence.ratings:
        return "not_rated"
    if len(evidence.ratings) < evidence.planned:
        return "unfinished"
    if max(evidence.ratings) - min(evidence.ratings) > tolerance + 1e-9:
        return "raters_disagree"
    return ""


def total(marks: Sequence[float | None]) -> float | None:
    """The sum of a student's marks; None as long as one is missing."""
    if not marks or any(mark is None for mark in marks):
        return None
    return sum(mark for mark in marks if mark is not None)
