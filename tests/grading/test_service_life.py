"""The service is killed, away or slow: nothing is lost, nothing double, and it is said."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from grading.actions.deploy import Terms, deploy
from grading.models import Deployment, ServedAnswer, ServedRequest
from tests.grading.callers import callers, wait_for  # noqa: F401
from tests.grading.service_case import Service, ServiceCase, a_version, service  # noqa: F401

pytestmark = pytest.mark.queue


class AwayTests(ServiceCase):
    @pytest.fixture(autouse=True)
    def process(self, service: Service):  # noqa: F811
        self.service = service

    def test_with_the_service_killed_requests_say_when_to_come_back_and_nothing_is_stored(self) -> None:
        self.service.kill()
        response = self.ask(self.answer(), **{"idempotency-key": "k"})
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert response.json()["code"] == "service_away"
        assert not ServedRequest.objects.exists()
        with pytest.raises(ValidationError):
            self.deployed(a_version(self.team))
        assert Deployment.objects.get() == self.deployment
        assert Client().get("/healthz").json()["grading_service"] == "down"
        self.service.start()  # as config/serve.py does
        self.service.wait()
        assert self.ask(self.answer(), **{"idempotency-key": "k"}).json()["answers"][0]["mark"] == 2
        assert ServedAnswer.objects.count() == 1

    def test_files_that_are_lost_are_no_deployment(self) -> None:
        version = a_version(self.team)
        (version.folder / "version.json").unlink()
        with pytest.raises(ValidationError):
            self.deployed(version)
        assert Deployment.objects.get() == self.deployment


def test_a_switch_of_versions_drops_no_request_and_each_names_the_version_it_met(callers) -> None:  # noqa: F811
    wait_for(callers, 5)
    newer = a_version(callers.cast.team, "history", marks=(2, 1, 0))
    deploy(version=newer, by=callers.cast.alice, terms=Terms(override_reason="x"))
    wait_for(callers, 10)
    callers.stop()
    assert callers.refused == 0
    met = {(told["version"], told["answers"][0]["mark"]) for told in callers.said.values()}
    assert met == {(1, 2), (2, 0)}


def test_a_kill_under_requests_loses_and_doubles_nothing(callers, service) -> None:  # noqa: F811
    wait_for(callers, 5)
    service.kill()
    time.sleep(1)
    service.start()
    service.wait()
    wait_for(callers, 5)
    callers.stop()
    assert ServedRequest.objects.count() == len(callers.said)
    assert ServedAnswer.objects.count() == len(callers.said)
    ids = {told["answers"][0]["id"] for told in callers.said.values()}
    assert ids == {str(one) for one in ServedAnswer.objects.values_list("public_id", flat=True)}


def test_the_same_key_sent_by_all_at_once_is_one_request(callers) -> None:  # noqa: F811
    wait_for(callers, 1)
    callers.stop()
    before = ServedRequest.objects.count()
    told: list[dict] = []
    threads = [
        threading.Thread(target=lambda: told.append(callers.until_answered("the same"))) for _n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(told) == 3
    assert len({one["answers"][0]["id"] for one in told}) == 1
    assert ServedRequest.objects.count() == before + 1
