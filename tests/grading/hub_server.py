"""A Hub of our own: a small HTTP server that speaks as much of its file protocol as a download needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Gives the files of `models`, {name: folder}; `asked` are the paths that were asked for. While `is_mute`
    it takes requests and never answers."""

    daemon_threads = True

    def __init__(self, models: dict[str, Path]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.models, self.asked, self.is_mute = models, [], False
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0].strip("/")
        self.server.asked.append(path)
        if self.server.is_mute:
            self.server.closing.wait()
            return
        status, headers, body = self._found(path)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _found(self, path: str) -> tuple[int, dict[str, str], bytes]:
        for name, folder in self.server.models.items():
            if path == f"api/models/{name}":
                return self._told({"id": name, "sha": REVISION, "siblings": _siblings(folder)})
            if path.startswith(f"{name}/resolve/"):
                return _file(folder / path.split("/", name.count("/") + 3)[-1])
        return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"

    @staticmethod
    def _told(content: Any) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()

    def log_message(self, *_args: Any) -> None:
        """Tests are quiet."""


def _siblings(folder: Path) -> list[dict[str, str]]:
    return [{"rfilename": path.name} for path in sorted(folder.iterdir())]


def _file(path: Path) -> tuple[int, dict[str, str], bytes]:
    if not path.is_file():
        return 404, {"X-Error-Code": "EntryNotFound"}, b""
    content = path.read_bytes()
    etag = hashlib.sha256(content).hexdigest()
    return 200, {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION}, content


@contextmanager
def hub(models: dict[str, Path]) -> Iterator[Hub]:
    server = Hub(models)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
