"""Looks that were taken: they stay as the first verdict that has them stored them, and a sample that
was made larger after a look is looked at twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotations.models import Campaign
from grading.methods.interval import Interval
from grading.methods.looks import Look
from grading.models import DecisionPolicy, Verdict

# Frozen at the launch; a verdict under another policy (before a launch was taken back) has no looks.
PROMISED = ("estimand", "threshold", "confidence", "tolerance", "stopping")


@dataclass(frozen=True)
class Taken:
    """A look, and the verdict (id, time) that took it."""

    look: Look
    verdict: int
    at: datetime


def taken_looks(campaign: Campaign, policy: DecisionPolicy, candidate: str) -> dict[int, Taken]:
    """By items. A look without an interval showed nothing and can be taken again."""
    verdicts = Verdict.objects.filter(campaign=campaign, candidate=candidate)
    rows = verdicts.order_by("created_at", "pk").values_list(
        "pk", "created_at", "policy", "evidence__stopping"
    )
    found: dict[int, Taken] = {}
    for pk, at, promised, stopping in rows:
        if any(promised.get(name) != getattr(policy, name) for name in PROMISED):
            continue
        for row in (stopping or {}).get("looks", []):
            if row["low"] is not None:
                found.setdefault(row["items"], Taken(_look(row), pk, at))
    return found


def has_grown_since_a_verdict(campaign: Campaign, candidate: str, drawn: int) -> bool:
    """Whether a verdict was computed on a complete sample smaller than the `drawn` items."""
    verdicts = Verdict.objects.filter(campaign=campaign, candidate=candidate)
    samples = verdicts.order_by().values_list("evidence__sample", flat=True)
    return any(sample["is_finished"] and sample["drawn"] < drawn for sample in samples)


def _look(row: dict[str, Any]) -> Look:
    interval = Interval(row["estimate"], row["low"], row["high"])
    return Look(row["items"], row["confidence"], interval, row["outcome"])
