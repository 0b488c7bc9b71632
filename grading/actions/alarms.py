"""Alarms: raised once, cleared when it is over, acknowledged by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.models import User
from grading.actions.alarm_notices import make_notices
from grading.endpoint_keys import forget_key, store_key
from grading.models import Alarm, Deployment, Grader, Watch
from grading.service import client


def settle_alarms(
    grader: Grader,
    deployment: Deployment | None,
    slipping: Mapping[str, dict[str, Any]],
    kinds: Sequence[str],
) -> None:
    """Of these kinds raise what has begun and clear what is over. What lasts is left alone."""
    lasting = Alarm.objects.filter(grader=grader, cleared_at=None, kind__in=kinds)
    lasting.exclude(kind__in=slipping).update(cleared_at=timezone.now())
    known = set(lasting.values_list("kind", flat=True))
    for kind, figures in slipping.items():
        if kind not in known:
            _raise(grader, deployment, kind, figures)


def _raise(grader: Grader, deployment: Deployment | None, kind: str, figures: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(
                grader=grader, deployment=deployment, kind=kind, figures=figures
            )
            make_notices(alarm)
    except IntegrityError:
        return  # another worker has raised it this moment


def acknowledge(*, alarm: Alarm, by: User, note: str = "") -> None:
    """A person has seen to it; the first one is kept."""
    Alarm.objects.filter(pk=alarm.pk, acknowledged_at=None).update(
        acknowledged_by=by, acknowledged_at=timezone.now(), note=note
    )


def save_watch(*, watch: Watch, secret: str) -> None:
    """Who is told; an empty secret keeps the stored one, and without a webhook there is none."""
    before = watch.secret_file
    if secret:
        watch.secret_file = store_key(secret)
    if not watch.webhook_url:
        watch.secret_file = ""
    watch.save()
    if before != watch.secret_file:
        transaction.on_commit(lambda: forget_key(before))


def look_at_service() -> None:
    """Whether the service answers, for every grader that should be served."""
    try:
        client.loaded_versions()
        slipping: dict[str, dict[str, Any]] = {}
    except (client.ServiceAway, client.ServiceFailed):
        slipping = {Alarm.Kind.SERVICE_DOWN: {}}
    for deployment in Deployment.objects.active().select_related("grader"):
        settle_alarms(deployment.grader, deployment, slipping, kinds=[Alarm.Kind.SERVICE_DOWN])
