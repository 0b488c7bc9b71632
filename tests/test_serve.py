"""`make run` for real: everything starts, answers, keeps its data and ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
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
        self.port, self.folder = free_port(), folder
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

    def end(self) -> int:
        """As Ctrl-C does. Who does not end in time is killed by the supervisor."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def children(self) -> dict[int, str]:
        """Process id → command of everything that hangs below the supervisor."""
        table = subprocess.run(["ps", "-ewwo", "pid,ppid,args"], capture_output=True, text=True).stdout
        rows = [line.split(None, 2) for line in table.splitlines()[1:]]
        found = {self.process.pid}
        for _depth in range(4):
            found |= {int(pid) for pid, parent, _args in rows if int(parent) in found}
        return {int(pid): args for pid, _parent, args in rows if int(pid) in found - {self.process.pid}}


PATIENCE = 600  # seconds for all processes to start on a machine that does other work


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
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Served]]:
    """What runs, or else a start. All on one folder: the first start migrates, and each takes long."""
    folder = tmp_path_factory.mktemp("served")
    started: list[Served] = []

    def running() -> Served:
        if not started or started[-1].process.poll() is not None:
            started.append(Served(folder))
        assert wait_until(lambda: started[-1].get("/healthz")[0] == 200)
        return started[-1]

    yield running
    if started and started[-1].process.poll() is None:
        started[-1].end()


def test_ctrl_c_ends_every_process_and_a_second_start_keeps_the_data(serve):
    served = serve()
    health = json.loads(served.get("/healthz")[1])
    assert {health["database"], health["queue"], health["workers"]} == {"up"}
    key = (served.folder / "secret_key").read_text()
    children = served.children()
    assert any("redis-server" in command for command in children.values())
    assert served.end() == 0
    assert b"manage.py createsuperuser" in served.process.stdout.read()  # the first start, without the demo
    assert wait_until(lambda: not any(is_running(pid) for pid in children), 20)
    assert (served.folder / "redis" / "appendonly.aof").exists()
    again = serve()
    assert again is not served
    assert again.get("/sign-in/")[0] == 200
    assert (again.folder / "secret_key").read_text() == key


def test_healthz_names_the_queue_when_redis_is_gone_and_redis_comes_back(serve):
    served = serve()
    redis = next(pid for pid, command in served.children().items() if "redis-server" in command)
    served.process.send_signal(signal.SIGSTOP)  # it would start another one before anybody has looked
    os.kill(redis, signal.SIGKILL)
    assert wait_until(lambda: served.get("/healthz")[0] == 503)
    assert json.loads(served.get("/healthz")[1])["queue"] == "down"
    served.process.send_signal(signal.SIGCONT)
    assert wait_until(lambda: served.get("/healthz")[0] == 200)


def test_killing_the_supervisor_leaves_nothing_running_and_the_next_start_waits_for_the_old_redis(serve):
    served = serve()
    children = served.children()
    assert len(children) >= 4  # redis, the web's parent and child, a worker
    served.process.kill()
    served.process.wait()
    again = serve()  # at once: the old Redis may still be ending
    assert again is not served
    assert wait_until(lambda: not any(is_running(pid) for pid in children))
    assert json.loads(again.get("/healthz")[1])["queue"] == "up"
    time.sleep(3)
    assert again.get("/healthz")[0] == 200, "the old Redis must not take the new one's socket away"
