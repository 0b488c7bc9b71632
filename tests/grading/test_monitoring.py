"""Monitoring: hours, drift, the audit's agreement, alarms that are raised once and told of."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from annotations.templatetags.figures import as_share
from grading.actions.alarm_notices import deliver_notices
from grading.actions.alarms import look_at_service, save_watch
from grading.actions.monitor import monitor_grader
from grading.models import Alarm, MonitoredHour, Notice, ServedAnswer, ServedRequest, Watch
from grading.monitoring_page import courses, hours_of
from grading.service import client
from tests.grading.endpoint_server import Answer, endpoint_server
from tests.grading.service_case import SAID, ServiceCase, a_version, service  # noqa: F401


class MonitorCase(ServiceCase):
    def setUp(self) -> None:
        super().setUp()
        self.grader = self.version.grader

    def served(self, n: int, text: str = "", hours_ago: float = 0.5, sure=(0.9,), **values) -> list[ServedAnswer]:
        """Answers as they would be stored, without asking the service; `sure` is taken round and round."""
        question = self.deployment.queue.dataset.questions.get()
        request = ServedRequest.objects.create(
            grader=self.grader, deployment=self.deployment, version=self.version, seconds=0.02,
            body_digest="", token=self.token,
        )  # fmt: skip
        time = timezone.now() - timedelta(hours=hours_ago)
        ServedRequest.objects.filter(pk=request.pk).update(created_at=time)
        rows = [
            ServedAnswer(
                request=request, position=i, question=question, mark=i % 3,
                text=text or f"{SAID[i % 3]}，我是第{i % 40}号", confidence=sure[i % len(sure)], **values,
            )
            for i in range(n)
        ]  # fmt: skip
        return ServedAnswer.objects.bulk_create(rows)

    def alarms(self) -> list[str]:
        monitor_grader(self.grader)
        return list(Alarm.objects.filter(cleared_at=None).values_list("kind", flat=True))


class HourTests(MonitorCase):
    def test_every_hour_is_counted_once_however_often_it_is_looked_at(self) -> None:
        self.grader.deployments.update(created_at=timezone.now() - timedelta(hours=5))
        self.served(6, hours_ago=3)
        self.served(4, hours_ago=0, why="low_confidence")
        for _time in range(2):
            monitor_grader(self.grader)
        rows = list(MonitoredHour.objects.order_by("hour"))
        assert len({row.hour for row in rows}) == len(rows) == 6
        assert sum(row.measures["answers"] for row in rows) == 10
        assert rows[-1].measures["to_people"] == 4
        assert sum(row.measures["marks"].get("2", 0) for row in rows) == 3
        assert rows[-1].measures["seconds"] == [0.02] * 3

    def test_the_page_shows_hours_and_figures_and_what_to_expect_before_there_are_any(self) -> None:
        path = f"/graders/{self.grader.pk}/monitoring/"
        reader = self.client_of("victor")
        assert "Nothing to show yet" in reader.get(path).content.decode()
        self.grader.deployments.update(created_at=timezone.now() - timedelta(hours=5))
        self.served(60, hours_ago=3)
        monitor_grader(self.grader)
        page = reader.get(path)
        assert page.context["figures"]["answers"] == 60
        assert [course.title for course in page.context["courses"]] == ["Answers an hour"]


    def test_the_curve_of_the_audit_is_of_the_version_in_service_alone(self) -> None:
        now = timezone.now().replace(minute=0, second=0, microsecond=0)
        audit = {"exact": 0.5, "ends": [0.25, 0.75]}
        told = {"requests": 0, "answers": 0, "seconds": [], "to_people": 0, "unknown": 0, "marks": {}, "audit": audit}
        later = self.deployed(a_version(self.team))
        for hours, deployment in ((4, self.deployment), (3, self.deployment), (2, later), (1, later)):
            MonitoredHour.objects.create(
                grader=self.grader, deployment=deployment, hour=now - timedelta(hours=hours), measures=told
            )
        curve = courses(hours_of(self.grader))[-1]
        assert curve.key == "audit"
        assert curve.svg.count('class="path') == 3
        points = re.search(r'points="([^"]+)"', curve.svg)[1].split()
        assert len(points) == 2

    def test_what_readers_say_is_shown_but_not_to_whom_the_machines_mark_could_sway(self) -> None:
        (said,) = self.ask(self.answer()).json()["answers"]
        self.ask({"kind": "appeal", "text": "<b>unfair</b>"}, said["links"]["feedback"])
        path = f"/graders/{self.grader.pk}/monitoring/"
        item = ServedAnswer.objects.get().item
        page = self.client_of("victor").get(path).content.decode()
        assert "&lt;b&gt;unfair&lt;/b&gt;" in page
        assert f"/items/{item.pk}/" in page
        assert "unfair" not in self.client_of("dave").get(path).content.decode()


class AlarmTests(MonitorCase):
    def test_answers_like_the_learnt_ones_raise_nothing_and_others_do(self) -> None:
        self.served(90)
        assert self.alarms() == []
        self.served(300, text="abcdefgh " * 20)
        assert self.alarms() == [Alarm.Kind.DRIFT]

    def test_an_alarm_is_raised_once_cleared_when_over_and_raised_anew(self) -> None:
        odd = self.served(300, text="abcdefgh " * 20)
        self.alarms()
        self.alarms()
        assert Alarm.objects.count() == 1
        page = f"/graders/{self.grader.pk}/monitoring/"
        self.client_of("erin").post(f"{page}alarms/{Alarm.objects.get().pk}/", {"note": "looked"})
        self.alarms()
        assert Alarm.objects.get().acknowledged_by == self.cast.erin
        ServedAnswer.objects.filter(pk__in=[one.pk for one in odd]).delete()
        assert self.alarms() == []
        self.served(300, text="abcdefgh " * 20)
        assert self.alarms() == [Alarm.Kind.DRIFT]
        assert Alarm.objects.count() == 2

    def test_twice_as_many_for_people_as_in_the_week_before(self) -> None:
        self.served(100, hours_ago=50)
        self.served(12, hours_ago=49, why="low_confidence")
        self.served(60, hours_ago=2)
        assert self.alarms() == []
        self.served(20, hours_ago=1, why="low_confidence")
        assert self.alarms() == [Alarm.Kind.PERSON_SHARE]

    def test_people_who_find_the_machine_wrong_raise_the_alarm_and_agreement_does_not(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0, agreement_floor=0.8)
        answers = {"answers": [self.answer(f"{SAID[n % 3]}，我是第{n}号") for n in range(30)]}
        self.ask(answers)
        for answer in ServedAnswer.objects.all():
            self.rate(answer.item, answer.mark)
        assert self.alarms() == []
        self.ask(answers)
        for answer in ServedAnswer.objects.order_by("-pk")[:30]:
            self.rate(answer.item, (answer.mark + 1) % 3)
        assert self.alarms() == [Alarm.Kind.AGREEMENT]
        figures = Alarm.objects.get().figures
        assert figures["exact"] == pytest.approx(0.5)
        assert figures["size"] == 60

    def test_a_service_that_does_not_answer_is_an_alarm_until_it_does(self) -> None:
        look_at_service()
        assert not Alarm.objects.exists()
        answered, client.loaded_versions = client.loaded_versions, _away
        try:
            look_at_service()
            look_at_service()
        finally:
            client.loaded_versions = answered
        assert Alarm.objects.get().kind == Alarm.Kind.SERVICE_DOWN
        look_at_service()
        assert Alarm.objects.get().cleared_at is not None


class ConfidenceTests(MonitorCase):
    def setUp(self) -> None:
        super().setUp()
        self.sure = [0.5 + 0.5 * n / 80 for n in range(80)]
        told = {
            "rows": list(range(80)), "questions": ["1"] * 80, "right": [1] * 80,
            "marks": {"this": [1] * 80}, "confidence": self.sure,
        }  # fmt: skip
        (self.version.folder / "held_out.json").write_text(json.dumps(told))

    def test_as_sure_as_of_held_out_answers_raises_nothing_and_less_sure_does(self) -> None:
        self.served(120, sure=self.sure)
        assert self.alarms() == []
        self.served(120, sure=[0.4, 0.45])
        assert self.alarms() == [Alarm.Kind.CONFIDENCE]
        page = self.client_of("victor").get(f"/graders/{self.grader.pk}/monitoring/")
        text = page.content.decode()
        assert "on held-out answers" in text
        assert f"bound {self.deployment.drift_bound:g}" in text
        assert page.context["sure_figure"].svg in text
        figures = Alarm.objects.get().figures
        assert figures["observed_mean"] < figures["expected_mean"]
        assert f"The grader is {as_share(figures['observed_mean'])} sure" in text

    def test_far_surer_is_an_alarm_too_and_it_is_over_with_a_new_deployment(self) -> None:
        self.served(120, sure=[0.99, 1.0])
        assert self.alarms() == [Alarm.Kind.CONFIDENCE]
        self.deployment = self.deployed(self.version, drift_bound=0.3)
        assert self.alarms() == []

    def test_answers_to_questions_without_held_out_ones_say_nothing(self) -> None:
        question = self.deployment.queue.dataset.questions.get()
        question.metadata = {"asked_as": "2"}
        question.save()
        self.served(120, sure=[0.2])
        monitor_grader(self.grader)
        assert MonitoredHour.objects.last().measures["confidence"] is None


class CommandTests(MonitorCase):
    def test_it_tells_how_many_graders_it_looked_at_and_how_many_alarms_go_on(self) -> None:
        said = StringIO()
        self.served(300, text="abcdefgh " * 20)
        with mock.patch("grading.management.commands.monitor.look_after_service"):
            call_command("monitor", stdout=said)
        assert json.loads(said.getvalue()) == {"graders": 1, "alarms": 1}


class NoticeTests(MonitorCase):
    def told(self, webhook_url: str = "", emails: str = "") -> None:
        watch = Watch(grader=self.grader, webhook_url=webhook_url, emails=emails)
        save_watch(watch=watch, secret="s3cret" if webhook_url else "")
        self.served(300, text="abcdefgh " * 20)
        monitor_grader(self.grader)
        deliver_notices()

    def test_mail_goes_out_once(self) -> None:
        self.told(emails="a@school.example\nb@school.example")
        deliver_notices()
        (message,) = mail.outbox
        assert message.to == ["a@school.example", "b@school.example"]
        assert str(self.grader) in message.subject

    def test_the_webhook_is_signed_and_tried_again_until_it_is_taken(self) -> None:
        with endpoint_server([Answer("busy", 503), Answer("ok")]) as server:
            self.told(webhook_url=f"{server.url}/hook")
            notice = Notice.objects.get()
            assert (notice.delivered_at, notice.error) == (None, "server_error")
            deliver_notices()  # its pause is not over
            assert len(server.requests) == 1
            Notice.objects.update(next_try_at=timezone.now())
            deliver_notices()
            deliver_notices()
        assert len(server.requests) == 2
        headers, body = server.raw[-1]
        sent = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
        assert headers["X-Concord-Signature"] == f"sha256={sent}"
        assert json.loads(body)["kind"] == "drift"

    def test_the_secret_is_in_no_table(self) -> None:
        with endpoint_server([Answer("ok")]) as server:
            self.told(webhook_url=f"{server.url}/hook")
        assert "s3cret" not in str(list(Watch.objects.values()))


def _away() -> list[int]:
    raise client.ServiceAway
