"""Asking the service from a web process, over its socket."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

from config.paths import service_socket

SECONDS = 60.0
ANSWER_SECONDS = 50.0  # for marks or a text: the service says so before whoever asks has given up
LOADING_SECONDS = 300.0
PAUSE = 0.5  # before the second try: a process that was killed under a request is back by then
AT_ONCE = max(1, int(os.environ.get("WEB_THREADS", "4")) - 1)
"""So many threads of a web process may wait for marks; the last one is left to the raters."""
PATIENCE = 0.25  # seconds that one may wait for such a place
_places = threading.BoundedSemaphore(AT_ONCE)


class ServiceAway(RuntimeError):
    """Nothing answers on the socket; ask again in a few seconds."""


class ServiceBusy(ServiceAway):
    """Others wait already; ask again in a moment."""


class ServiceFailed(RuntimeError):
    """It answers, but cannot do this."""


class TooSlow(ServiceFailed):
    """What was asked was not finished in time."""


class VersionLost(ServiceFailed):
    """The files of the version are missing."""


def grade(version: int, papers: Sequence[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """See messages.py. Marking changes nothing, so it is tried again where the answer was cut off.

    Raises ServiceAway, ServiceBusy, ServiceFailed, TooSlow, VersionLost.
    """
    with place():
        asked = {"version": version, "seconds": ANSWER_SECONDS, "papers": list(papers)}
        said = _ask("/grade", asked, SECONDS)
    return said["graded"]  # type: ignore[no-any-return]


def generate(version: int, content: dict[str, Any]) -> dict[str, Any]:
    """See messages.py; who asks has a `place` already. Raises as `grade`."""
    return _ask("/generate", {"version": version, "seconds": ANSWER_SECONDS, **content}, SECONDS)


def load(version: int) -> None:
    """Returns when the version is in memory. Raises as `grade`."""
    _ask("/load", {"version": version}, LOADING_SECONDS)


def load_generator(version: int) -> None:
    """As `load`, to write and not to mark."""
    _ask("/load-generator", {"version": version}, LOADING_SECONDS)


def loaded_versions() -> list[int]:
    """Graders in memory. Raises ServiceAway, ServiceFailed."""
    return _loaded()["versions"]


def loaded_generators() -> list[int]:
    """Raises as `loaded_versions`."""
    return _loaded()["generators"]


def _loaded() -> dict[str, list[int]]:
    """Asked once: whoever wants to know how it stands does not wait."""
    try:
        return _once("/", None, 5.0)
    except (OSError, HTTPException) as problem:
        raise ServiceAway from problem


@contextmanager
def place() -> Iterator[None]:
    """One of the few places of this process for requests that wait on something slow."""
    if not _places.acquire(timeout=PATIENCE):
        raise ServiceBusy
    try:
        yield
    finally:
        _places.release()


def _ask(path: str, content: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
    try:
        return _once(path, content, seconds)
    except TimeoutError as problem:
        raise ServiceAway from problem
    except (OSError, HTTPException):
        time.sleep(PAUSE)
    try:
        return _once(path, content, seconds)
    except (OSError, HTTPException) as problem:
        raise ServiceAway from problem


def _once(path: str, content: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
    connection = _Connection("service", timeout=seconds)
    try:
        body = None if content is None else json.dumps(content).encode()
        connection.request("GET" if body is None else "POST", path, body)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status == 404:
        raise VersionLost
    if answer.status == 504:
        raise TooSlow
    if answer.status != 200:
        raise ServiceFailed(said[:200].decode("utf-8", "replace"))
    return json.loads(said)  # type: ignore[no-any-return]


class _Connection(HTTPConnection):
    """HTTP over the service's socket."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(service_socket()))
