"""The looks a stopping rule has taken at a growing sample, and the first that decided.

Each look is made from the ratings that were there then, and a decision once made stands whatever
the later ratings say. A look that was taken stays as it was, even when a rating that went into it
is corrected afterwards: otherwise a correction would be one more look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from grading.methods.decision import UNDECIDED, outcome_of
from grading.methods.interval import Interval, unknown
from grading.methods.stopping import ANYTIME, StoppingRule

ANYTIME_LOOKS = 20  # more would decide hardly earlier and cost an interval each
SAME = 1e-9


@dataclass(frozen=True)
class Look:
    """After `rated` items: the interval at the confidence the rule asks for, and its outcome
    ("pass", "fail" or "undecided"). `today`: of a look taken before, the interval that the ratings
    as they stand now would give; None where it is the same."""

    rated: int
    confidence: float
    interval: Interval
    outcome: str
    today: Interval | None = None


IntervalAt = Callable[[int, float], Interval]


def looks_taken(
    rule: StoppingRule,
    rated: int,
    interval_at: IntervalAt,
    threshold: float,
    taken: Mapping[int, Look] = MappingProxyType({}),
) -> tuple[Look, ...]:
    """Every look up to the first that decides, in order.

    Args:
        rated: items rated so far. interval_at: makes the interval from the first k rated items
            at a confidence. threshold: on the interval's scale; an end upon it is decided.
            taken: by items, looks that were taken before; they stay, fewer items or not.
    """
    looks: list[Look] = []
    for at in sorted({*looks_due(rule, rated), *taken}):
        if at in taken:
            look = _kept(taken[at], interval_at(at, taken[at].confidence) if at <= rated else None)
        else:
            confidence = rule.confidence(at)
            if confidence is None:
                continue
            interval = interval_at(at, confidence)
            look = Look(at, confidence, interval, outcome_of(interval.low, interval.high, threshold))
        looks.append(look)
        if look.outcome != UNDECIDED:
            break
    return tuple(looks)


def _kept(look: Look, today: Interval | None) -> Look:
    """The look as it was taken, with what it would be today where that differs."""
    now = today or unknown("too_few_items")
    pairs = ((getattr(look.interval, end), getattr(now, end)) for end in ("estimate", "low", "high"))
    is_same = all(a is not None and b is not None and math.isclose(a, b, abs_tol=SAME) for a, b in pairs)
    return look if is_same else replace(look, today=now)


def looks_due(rule: StoppingRule, rated: int) -> tuple[int, ...]:
    """After how many items the rule has looked by now; the same places whenever it is asked."""
    if rule.kind != ANYTIME:
        return tuple(at for at in rule.schedule if at <= rated)
    step = max(1, rule.planned // ANYTIME_LOOKS)
    places = {*range(rule.first_look, rule.planned + 1, step), rule.planned}
    return tuple(sorted(at for at in places if at <= rated))
