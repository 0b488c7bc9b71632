"""What the page of a grader in service tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from annotations.models import Assignment
from grading.models import Deployment, Grader, ServedAnswer
from grading.service import client

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ServiceFacts:
    """`state` of the process: "up", "loading" (the version is not in memory yet) or "down". The counts
    are of the last 24 hours; `waiting` answers are with people now, `purged` ones were deleted after their
    time."""

    state: str
    answers: int
    to_people: int
    waiting: int
    purged: int


def service_facts(grader: Grader, current: Deployment | None) -> ServiceFacts:
    recent = ServedAnswer.objects.filter(
        request__grader=grader, request__created_at__gte=timezone.now() - DAY
    )
    queues = grader.deployments.values("queue")
    open_slots = Assignment.objects.filter(campaign__in=queues, kind=Assignment.Kind.LIVE)
    waiting = open_slots.exclude(state=Assignment.State.SUBMITTED)
    return ServiceFacts(
        _state(current), recent.count(), recent.exclude(why="").count(),
        waiting.values("campaign_item").distinct().count(),
        grader.deployments.aggregate(total=Sum("purged"))["total"] or 0,
    )  # fmt: skip


def _state(current: Deployment | None) -> str:
    try:
        loaded = client.loaded_versions()
    except (client.ServiceAway, client.ServiceFailed):
        return "down"
    return "up" if current is None or current.version_id in loaded else "loading"
