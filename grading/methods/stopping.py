"""Stopping rules, chosen before rating starts: when may the sample be looked at, and how sure
must the interval be for the verdict to be right as often as it claims.

A rule answers with the confidence of the interval at a look. Everything that makes an interval
(weights, strata, control variate, raters like these) stays as it is and is asked for that
confidence; the interval decides where it lies wholly on one side of the threshold, and a decision
once made stands. Peeking every ten ratings at the ordinary 95 % interval is wrong in more than a
quarter of close cases.

    fixed            one look, when all planned items are rated
    obrien_fleming   a few planned looks; early ones ask for much, the last for little more than
    pocock           usual (or the same at each)
    anytime          after every item: asymptotic confidence sequence, ȳ ± (s/√t)·
                     √(2(tρ²+1)/(tρ²)·ln(√(tρ²+1)/α)), tightest about `tightest_at` items
                     (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, theorem 2.2 and eq. 24)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from grading.methods.group_sequential import OBRIEN_FLEMING, POCOCK, boundary

FIXED, ANYTIME = "fixed", "anytime"
RULES = (FIXED, OBRIEN_FLEMING, POCOCK, ANYTIME)
FIRST_LOOK = 20  # the anytime rule rests on a normal limit: not before so many items


@dataclass(frozen=True)
class StoppingRule:
    """kind: one of RULES. planned: items of the whole sample, ≥ 2. looks: how many looks a
    planned rule has. alpha: chance of a wrong verdict where the truth lies upon the threshold.

    Raises ValueError where these make no rule.
    """

    kind: str
    planned: int
    looks: int = 5
    alpha: float = 0.05

    def __post_init__(self) -> None:
        if self.kind not in RULES:
            raise ValueError(f"unknown stopping rule {self.kind!r}")
        if self.planned < 2 or not 0 < self.alpha < 1:
            raise ValueError("a rule needs two items or more and an alpha between 0 and 1")
        if not 1 <= self.looks <= self.planned:
            raise ValueError("between one look and a look an item")

    @property
    def schedule(self) -> tuple[int, ...]:
        """Items rated at each look; empty for the anytime rule, which looks always."""
        if self.kind == ANYTIME:
            return ()
        looks = 1 if self.kind == FIXED else self.looks
        return tuple(math.ceil(self.planned * k / looks) for k in range(1, looks + 1))

    @property
    def first_look(self) -> int:
        return min(FIRST_LOOK, self.planned) if self.kind == ANYTIME else self.schedule[0]

    def critical_value(self, rated: int, taken: int = 0) -> float | None:
        """What |Z| must reach with so many items rated; None where this is no look.

        taken: planned looks taken already, for each is taken once. A look that comes some
        ratings late keeps its value. The anytime rule may look as often as it likes.
        """
        if rated < self.first_look:
            return None
        if self.kind == ANYTIME:
            return sequence_value(rated, self.planned / 2, self.alpha)
        look = self.looks_passed(rated)
        return self._boundary[look - 1] if look > taken else None

    def confidence(self, rated: int, taken: int = 0) -> float | None:
        """Confidence of the two-sided interval that decides now; None where this is no look."""
        critical = self.critical_value(rated, taken)
        return None if critical is None else float(1 - 2 * special.ndtr(-critical))

    def looks_passed(self, rated: int) -> int:
        """Planned looks that so many rated items have reached (anytime: always 0)."""
        return sum(1 for look in self.schedule if look <= rated)

    @property
    def _boundary(self) -> tuple[float, ...]:
        if self.kind == FIXED:
            return (float(-special.ndtri(self.alpha / 2)),)
        fractions = tuple(look / self.planned for look in self.schedule)
        return boundary(self.kind, fractions, self.alpha)


def sequence_value(rated: float, tightest_at: float, alpha: float = 0.05) -> float:
    """The half width of the confidence sequence in standard errors.

    rated: t > 0. tightest_at: the t for which ρ is chosen, > 0. alpha in (0, 1).
    """
    wide = -2 * math.log(alpha)
    rho2 = (wide + math.log(wide) + 1) / tightest_at
    scaled = rated * rho2 + 1
    return math.sqrt(2 * scaled / (rated * rho2) * math.log(math.sqrt(scaled) / alpha))
