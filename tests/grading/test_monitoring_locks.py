"""Monitoring keeps nobody from writing, and tells hours by what was in service in them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotations.models import Team
from grading.actions import alarm_notices, monitor
from grading.actions.alarm_notices import deliver_notices
from grading.actions.deploy import Terms, switch
from grading.actions.monitor import monitor_grader
from grading.models import Alarm, Deployment, Grader, ModelVersion, MonitoredHour, Notice, Watch
from tests.base import Cast
from tests.grading.training_case import a_training_set, asked, example


def in_service(cast: Cast, number: int = 1) -> Deployment:
    """A version that no process has in memory."""
    training_set = a_training_set(cast.team, [example(asked("1"), n, n % 3) for n in range(4)])
    grader, _new = Grader.objects.get_or_create(team=cast.team, school_subject="历史")
    version = ModelVersion.objects.create(
        grader=grader, number=number, kind="classical", training_set=training_set, trained_at=timezone.now()
    )
    return switch(version, None, cast.alice, Terms(override_reason="test"), [cast.bob])


@pytest.mark.django_db(transaction=True)
def test_others_write_while_drift_is_computed(monkeypatch) -> None:
    grader = in_service(Cast()).grader
    others = []
    monkeypatch.setattr(monitor, "drift_now", lambda *_of: others.append(_another_writes()))
    monitor_grader(grader)
    assert others == [True]


def _another_writes() -> bool:
    """Whether another connection has written within some seconds."""

    def write() -> None:
        try:
            Team.objects.update(name="written meanwhile")
        finally:
            connection.close()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    thread.join(5)
    return not thread.is_alive()


@pytest.mark.django_db
def test_what_was_computed_for_a_version_that_has_left_service_raises_nothing(cast, monkeypatch) -> None:
    first = in_service(cast)
    beyond = {"index": 9.0, "chance": 0.1, "size": 100}

    def switched_meanwhile(*_of: object) -> dict[str, object]:
        in_service(cast, 2)
        return {"length": beyond}

    monkeypatch.setattr(monitor, "drift_now", switched_meanwhile)
    monitor_grader(first.grader)
    assert not Alarm.objects.exists()


@pytest.mark.django_db
def test_an_hour_made_up_for_is_told_of_the_version_then_in_service(cast) -> None:
    now = timezone.now().replace(minute=30)
    first, second = in_service(cast), in_service(cast, 2)
    change = now.replace(minute=0) - timedelta(hours=2)
    rows = Deployment.objects.filter(grader=first.grader)
    rows.filter(pk=first.pk).update(created_at=now - timedelta(hours=5), ended_at=change)
    rows.filter(pk=second.pk).update(created_at=change)
    monitor_grader(first.grader, now)
    told = list(MonitoredHour.objects.order_by("hour").values_list("deployment", flat=True))
    assert told == [first.pk] * 3 + [second.pk] * 3


@pytest.mark.django_db
def test_two_workers_send_one_mail(cast, monkeypatch) -> None:
    deployment = in_service(cast)
    alarm = Alarm.objects.create(grader=deployment.grader, deployment=deployment, kind=Alarm.Kind.DRIFT)
    notice = Notice.objects.create(alarm=alarm, way=Notice.Way.EMAIL)
    Watch.objects.create(grader=deployment.grader, emails="a@school.example")
    sent = []

    def slowly(alarm: Alarm, addresses: list[str]) -> None:
        sent.append(addresses)
        if len(sent) == 1:
            deliver_notices()  # the other worker's, before this one is done

    monkeypatch.setattr(alarm_notices, "_mail", slowly)
    deliver_notices()
    deliver_notices()
    notice.refresh_from_db()
    assert sent == [["a@school.example"]]
    assert notice.delivered_at is not None
    assert notice.tries == 1
