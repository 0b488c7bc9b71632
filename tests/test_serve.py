"""`make run` for real: everything starts, answers, keeps its data and ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from config.paths import BASE

pytestmark = pytest.mark.queue

FROM_THE_TESTS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
"""What the tests set for themselves; whoever types `make run` has none of it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        environment = {
            **{k: v for k, v in os.environ.items() if k not in FROM_THE_TESTS},
            "CONCORD_VAR": str(folder),
            "PORT": str(self.port),
            "DEMO": "0",
            "WEB_PROCESSES": "1",
        }
        command = [sys.executable, "-m", "config.serve"]
        self.process = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.PIPE)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def children(self) -> dict[int, str]:
        """Process id → command of everything that hangs below the supervisor."""
        table = subprocess.run(["ps", "-ewwo", "pid,ppid,args"], capture_output=True, text=True).stdout
        rows = [line.split(None, 2) for line in table.splitlines()[1:]]
        found = {self.process.pid}
        for _depth in range(4):
            found |= {int(pid) for pid, parent, _args in rows if int(parent) in found}
        return {int(pid): args for pid, _parent, args in rows if int(pid) in found - {self.process.pid}}


PATIENCE = 600  # seconds for all processes to start on a machine that does other work
DATABASE = "concord.sqlite3"


def copy_of(database: Path, place: Path) -> None:
    """Whole, though others write to it."""
    with sqlite3.connect(database) as source, sqlite3.connect(place) as target:
        source.backup(target)


def wait_until(is_true: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_true():
            return True
        time.sleep(0.3)
    return False


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of the first start lies, which begins with nothing; it takes long to migrate."""
    return tmp_path_factory.mktemp("migrated") / DATABASE


@pytest.fixture
def serve(tmp_path: Path, migrated: Path):
    started: list[Served] = []
    if migrated.exists():
        shutil.copy(migrated, tmp_path)

    def start() -> Served:
        started.append(Served(tmp_path))
        assert wait_until(lambda: started[-1].get("/healthz")[0] == 200)
        if not migrated.exists():
            copy_of(tmp_path / DATABASE, migrated)
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.send_signal(signal.SIGINT)
            served.process.wait(30)


def test_ctrl_c_ends_every_process_and_a_second_start_keeps_the_data(serve, tmp_path):
    served = serve()
    health = json.loads(served.get("/healthz")[1])
    assert {health["database"], health["queue"], health["workers"]} == {"up"}
    key = (tmp_path / "secret_key").read_text()
    children = served.children()
    assert any("redis-server" in command for command in children.values())
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert wait_until(lambda: not any(is_running(pid) for pid in children), 20)
    assert (tmp_path / "redis" / "appendonly.aof").exists()
    again = serve()
    assert again.get("/sign-in/")[0] == 200
    assert (tmp_path / "secret_key").read_text() == key


def test_healthz_names_the_queue_when_redis_is_gone_and_redis_comes_back(serve):
    served = serve()
    redis = next(pid for pid, command in served.children().items() if "redis-server" in command)
    os.kill(redis, signal.SIGSTOP)
    os.kill(redis, signal.SIGKILL)
    assert wait_until(lambda: served.get("/healthz")[0] == 503, 10)
    assert wait_until(lambda: served.get("/healthz")[0] == 200, 60)


def test_killing_the_supervisor_leaves_nothing_running_and_the_next_start_waits_for_the_old_redis(serve):
    served = serve()
    children = served.children()
    assert len(children) >= 4  # redis, the web's parent and child, a worker
    served.process.kill()
    served.process.wait(10)
    again = serve()  # at once: the old Redis may still be ending
    assert wait_until(lambda: not any(is_running(pid) for pid in children), 30)
    assert json.loads(again.get("/healthz")[1])["queue"] == "up"
    time.sleep(3)
    assert again.get("/healthz")[0] == 200, "the old Redis must not take the new one's socket away"
