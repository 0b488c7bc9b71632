"""The exam guarantee: in a class of so many papers, at most so many question marks wrong.

Wrong marks among m marks are binomial with the true error rate p, so the bar "at most k wrong, with
assurance 1 − β" asks for a p no larger than the β quantile of Beta(k + 1, m − k), which is the
lower Clopper-Pearson bound (Clopper & Pearson 1934). What a trial showed says how likely the next
class keeps the bar: beta-binomial with Jeffreys' prior Beta(½, ½) (Brown, Cai & DasGupta 2001).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

ASSURANCE = 0.95
MOST_MARKS = 1_000_000  # more than that nobody marks to show a rate
JEFFREYS = 0.5


class BarProblem(ValueError):
    """`code`: "bad_counts", "bad_tolerance" or "bad_assurance"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Bar:
    """What is asked of one examination.

    papers × questions = the marks of a class; `wrong_allowed` of them may be wrong in all;
    `tolerance` in marks ≥ 0: a mark further than that from the definitive one is wrong;
    `assurance` in (0, 1): how often a class has to keep the bar. Raises BarProblem.
    """

    papers: int = 50
    questions: int = 1
    wrong_allowed: int = 5
    tolerance: float = 0.0
    assurance: float = ASSURANCE

    def __post_init__(self) -> None:
        counts = (self.papers, self.questions, self.wrong_allowed)
        if any(isinstance(c, bool) or not isinstance(c, int | np.integer) for c in counts):
            raise BarProblem("bad_counts")
        if self.papers < 1 or self.questions < 1 or not 0 <= self.wrong_allowed < self.marks:
            raise BarProblem("bad_counts")
        if not math.isfinite(self.tolerance) or self.tolerance < 0:
            raise BarProblem("bad_tolerance")
        if not 0 < self.assurance < 1:
            raise BarProblem("bad_assurance")

    @property
    def marks(self) -> int:
        """Question marks in the class."""
        return self.papers * self.questions

    @property
    def largest_error(self) -> float:
        """The largest true error rate that keeps the bar in `assurance` of all classes."""
        k, m = self.wrong_allowed, self.marks
        return float(special.betaincinv(k + 1, m - k, 1 - self.assurance))

    def chance(self, rate: float) -> float:
        """How likely a class keeps the bar when marks are wrong with probability `rate`."""
        return float(special.bdtr(self.wrong_allowed, self.marks, rate))

    def chance_next(self, wrong: float, marks: float) -> float:
        """The same for the next class, after `wrong` of `marks` were seen to be wrong."""
        from scipy.stats import betabinom  # seconds to import: only when needed

        a, b = wrong + JEFFREYS, marks - wrong + JEFFREYS
        return float(betabinom.cdf(self.wrong_allowed, self.marks, a, b))


def upper_bound(wrong: float, marks: float, assurance: float = ASSURANCE) -> float:
    """The one-sided upper bound of the error rate after `wrong` of `marks` (> 0), in [0, 1]; both may be fractions."""
    if wrong >= marks:
        return 1.0
    return float(special.betaincinv(wrong + 1, marks - wrong, assurance))


def marks_to_show(rate: float, wrong: int, assurance: float = ASSURANCE) -> int | None:
    """The fewest marks, `wrong` of them wrong, that show an error rate of at most `rate`.

    rate in (0, 1). None where more than a million would be needed.
    """
    if not 0 < rate < 1 or upper_bound(wrong, MOST_MARKS, assurance) > rate:
        return None
    low, high = wrong + 1, MOST_MARKS
    while low < high:
        middle = (low + high) // 2
        if upper_bound(wrong, middle, assurance) <= rate:
            high = middle
        else:
            low = middle + 1
    return low


@dataclass(frozen=True)
class Hours:
    """Working hours of a class: all by people, and of the machine with its human share."""

    people: float
    machine: float
    people_beside_machine: float

    @property
    def together(self) -> float:
        return self.machine + self.people_beside_machine

    @property
    def is_no_slower(self) -> bool:
        return self.together <= self.people


def hours(
    bar: Bar,
    seconds_a_mark: float,
    *,
    machine_seconds: float,
    human_share: float,
    markings: float = 1.0,
) -> Hours:
    """Hours of marking for one class.

    Args:
        seconds_a_mark, machine_seconds: for one mark by one person, by the machine; ≥ 0.
        human_share: human markings for each answer beside the machine (.6: of ten answers people
            mark six; may exceed 1). markings: for each answer without it (2: double marking).
    Raises:
        ValueError: a number is negative or not finite.
    """
    given = (seconds_a_mark, machine_seconds, human_share, markings)
    if not all(math.isfinite(value) and value >= 0 for value in given):
        raise ValueError("numbers of at least 0")
    of_one = bar.marks / 3600
    return Hours(
        of_one * seconds_a_mark * markings,
        of_one * machine_seconds,
        of_one * seconds_a_mark * human_share,
    )
