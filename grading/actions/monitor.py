"""The hourly look at a grader in service: its hours are stored, its alarms raised and cleared."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from grading.actions.alarms import settle_alarms
from grading.models import Alarm, Deployment, Grader, MonitoredHour
from grading.monitor_data import audit_now, confidence_now, drift_now, person_shares, traffic
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
        _store(grader, deployment, start, {})
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


def _store(grader: Grader, deployment: Deployment | None, hour: datetime, more: dict) -> MonitoredHour:
    row, _new = MonitoredHour.objects.get_or_create(
        grader=grader, hour=hour, defaults={"deployment": deployment}
    )
    row.measures = {**row.measures, **traffic(grader, hour, hour + HOUR), **more}
    row.save(update_fields=["measures"])
    return row


@transaction.atomic
def _look(grader: Grader, deployment: Deployment, now: datetime) -> None:
    """What is true now is kept with the hour that has just begun."""
    found = {
        "drift": drift_now(deployment, now),
        "confidence": confidence_now(deployment, now),
        "audit": audit_now(deployment),
        "shares": person_shares(deployment, now),
    }
    _store(grader, deployment, _hour(now), found)
    settle_alarms(grader, deployment, what_slips(deployment, found), kinds=HOURLY)
