"""Ways of marking an exam: who marks, who looks again, and what it costs people.

Every way turns the marks of its markers into marks of record and counts the human markings an
answer needs. Where two marks lie further apart than the tolerance an adjudicator decides, and is
taken to find the definitive mark. So an adjudicated way is wrong only where its two markers
are wrong together: if the definitive mark was made out of theirs, that flatters it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grading.methods.bar_standing import Flags, Ints, Standing, standing, wrong_marks
from grading.methods.exam_guarantee import Bar

Floats = NDArray[np.float64]
Step = float | NDArray[np.float64]  # of the mark scale, one for all or (n,)
ALONE, SECOND, CHECK = "alone", "second", "check"
PARTS = (ALONE, SECOND, CHECK)
NEAR = 1e-9


@dataclass(frozen=True)
class Marked:
    """marks: (n,) of record, NaN where missing; effort: human markings an answer, ≥ 0."""

    marks: Floats
    effort: float


@dataclass(frozen=True)
class Way:
    """A way of marking against the bar.

    `name`: "machine", "person", "double" (the mean of two people), "double_adjudicated",
    "machine_alone", "machine_second" or "machine_check" (the machine's part where it is
    accepted). `people`: the columns of the people who mark.
    """

    name: str
    people: tuple[int, ...]
    effort: float
    standing: Standing


def double(first: Floats, second: Floats, step: Step) -> Marked:
    """Two marks of each answer; their mean, rounded half up to the step, whatever it is."""
    return Marked(np.floor((first + second) / 2 / step + 0.5 + NEAR) * step, 2.0)


def double_adjudicated(
    first: Floats, second: Floats, definitive: Floats, tolerance: float, step: Step
) -> Marked:
    """Two marks of each answer; the adjudicator where they differ by more than the tolerance."""
    is_apart = wrong_marks(first, second, tolerance)
    mean = double(first, second, step).marks
    return Marked(np.where(is_apart, definitive, mean), 2 + _share(is_apart))


def with_machine(
    part: str,
    machine: Floats,
    accepted: Flags,
    person: Floats,
    definitive: Floats,
    *,
    tolerance: float = 0.0,
    step: Step = 1.0,
    other: Floats | None = None,
) -> Marked:
    """The machine's part where it is accepted, people everywhere else.

    Args:
        part: "alone": the machine's mark stands, nobody marks. "second": it is the second marker
            beside a person, an adjudicator settles. "check": the person's mark stands, and an
            adjudicator looks again where the machine differs.
        machine, person, definitive: (n,) marks. accepted: (n,).
        other: (n,) a second person for what is not accepted, for "second" alone; without one
            a single person marks that.
    Raises:
        ValueError: there is no such part.
    """
    if part == ALONE:
        return Marked(np.where(accepted, machine, person), _share(~accepted))
    if part not in PARTS:
        raise ValueError(f"part must be one of {PARTS}")
    is_apart = wrong_marks(machine, person, tolerance) & accepted
    if part == CHECK:
        return Marked(np.where(is_apart, definitive, person), 1 + _share(is_apart))
    beside = machine if other is None else np.where(accepted, machine, other)
    is_double = accepted if other is None else np.ones_like(accepted)
    is_apart = wrong_marks(beside, person, tolerance) & is_double
    marks = np.where(is_double, double(beside, person, step).marks, person)
    effort = 1 + _share(is_apart) + (0.0 if other is None else _share(~accepted))
    return Marked(np.where(is_apart, definitive, marks), effort)


def compare_ways(
    machine: Floats,
    people: Floats,
    definitive: Floats,
    bar: Bar,
    *,
    accepted: Flags | None = None,
    paper: Ints | None = None,
    weight: Floats | None = None,
    step: Step = 1.0,
) -> tuple[Way, ...]:
    """Every way of marking that these markers allow, against the bar.

    Args:
        machine, definitive: (n,) marks; people: (n, H) marks, one column a person, H ≥ 0; NaN
            where one is missing. accepted: (n,) where the machine is sure enough; without it
            the ways in which machine and people share the work are left out.
        paper, weight: (n,) see `standing`. step: of the mark scale, > 0.
    """
    found = [_Candidate("machine", (), Marked(machine, 0.0))]
    found += [_Candidate("person", (j,), Marked(m, 1.0)) for j, m in enumerate(people.T)]
    for j, k in combinations(range(people.shape[1]), 2):
        first, second = people[:, j], people[:, k]
        settled = double_adjudicated(first, second, definitive, bar.tolerance, step)
        found += [_Candidate("double", (j, k), double(first, second, step))]
        found += [_Candidate("double_adjudicated", (j, k), settled)]
    if accepted is not None:
        found += _shared(machine, accepted, people, definitive, bar.tolerance, step)
    return tuple(
        Way(name, who, marked.effort, standing(marked.marks, definitive, bar, paper, weight))
        for name, who, marked in found
    )


class _Candidate(NamedTuple):
    name: str
    people: tuple[int, ...]
    marked: Marked


def _shared(
    machine: Floats, accepted: Flags, people: Floats, definitive: Floats, tolerance: float, step: Step
) -> list[_Candidate]:
    """Each of the machine's parts beside each person."""
    sure: Flags = accepted & np.isfinite(machine)
    return [
        _Candidate(
            f"machine_{part}",
            (j,),
            with_machine(part, machine, sure, person, definitive, tolerance=tolerance, step=step),
        )
        for j, person in enumerate(people.T)
        for part in PARTS
    ]


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0
