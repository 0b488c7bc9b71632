"""The alternative annotator test: is the machine at least as good a colleague as each person?

Each person j is left out in turn. On every answer, machine and person j are compared by their
distance to the other people; the one that is nearer wins, a tie counts for both. The machine beats
person j when the share of answers that j wins exceeds its own by less than ε (a one-sided t test),
with the false discovery rate held over people by Benjamini & Yekutieli 2001. It passes when it
beats at least half of them. Source: Calderon, Reichart & Dror 2025 (arXiv 2501.10970); ε = .2
where people are experts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
EPSILON = 0.2
FALSE_DISCOVERIES = 0.05
LEAST_ITEMS = 30  # answers of a person: below that the t test is not to be trusted
NEAR = 1e-9


@dataclass(frozen=True)
class Duel:
    """Machine against one person. machine, person: share of answers each wins (ties for both);
    p_value of "the person is better by ε or more"; None with reason "too_few_items"."""

    items: int
    machine: float | None
    person: float | None
    p_value: float | None
    is_beaten: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class AlternativeAnnotator:
    """duels: one for each person. winning_rate: share of people that are beaten; advantage: mean
    share of answers that the machine wins. is_passed: winning_rate ≥ ½. reason "one_person" or
    "too_few_items" where there is nothing to say; caution "two_people": the source asks for
    three, as with two each is judged by the other alone."""

    epsilon: float
    duels: tuple[Duel, ...] = ()
    winning_rate: float | None = None
    advantage: float | None = None
    is_passed: bool = False
    reason: str | None = None
    caution: str | None = None


def alternative_annotator_test(
    machine: Floats, people: Floats, *, epsilon: float = EPSILON
) -> AlternativeAnnotator:
    """Compare the machine with each of H ≥ 2 people by the marks of the others.

    Args:
        machine: (n,) marks; people: (n, H) marks; NaN where one is missing.
        epsilon: in [0, 1], what the machine's lower cost is worth.
    """
    if people.ndim != 2 or people.shape[1] < 2:
        return AlternativeAnnotator(epsilon, reason="one_person")
    people = np.where(np.isfinite(people), people, np.nan)
    duels = [_duel(machine, people, j, epsilon) for j in range(people.shape[1])]
    held = [duel for duel in duels if duel.p_value is not None]
    if not held:
        return AlternativeAnnotator(epsilon, tuple(duels), reason="too_few_items")
    cut = _largest_rejected([duel.p_value for duel in held if duel.p_value is not None])
    settled = tuple(_settled(duel, cut) for duel in duels)
    rate = sum(duel.is_beaten for duel in settled) / len(held)
    return AlternativeAnnotator(
        epsilon,
        settled,
        rate,
        float(np.mean([duel.machine for duel in held if duel.machine is not None])),
        rate >= 0.5,
        caution="two_people" if people.shape[1] == 2 else None,
    )


def _duel(machine: Floats, people: Floats, j: int, epsilon: float) -> Duel:
    others = np.delete(people, j, axis=1)
    is_used = np.isfinite(machine) & np.isfinite(people[:, j]) & np.isfinite(others).any(axis=1)
    items = int(is_used.sum())
    if items < LEAST_ITEMS:
        return Duel(items, None, None, None, reason="too_few_items")
    of_machine = _distance(machine[is_used], others[is_used])
    of_person = _distance(people[is_used, j], others[is_used])
    machine_wins, person_wins = of_machine <= of_person + NEAR, of_person <= of_machine + NEAR
    behind = person_wins.astype(float) - machine_wins
    return Duel(items, float(machine_wins.mean()), float(person_wins.mean()), _p(behind, epsilon))


def _distance(marks: Floats, others: Floats) -> Floats:
    """(n,) root mean square distance to the other people's marks."""
    return np.asarray(np.sqrt(np.nanmean((others - marks[:, None]) ** 2, axis=1)))


def _p(behind: Floats, epsilon: float) -> float:
    """Of the mean of `behind` being ε or more, against less."""
    if np.ptp(behind) < NEAR:
        return 0.0 if behind[0] < epsilon else 1.0
    error = behind.std(ddof=1) / np.sqrt(len(behind))
    return float(special.stdtr(len(behind) - 1, (behind.mean() - epsilon) / error))


def _largest_rejected(p_values: list[float]) -> float:
    """Benjamini-Yekutieli: the largest p that is rejected, or −1."""
    m = len(p_values)
    ordered, harmonic = np.sort(p_values), (1 / np.arange(1, m + 1)).sum()
    is_small = ordered <= np.arange(1, m + 1) * FALSE_DISCOVERIES / (m * harmonic)
    return float(ordered[is_small].max()) if is_small.any() else -1.0


def _settled(duel: Duel, cut: float) -> Duel:
    is_beaten = duel.p_value is not None and duel.p_value <= cut
    return Duel(duel.items, duel.machine, duel.person, duel.p_value, is_beaten, duel.reason)
