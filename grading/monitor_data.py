"""What monitoring reads of a grader in service: its answers, what it learnt from, what people say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet, Sum

from grading.held_out import sure_rows
from grading.methods.audit_agreement import audit_agreement
from grading.methods.drift import confidence_drift, drifts
from grading.methods.marks_of_record import mark_of_record
from grading.models import Deployment, Grader, ServedAnswer, ServedRequest
from grading.reports.marks import KnownMarks
from grading.training_rows import rows_of

WINDOW = timedelta(days=7)
MOST_COMPARED = 1000  # answers that drift is computed from, the newest
PERCENTILES = (50, 95, 99)
Figures = dict[str, Any]


def answers_of(grader: Grader) -> QuerySet[ServedAnswer]:
    return ServedAnswer.objects.filter(request__grader=grader)


def traffic(grader: Grader, start: datetime, end: datetime) -> Figures:
    """Volume, seconds (percentiles of requests), who needs a person, marks."""
    asked = ServedRequest.objects.filter(grader=grader, created_at__gte=start, created_at__lt=end)
    seconds = list(asked.values_list("seconds", flat=True))
    rows = answers_of(grader).filter(request__in=asked)
    found = list(rows.values_list("why", "mark"))
    return {
        "requests": len(seconds),
        "answers": len(found),
        "seconds": np.percentile(seconds, PERCENTILES).round(4).tolist() if seconds else [],
        "to_people": sum(bool(why) for why, _mark in found),
        "unknown": sum(mark is None for _why, mark in found),
        "marks": dict(Counter(f"{mark:g}" for _why, mark in found if mark is not None)),
    }


def drift_now(deployment: Deployment, now: datetime) -> Figures | None:
    """Of the newest answers of this deployment, against the training set of its version."""
    served: dict[str, list[str]] = {}
    for row in _newest(deployment, now):
        served.setdefault(_name(_asked_as(row), row.question.text), []).append(row.text)
    if not served:
        return None
    learnt: dict[str, list[str]] = {name: [] for name in served}
    for one in rows_of(deployment.version.training_set):
        name = _name(one["question"]["key"], one["question"]["text"])
        if name in learnt:
            learnt[name].append(one["answer"])
    found = drifts(learnt, served, seed=deployment.pk)
    return None if found is None else {name: asdict(one) for name, one in found.items()}


def confidence_now(deployment: Deployment, now: datetime) -> Figures | None:
    """How sure it is of the same answers, against the rows held out from its version."""
    held: dict[str, list[float]] = {}
    for one in sure_rows(deployment.version):
        held.setdefault(one.question, []).append(one.confidence)
    served: dict[str, list[float]] = {}
    for row in _newest(deployment, now):
        served.setdefault(_asked_as(row), []).append(row.confidence)
    found = confidence_drift(held, served, seed=deployment.pk)
    return None if found is None else asdict(found)


def _newest(deployment: Deployment, now: datetime) -> list[ServedAnswer]:
    rows = ServedAnswer.objects.filter(
        request__deployment=deployment, mark__isnull=False, request__created_at__gte=now - WINDOW
    )
    return list(rows.select_related("question").order_by("-pk")[:MOST_COMPARED])


def _asked_as(row: ServedAnswer) -> str:
    """Its question as the grader has learnt it."""
    return str(row.question.metadata.get("asked_as", row.question.key))


def _name(key: str, text: str) -> str:
    return f"{key}\0{text}"


@dataclass(frozen=True)
class Audited:
    """An answer that was drawn for people and has their mark, `full` at most. `chance`: with which it was drawn."""

    machine: float
    people: float
    chance: float
    full: float
    groups: dict[str, str]


def audited_answers(deployment: Deployment) -> list[Audited]:
    """All of the version."""
    drawn = _marked(deployment).filter(~Q(why="") | Q(is_audited=True), item__isnull=False)
    people = _marks_of_people(deployment, drawn.values("item"))
    rows = drawn.values_list("item_id", "mark", "audit_probability", "question__full_mark", "groups")
    return [
        Audited(mark, people[item], chance, float(full), groups)
        for item, mark, chance, full, groups in rows
        if item in people
    ]


def audit_now(deployment: Deployment, audited: Sequence[Audited]) -> Figures | None:
    """Of the version's answers."""
    return audit_of(audited, _marked(deployment).count() + _purged(deployment))


def audit_of(audited: Sequence[Audited], population: int) -> Figures | None:
    """`population`: the answers that they were drawn from."""
    if len(audited) < 2:
        return None
    rows = [(one.machine, one.people, one.chance, one.full) for one in audited]
    machine, human, chances, full = np.array(rows, dtype=float).T
    found = audit_agreement(machine, human, chances, population, full)
    return None if found is None else asdict(found)


def _marked(deployment: Deployment) -> QuerySet[ServedAnswer]:
    return ServedAnswer.objects.filter(request__version=deployment.version_id, mark__isnull=False)


def _purged(deployment: Deployment) -> int:
    """Answers of the version that were drawn from and are no longer kept."""
    rows = Deployment.objects.filter(version=deployment.version_id)
    return rows.aggregate(total=Sum("purged"))["total"] or 0


def _marks_of_people(deployment: Deployment, items: QuerySet[Any]) -> dict[int, float]:
    """Item id → the mark on which people have settled, of these items, in any queue of the grader."""
    found: dict[int, float] = {}
    queues = {row.queue for row in deployment.grader.deployments.select_related("queue")}
    for queue in queues:
        known = KnownMarks(queue, items=items)
        rows = queue.campaign_items.filter(item__in=items)
        for item, step in rows.values_list("item_id", "item__question__step"):
            record = mark_of_record(known.of(item), tolerance=known.tolerance, step=float(step))
            if record.mark is not None:
                found[item] = record.mark
    return found


def person_shares(deployment: Deployment, now: datetime) -> Figures:
    """Answers and those that need a person: of the last day, and of the week before it."""
    day = now - timedelta(days=1)
    rows = ServedAnswer.objects.filter(request__deployment=deployment)
    recent = rows.filter(request__created_at__gte=day)
    before = rows.filter(request__created_at__lt=day, request__created_at__gte=day - WINDOW)
    return {
        name: {"answers": part.count(), "to_people": part.exclude(why="").count()}
        for name, part in (("day", recent), ("week", before))
    }
