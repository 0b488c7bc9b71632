"""What the service answers, as a WSGI application. Only our own web processes reach its socket.

    GET  /       {"versions": [loaded]}
    POST /load   {"version"} → the same, once it is loaded
    POST /grade  {"version", "papers": [paper]} → {"graded": [graded or null]}

See messages.py for papers and what is said of them. 404: the version's files are missing.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, connection

from config.paths import VAR
from grading.models import Deployment
from grading.service.messages import paper_from, said_of
from grading.service.shelf import Shelf, VersionMissing

log = logging.getLogger(__name__)
BATCH = 32  # answers marked before others in line have their turn
Start = Callable[[str, list[tuple[str, str]]], object]
shelf = Shelf(VAR / "models")
_marking = threading.Lock()


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    try:
        return _answer(start, "200 OK", _said(environ))
    except VersionMissing as problem:
        return _answer(start, "404 Not Found", {"version": problem.args[0]})
    except Exception as error:
        log.exception("the service failed: %s", type(error).__name__)
        return _answer(start, "500 Internal Server Error", {"error": type(error).__name__})


def _said(environ: dict[str, Any]) -> dict[str, Any]:
    path = environ["PATH_INFO"]
    if path == "/":
        return {"versions": shelf.versions}
    asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    if path == "/load":
        shelf.grader(asked["version"])
        return {"versions": shelf.versions}
    return {"graded": _graded(asked["version"], asked["papers"])}


def _graded(version: int, told: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """One marks at a time, for it uses all threads; a long list lets others in between."""
    grader, papers = shelf.grader(version), [paper_from(one) for one in told]
    found = []
    for start in range(0, len(papers), BATCH):
        with _marking:
            batch = papers[start : start + BATCH]
            marked = grader.grade(batch)
        for paper, one in zip(batch, marked, strict=True):
            known = grader.known(paper.question)
            found.append(None if one is None or known is None else said_of(known, one))
    return found


def _answer(start: Start, status: str, content: dict[str, Any]) -> Iterable[bytes]:
    body = json.dumps(content, ensure_ascii=False).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def preload() -> None:
    """Versions in service are loaded before anybody asks for them."""
    try:
        for version in list(Deployment.objects.active().values_list("version_id", flat=True)):
            shelf.grader(version)
    except (DatabaseError, VersionMissing) as error:
        log.error("not every version in service could be loaded: %s", type(error).__name__)
    finally:
        connection.close()

