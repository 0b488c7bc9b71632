"""Served answers that nobody needs are deleted after a time; what people need stays, and so do the figures."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from grading.actions import purge_served as purging
from grading.actions.monitor import monitor_grader
from grading.actions.purge_served import purge_served
from grading.models import Deployment, Grader, MonitoredHour, ServedAnswer, ServedRequest
from grading.monitor_data import audit_now, audited_answers
from tests.grading.service_case import SAID, ServiceCase, service  # noqa: F401


@pytest.mark.database
class PurgeTests(ServiceCase):
    def setUp(self) -> None:
        super().setUp()
        self.grader = self.version.grader

    def asked(self, n: int = 1, key: str = "") -> list[dict]:
        answers = {"answers": [self.answer(f"{SAID[i % 3]}，第{i}号") for i in range(n)]}
        headers = {"idempotency-key": key} if key else {}
        return self.ask(answers, **headers).json()["answers"]

    def age(self, days: float) -> None:
        ServedRequest.objects.update(created_at=timezone.now() - timedelta(days=days))

    def test_what_nobody_needs_goes_after_its_time_and_not_before(self) -> None:
        self.asked(3)
        self.age(89)
        purge_served(self.grader)
        assert ServedAnswer.objects.count() == 3
        self.age(91)
        purge_served(self.grader)
        assert not ServedAnswer.objects.exists()
        assert not ServedRequest.objects.exists()
        assert Deployment.objects.get().purged == 3

    def test_zero_keeps_all(self) -> None:
        Grader.objects.update(keep_days=0)
        self.asked()
        self.age(5000)
        purge_served(Grader.objects.get())
        assert ServedAnswer.objects.count() == 1

    def test_audited_answers_those_for_people_and_those_with_feedback_stay(self) -> None:
        self.deployment = self.deployed(self.version, audit_share=1.0)
        (audited,) = self.asked()
        self.deployment = self.deployed(self.version, threshold=1.0)
        (waiting,) = self.asked()
        self.deployment = self.deployed(self.version)
        (said, _unneeded) = self.asked(2)
        self.ask({"kind": "agree"}, said["links"]["feedback"])
        self.age(91)
        purge_served(self.grader)
        kept = {str(pk) for pk in ServedAnswer.objects.values_list("public_id", flat=True)}
        assert kept == {audited["id"], waiting["id"], said["id"]}

    def test_a_deleted_answer_says_that_it_may_have_been_deleted(self) -> None:
        (said,) = self.asked()
        self.age(91)
        purge_served(self.grader)
        response = self.look(said["links"]["self"])
        assert (response.status_code, response.json()["code"]) == (404, "no_answer")
        assert "deleted" in response.json()["detail"]

    def test_a_key_says_the_same_within_the_time_and_is_a_new_request_afterwards(self) -> None:
        first = self.asked(2, key="k")
        self.age(30)
        purge_served(self.grader)
        assert self.asked(2, key="k") == first
        self.ask({"kind": "agree"}, first[0]["links"]["feedback"])
        self.age(91)
        purge_served(self.grader)
        again = self.asked(2, key="k")
        assert len(again) == 2
        assert not {one["id"] for one in again} & {one["id"] for one in first}

    def test_the_audit_still_speaks_for_what_was_deleted_and_the_hours_stay(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        self.asked(20)
        for answer in ServedAnswer.objects.all():
            self.rate(answer.item, answer.mark)
        self.deployment = self.deployed(self.version)
        self.asked(30)
        before = audit_now(self.deployment, audited_answers(self.deployment))
        monitor_grader(self.grader)
        hours = list(MonitoredHour.objects.values("hour", "measures"))
        self.age(91)
        purge_served(self.grader)
        assert ServedAnswer.objects.count() == 20
        assert audit_now(self.deployment, audited_answers(self.deployment)) == before
        assert list(MonitoredHour.objects.values("hour", "measures")) == hours

    def test_an_hour_deletes_so_much_and_the_next_one_the_rest(self) -> None:
        self.asked(5)
        self.age(91)
        with mock.patch.object(purging, "BATCH", 2), mock.patch.object(purging, "MOST_BATCHES", 2):
            purge_served(self.grader)
            assert ServedAnswer.objects.count() == 1
            purge_served(self.grader)
        assert not ServedRequest.objects.exists()

    def test_the_lead_says_how_long_and_the_page_tells_everybody(self) -> None:
        path = f"/graders/{self.grader.pk}/service/"
        assert self.client_of("erin").post(f"{path}keep/", {"keep_days": 30}).status_code == 403
        lead = self.client_of("alice")
        refused = lead.post(f"{path}keep/", {"keep_days": 3}, follow=True)
        assert "At least 8 days" in refused.content.decode()
        assert Grader.objects.get().keep_days == 90
        lead.post(f"{path}keep/", {"keep_days": 30})
        page = self.client_of("victor").get(path).content.decode()
        assert "deleted 30 days after it came" in page
        assert "keep_days" not in page
