"""How a grader in service treats the groups that its callers tell of: classes, schools …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.models import Deployment, ServedAnswer
from grading.monitor_data import Audited, Figures, audit_of

MOST_GROUPS = 60  # the largest


@dataclass
class Tally:
    """`shares`: the sum over `marked` answers of mark ÷ full mark."""

    answers: int = 0
    to_people: int = 0
    marked: int = 0
    shares: float = 0.0


def groups_now(deployment: Deployment, now: datetime, audited: Sequence[Audited]) -> list[Figures]:
    """A group (its name and value) each, the answers of the version of the days of which all are kept; the audit
    where people have marked two of its answers or more."""
    found = _tallies(deployment, now)
    largest = sorted(found, key=lambda group: -found[group].answers)[:MOST_GROUPS]
    return [_figures(group, found[group], audited) for group in sorted(largest)]


def _tallies(deployment: Deployment, now: datetime) -> dict[tuple[str, str], Tally]:
    rows = ServedAnswer.objects.filter(request__version=deployment.version_id).exclude(groups={})
    if days := deployment.grader.keep_days:  # of older ones only those are left that people were asked about
        rows = rows.filter(request__created_at__gte=now - timedelta(days=days))
    found: dict[tuple[str, str], Tally] = {}
    read = rows.order_by().values_list("groups", "why", "mark", "question__full_mark")
    for groups, why, mark, full_mark in read.iterator():
        for group in groups.items():
            tally = found.setdefault(group, Tally())
            tally.answers += 1
            tally.to_people += bool(why)
            if mark is not None:
                tally.marked += 1
                tally.shares += mark / float(full_mark)
    return found


def _figures(group: tuple[str, str], tally: Tally, audited: Sequence[Audited]) -> Figures:
    name, value = group
    own = [one for one in audited if one.groups.get(name) == value]
    return {
        "name": name,
        "value": value,
        "answers": tally.answers,
        "to_people": tally.to_people / tally.answers,
        "mark": tally.shares / tally.marked if tally.marked else None,
        "audit": audit_of(own, tally.marked),
    }
