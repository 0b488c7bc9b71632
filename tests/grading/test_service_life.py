"""The service is killed, away or slow: nothing is lost, nothing double, and it is said."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from grading.actions.deploy import Terms, deploy
from grading.models import Deployment, ServedAnswer, ServedRequest
from tests.base import Cast
from tests.grading.service_case import SAID, Service, ServiceCase, a_version, service  # noqa: F401

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


class Callers:
    """Threads that ask over HTTP until they are stopped, each request with a key of its own, and again
    with the same key where it was told to come back."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token
        self.said: dict[str, dict] = {}
        self.refused = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on, args=[n]) for n in range(3)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _ask_on(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            key, count = f"{number}-{count}", count + 1
            self.said[key] = self.until_answered(key)

    def until_answered(self, key: str) -> dict:
        for _try in range(200):
            try:
                return self._ask(key)
            except urllib.error.HTTPError as error:
                if error.code != 503 or not error.headers["Retry-After"]:
                    raise
                self.refused += 1
                time.sleep(0.2)
        raise AssertionError("never answered")

    def _ask(self, key: str) -> dict:
        body = json.dumps({"question": {"key": "1"}, "answer": SAID[2]}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        path = self.address + "/api/v1/grade/history"
        request = urllib.request.Request(path, body, {**headers, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())


@pytest.fixture
def callers(live_server, queue, transactional_db, service):  # noqa: F811
    """A version in service that says 2, and callers who ask for marks all the time."""
    from grading.actions.api_tokens import make_token

    cast = Cast()
    version = a_version(cast.team, "history")
    deploy(version=version, by=cast.alice, terms=Terms(override_reason="x"), raters=[cast.bob])
    _kept, text = make_token(
        team=cast.team, user=cast.alice, name="t", scopes=["grade"], per_minute=100_000
    )
    found = Callers(live_server.url, text)
    found.cast = cast
    yield found
    found.stop()


def wait_for(callers: Callers, more: int) -> None:
    wanted = len(callers.said) + more
    end = time.monotonic() + 60
    while len(callers.said) < wanted:
        assert time.monotonic() < end, "no answers come"
        time.sleep(0.05)


def test_a_switch_of_versions_drops_no_request_and_each_names_the_version_it_met(callers) -> None:
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


def test_the_same_key_sent_by_all_at_once_is_one_request(callers) -> None:
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
