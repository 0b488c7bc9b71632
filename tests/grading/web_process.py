"""A web process of its own, as config/serve.py starts it, that a test can kill; and a file that holds up
whoever reads it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from django.db import connection
from django.test import Client
from django.utils.crypto import get_random_string

from annotations.models import User
from config.paths import BASE, VAR
from grading.models import Deployment, ModelVersion

SECONDS = 240.0  # a busy machine is slow, and what never comes fails all the same


class Held:
    """A file as a pipe without a writer: who opens it to read waits until it is let go."""

    def __init__(self, path: Path) -> None:
        self.path, self._content = path, path.read_bytes()
        path.unlink()
        os.mkfifo(path)
        self._end: int | None = None

    def wait_for_reader(self) -> None:
        end = time.monotonic() + SECONDS
        while self._end is None:
            assert time.monotonic() < end, f"nobody reads {self.path.name}"
            try:
                self._end = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                time.sleep(0.01)

    def give(self) -> None:
        """Who waits reads what was in the file, and later readers as well."""
        self._restore()
        assert self._end is not None
        os.set_blocking(self._end, True)
        with os.fdopen(self._end, "wb") as pipe:
            pipe.write(self._content)
        self._end = None

    def forget(self) -> None:
        """Who waited is dead; later readers find the file as it was."""
        self._restore()
        if self._end is not None:
            os.close(self._end)
            self._end = None

    def _restore(self) -> None:
        if self.path.is_fifo():
            self.path.unlink()
            self.path.write_bytes(self._content)


class Web:
    """gunicorn with one process; who signed in last is who asks."""

    def __init__(self) -> None:
        self.token, self.cookies = get_random_string(32), ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def sign_in(self, user: User) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={self.token}"

    def start(self) -> None:
        environment = {
            **os.environ, "CONCORD_VAR": str(VAR), "DATABASE_URL": _database_url(), "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        command = [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", "gthread", "--threads", "4", "--log-level", "warning"),
        ]
        self.process = subprocess.Popen(command, cwd=BASE, env=environment, start_new_session=True)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                self.get("/healthz")
            except urllib.error.HTTPError:
                return  # it answers, if only that something else is down
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the web process does not answer")

    def kill(self) -> None:
        os.killpg(self.process.pid, 9)
        self.process.wait(10)

    def get(self, path: str) -> str:
        return self._open(path).read().decode()

    def deploy(self, version: ModelVersion) -> str:
        """The page that follows."""
        data = {
            "version": version.pk, "audit_share": "0", "drift_bound": "0.25",
            "override_reason": "for the test", "csrfmiddlewaretoken": self.token,
        }  # fmt: skip
        path = f"/graders/{version.grader_id}/service/deploy/"
        return self._open(path, urllib.parse.urlencode(data).encode()).read().decode()

    def _open(self, path: str, body: bytes | None = None):
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, body, {"Cookie": self.cookies, "Accept-Language": "en"})
        return urllib.request.urlopen(request, timeout=SECONDS)


class Deploying(threading.Thread):
    """Somebody presses the button. `page` is what came back, `error` that the answer was cut off."""

    def __init__(self, web: Web, version: ModelVersion) -> None:
        super().__init__()
        self.web, self.version = web, version
        self.page, self.error = "", None
        self.start()

    def run(self) -> None:
        try:
            self.page = self.web.deploy(self.version)
        except OSError as error:
            self.error = error
        except Exception as error:  # http.client says a cut in words of its own
            self.error = error


def in_force() -> list[int]:
    """Numbers of the versions that are in service."""
    return list(Deployment.objects.active().values_list("version__number", flat=True))


def _database_url() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urllib.parse.urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
