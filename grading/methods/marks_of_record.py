"""The mark of record: a rule, applied to each answer by itself.

Adjudicated (or definitive, for gold items), else agreed human marks, else the machine's mark
where it is accepted (by a signed verdict, or answer by answer in selective grading), else missing
with the reason. The machine may also be a second marker beside a person, or only check one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotations.methods.composite import round_to_step
from grading.methods.marking_ways import ALONE, CHECK, SECOND

ADJUDICATED, HUMAN, TOGETHER = "adjudicated", "human", "together"
MACHINE, MISSING = "machine", "missing"
ORIGINS = (ADJUDICATED, HUMAN, TOGETHER, MACHINE, MISSING)
NEAR = 1e-9


@dataclass(frozen=True)
class Evidence:
    """What is known of one answer, in marks of its question.

    `definitive`: the adjudicated (or gold) mark. `ratings`: the counted human marks;
    `planned`: how many there should be. `machine`: the accepted machine's mark, None where no
    machine is accepted or it gave none. `part`: what an accepted mark is for, as in `with_machine`.
    """

    definitive: float | None = None
    ratings: Sequence[float] = ()
    planned: int = 0
    machine: float | None = None
    is_machine_accepted: bool = False
    part: str = ALONE

    @property
    def accepted(self) -> float | None:
        return self.machine if self.is_machine_accepted else None


@dataclass(frozen=True)
class MarkOfRecord:
    """`mark` None where missing; `reason` is a code: "" or "raters_disagree", "unfinished",
    "not_rated", "machine_not_accepted", "no_machine_mark", "machine_differs"."""

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
    if evidence.part == SECOND and evidence.accepted is not None and evidence.planned < 2:
        return _beside_person(evidence, evidence.accepted, tolerance, step)
    why = why_no_human_mark(evidence, tolerance)
    if not why:
        return _of_people(evidence, tolerance, step)
    if not evidence.is_machine_accepted or evidence.part != ALONE:
        is_theirs = evidence.planned or evidence.part != ALONE
        return MarkOfRecord(None, MISSING, why if is_theirs else "machine_not_accepted")
    if evidence.machine is None:
        return MarkOfRecord(None, MISSING, why if evidence.planned else "no_machine_mark")
    return MarkOfRecord(evidence.machine, MACHINE, why if evidence.ratings else "")


def _of_people(evidence: Evidence, tolerance: float, step: float) -> MarkOfRecord:
    """Their mean; where the machine only checks and differs, an adjudicator looks again."""
    mark = round_to_step(sum(evidence.ratings) / len(evidence.ratings), step)
    machine = evidence.accepted if evidence.part == CHECK else None
    if machine is not None and abs(machine - mark) > tolerance + NEAR:
        return MarkOfRecord(None, MISSING, "machine_differs")
    return MarkOfRecord(mark, HUMAN)


def _beside_person(
    evidence: Evidence, machine: float, tolerance: float, step: float
) -> MarkOfRecord:
    """The machine's mark is one of two."""
    if not evidence.ratings:
        return MarkOfRecord(None, MISSING, "not_rated")
    both = replace(evidence, ratings=(*evidence.ratings, machine))
    if why_no_human_mark(both, tolerance):
        return MarkOfRecord(None, MISSING, "machine_differs")
    return MarkOfRecord(round_to_step(sum(both.ratings) / len(both.ratings), step), TOGETHER)


def why_no_human_mark(evidence: Evidence, tolerance: float) -> str:
    """"" when the human marks settle it, else the code of what is wanting."""
    if not evidence.ratings:
        return "not_rated"
    if len(evidence.ratings) < evidence.planned:
        return "unfinished"
    if max(evidence.ratings) - min(evidence.ratings) > tolerance + NEAR:
        return "raters_disagree"
    return ""


def total(marks: Sequence[float | None]) -> float | None:
    """The sum of a student's marks; None as long as one is missing."""
    if not marks or any(mark is None for mark in marks):
        return None
    return sum(mark for mark in marks if mark is not None)
