"""Is a trained rater near enough to the definitive scores to mark live work?

Source: the standardisation rules of on-screen marking ("at least 80 % of the set within
tolerance"): a response is within tolerance when every criterion is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEAR = 1e-9


@dataclass(frozen=True)
class Comparison:
    """One rating beside the definitive scores. `deviations`: criterion key → rater − definitive,
    None where the rater gave nothing."""

    deviations: Mapping[str, float | None]
    is_within: bool


@dataclass(frozen=True)
class Outcome:
    """`share` in [0, 1] of the set within tolerance; None for an empty set, which passes."""

    within: int
    total: int
    share: float | None
    is_passed: bool


def compare(
    scores: Mapping[str, float], definitive: Mapping[str, float], tolerance: float
) -> Comparison:
    """Compare a rating with the definitive scores, criterion by criterion.

    Criteria without a definitive score are not compared. A definitive score that the rater left
    out (or an item flagged as impossible to judge: empty `scores`) is out of tolerance.
    `tolerance` ≥ 0 is on each criterion's own scale; exactly at the limit is within.
    """
    deviations = {
        key: scores[key] - value if key in scores else None for key, value in definitive.items()
    }
    is_within = all(d is not None and abs(d) <= tolerance + NEAR for d in deviations.values())
    return Comparison(deviations, is_within)


def qualify(are_within: Sequence[bool], share_needed: float) -> Outcome:
    """Passed when at least `share_needed` (0–1) of the set is within tolerance."""
    within, total = sum(are_within), len(are_within)
    if not total:
        return Outcome(0, 0, None, True)
    return Outcome(within, total, within / total, within / total >= share_needed - NEAR)
