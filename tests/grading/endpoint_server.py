"""A small chat endpoint on 127.0.0.1 that answers, or misbehaves, as a test tells it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """`body`: a dict goes out as JSON, a str as it is; None sends `announced` bytes fewer than said."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    is_cut: bool = False


def said(text: str, tokens_in: int = 10, tokens_out: int = 5, finish: str = "stop") -> Answer:
    """A chat completion."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish}
    usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    return Answer({"choices": [choice], "usage": usage})


def refused(status: int, message: str = "no", param: str | None = None, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer({"error": {"message": message, "param": param}}, status, names)


@dataclass
class Served:
    """`requests` are the payloads in order of arrival, `keys` the Authorization headers, `raw` all
    headers with the body as it came."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    most_at_once: int = 0


@contextmanager
def endpoint_server(answer: Callable[[dict[str, Any]], Answer] | list[Answer]) -> Iterator[Served]:
    """`answer` is asked with each payload, or its entries are given one after the other, the last for
    ever."""
    served, lock, active = Served(), threading.Lock(), [0]

    def next_answer(payload: dict[str, Any]) -> Answer:
        if callable(answer):
            return answer(payload)
        return answer[min(len(served.requests), len(answer)) - 1]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            payload = json.loads(body)
            with lock:
                served.requests.append(payload)
                served.raw.append((dict(self.headers), body))
                served.keys.append(self.headers["Authorization"])
                active[0] += 1
                served.most_at_once = max(served.most_at_once, active[0])
                found = next_answer(payload)
            time.sleep(found.seconds)
            with lock:
                active[0] -= 1
            self.send(found)

        def send(self, found: Answer) -> None:
            body = found.body if isinstance(found.body, str) else json.dumps(found.body)
            raw = body.encode()
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw) + (100 if found.is_cut else 0)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            """Tests are quiet."""

        def handle(self) -> None:
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
