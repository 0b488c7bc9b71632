"""Programs that ask the service for marks over HTTP all the time, while it is killed or switched."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request

import pytest

from grading.actions.api_tokens import make_token
from grading.actions.deploy import Terms, deploy
from tests.base import Cast
from tests.grading.service_case import SAID, a_version, service  # noqa: F401

PATIENCE = 240  # seconds; a busy machine is slow, and what never comes fails all the same


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
            thread.join(PATIENCE)

    def _ask_on(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            key, count = f"{number}-{count}", count + 1
            self.said[key] = self.until_answered(key)

    def until_answered(self, key: str) -> dict:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
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
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read())


@pytest.fixture
def callers(live_server, queue, transactional_db, service):  # noqa: F811
    """A version in service that says 2, and callers who ask for marks all the time."""
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
    end = time.monotonic() + PATIENCE
    while len(callers.said) < wanted:
        assert time.monotonic() < end, "no answers come"
        time.sleep(0.05)
