"""The hourly look at a grader in service: its hours are stored, its alarms raised and cleared."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from grading.actions.alarms import settle_alarms
from grading.models import Alarm, Deployment, Grader, MonitoredHour
from grading.monitor_data import (
    audit_now,
    audited_answers,
    confidence_now,
    drift_now,
    person_shares,
    traffic,
)
from grading.monitor_groups import groups_now
from grading.monitor_rules import what_slips

HOUR = timedelta(hours=1)
CAUGHT_UP = 48  # hours at most that a clock which stood still makes up for
HOURLY = (Alarm.Kind.AGREEMENT, Alarm.Kind.DRIFT, Alarm.Kind.CONFIDENCE, Alarm.Kind.PERSON_SHARE)


def monitor_grader(grader: Grader, now: datetime | None = None) -> None:
    """Store the hours that are over and not stored yet, and look at what slips. Doing it twice changes
    nothing."""
    now = now or timezone.now()
    deployment = grader.deployments.active().select_related("version__training_set", "grader").first()
    start = _first_hour(grader, now)
    this_hour = _hour(now)
    while start < this_hour:
        _store(grader, start, {})
        start += HOUR
    if deployment is not None:
        _look(grader, deployment, now)
    else:
        settle_alarms(grader, None, {}, kinds=Alarm.Kind.values)


def _first_hour(grader: Grader, now: datetime) -> datetime:
    last = MonitoredHour.objects.filter(grader=grader).order_by("-hour").first()
    beginning = grader.deployments.order_by("created_at").values_list("created_at", flat=True).first()
    # The last hour is stored again: it may not have been over when it was.
    first = last.hour if last else _hour(beginning or now)
    return max(first, _hour(now) - CAUGHT_UP * HOUR)


def _hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)


def _store(grader: Grader, hour: datetime, more: dict) -> None:
    """What is stored of the hour already stays, two workers or not."""
    measures = {**traffic(grader, hour, hour + HOUR), **more}
    with transaction.atomic():
        row, _new = MonitoredHour.objects.select_for_update().get_or_create(
            grader=grader, hour=hour, defaults={"deployment": _in_force(grader, hour)}
        )
        row.measures = {**row.measures, **measures}
        row.save(update_fields=["measures"])


def _in_force(grader: Grader, hour: datetime) -> Deployment | None:
    """The last one that was in service in that hour."""
    rows = grader.deployments.filter(created_at__lt=hour + HOUR)
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=hour)).order_by("-created_at", "-pk").first()


def _look(grader: Grader, deployment: Deployment, now: datetime) -> None:
    """What is true now is kept with the hour that has just begun. It takes long to compute, and nobody who
    writes is to wait for that."""
    audited = audited_answers(deployment)
    found = {
        "drift": drift_now(deployment, now),
        "confidence": confidence_now(deployment, now),
        "audit": audit_now(deployment, audited),
        "groups": groups_now(deployment, now, audited),
        "shares": person_shares(deployment, now),
    }
    slipping = what_slips(deployment, found)
    with transaction.atomic():
        Grader.objects.select_for_update(no_key=True).get(pk=grader.pk)
        if grader.deployments.active().filter(pk=deployment.pk).exists():  # or it says nothing of now
            _store(grader, _hour(now), found)
            settle_alarms(grader, deployment, slipping, kinds=HOURLY)
