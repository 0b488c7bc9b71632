"""The looks a stopping rule has taken at a growing sample, and the first that decided.

Each look is made from the ratings that were there then, so going through them again later gives
the same answer, and a decision once made stands whatever the later ratings say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grading.methods.decision import UNDECIDED, outcome_of
from grading.methods.interval import Interval
from grading.methods.stopping import ANYTIME, StoppingRule

ANYTIME_LOOKS = 20  # more would decide hardly earlier and cost an interval each


@dataclass(frozen=True)
class Look:
    """After `rated` items: the interval at the confidence the rule asks for, and its outcome
    ("pass", "fail" or "undecided")."""

    rated: int
    confidence: float
    interval: Interval
    outcome: str


def looks_taken(
    rule: StoppingRule,
    rated: int,
    interval_at: Callable[[int, float], Interval],
    threshold: float,
) -> tuple[Look, ...]:
    """Every look up to the first that decides, in order.

    Args:
        rated: items rated so far. interval_at: makes the interval from the first k rated items
            at a confidence. threshold: on the interval's scale; an end upon it is decided.
    """
    looks: list[Look] = []
    for at in looks_due(rule, rated):
        confidence = rule.confidence(at)
        if confidence is None:
            continue
        interval = interval_at(at, confidence)
        outcome = outcome_of(interval.low, interval.high, threshold)
        looks.append(Look(at, confidence, interval, outcome))
        if outcome != UNDECIDED:
            break
    return tuple(looks)


def looks_due(rule: StoppingRule, rated: int) -> tuple[int, ...]:
    """After how many items the rule has looked by now; the same places whenever it is asked."""
    if rule.kind != ANYTIME:
        return tuple(at for at in rule.schedule if at <= rated)
    step = max(1, rule.planned // ANYTIME_LOOKS)
    places = {*range(rule.first_look, rule.planned + 1, step), rule.planned}
    return tuple(sorted(at for at in places if at <= rated))
