"""When an alarm is raised, from the figures of the hour."""

from __future__ import annotations

from typing import Any

from grading.methods.drift import ConfidenceDrift, Drift
from grading.models import Alarm, Deployment

ENOUGH = 100  # answers marked by people; before that the interval is wide whatever the grader does
FEWEST_DAY, FEWEST_WEEK = 50, 100
DOUBLED = 2.0
LEAST_RISE = 0.05
Figures = dict[str, Any]


def what_slips(deployment: Deployment, found: Figures) -> dict[str, Figures]:
    """Kind of alarm → its figures, for what is the case now."""
    rules = {
        Alarm.Kind.AGREEMENT: _agreement(deployment, found["audit"]),
        Alarm.Kind.DRIFT: _drift(deployment, found["drift"]),
        Alarm.Kind.CONFIDENCE: _confidence(deployment, found["confidence"]),
        Alarm.Kind.PERSON_SHARE: _person_share(found["shares"]),
    }
    return {kind: figures for kind, figures in rules.items() if figures is not None}


def _agreement(deployment: Deployment, audit: Figures | None) -> Figures | None:
    """The lower end lies below the floor with enough answers; or earlier, where even the upper end does."""
    floor = deployment.agreement_floor
    if floor is None or audit is None or audit["ends"] is None:
        return None
    low, high = audit["ends"]
    is_low = (low < floor and audit["size"] >= ENOUGH) or high < floor
    return {"floor": floor, "low": low, "high": high, "exact": audit["exact"], "size": audit["size"]} if is_low else None


def _drift(deployment: Deployment, drift: Figures | None) -> Figures | None:
    beyond = {
        name: one for name, one in (drift or {}).items() if Drift(**one).is_beyond(deployment.drift_bound)
    }
    return {"bound": deployment.drift_bound, **beyond} if beyond else None


def _confidence(deployment: Deployment, told: Figures | None) -> Figures | None:
    if told is None or not ConfidenceDrift(**told).is_beyond(deployment.drift_bound):
        return None
    names = ("index", "expected_mean", "observed_mean")
    return {"bound": deployment.drift_bound, **{name: told[name] for name in names}}


def _person_share(shares: Figures) -> Figures | None:
    day, week = shares["day"], shares["week"]
    if day["answers"] < FEWEST_DAY or week["answers"] < FEWEST_WEEK:
        return None
    now, before = day["to_people"] / day["answers"], week["to_people"] / week["answers"]
    is_up = now > DOUBLED * before and now - before > LEAST_RISE
    return {"now": now, "before": before} if is_up else None
