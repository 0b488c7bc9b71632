"""What the service answers, as a WSGI application. Only our own web processes reach its socket.

    GET  /                {"versions": [graders loaded], "generators": [generators loaded]}
    POST /load            {"version"} → the same, once it is loaded
    POST /grade           {"version", "seconds", "papers": [paper]} → {"graded": [graded or null]}
    POST /load-generator  {"version"} → the same, once it is loaded
    POST /generate        {"version", "prompt", …} → {"text", …}

See messages.py for what goes to and fro. 404: the version's files are missing; 504: marks or text were
not finished in the seconds that may pass.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from config.paths import VAR
from grading.backends.version_missing import VersionMissing
from grading.models import Deployment, ServedGenerator
from grading.service.messages import paper_from, said_of
from grading.service.shelf import Shelf, load_generator, load_grader
from grading.service.writing import TooSlow, written

log = logging.getLogger(__name__)
BATCH = 32  # answers marked before others in line have their turn
Start = Callable[[str, list[tuple[str, str]]], object]
Said = dict[str, Any]
graders = Shelf(VAR / "models", load_grader, 4)
generators = Shelf(VAR / "models", load_generator, 2)
_marking = threading.Lock()


def application(environ: Said, start: Start) -> Iterable[bytes]:
    try:
        return _answer(start, "200 OK", _said(environ))
    except VersionMissing as problem:
        return _answer(start, "404 Not Found", {"version": problem.args[0]})
    except TooSlow:
        return _answer(start, "504 Gateway Timeout", {})
    except Exception as error:
        # It imports much, and a process that was killed is to be back soon.
        from grading.jobs import where

        log.error("the service failed: %s", where(error))
        return _answer(start, "500 Internal Server Error", {"error": type(error).__name__})


def _said(environ: Said) -> Said:
    path = environ["PATH_INFO"]
    if path == "/":
        return _loaded()
    asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    return _ANSWERS[path](asked)


def _loaded() -> Said:
    return {"versions": graders.versions, "generators": generators.versions}


def _load(asked: Said) -> Said:
    graders.model(asked["version"])
    return _loaded()


def _load_generator(asked: Said) -> Said:
    generators.model(asked["version"])
    return _loaded()


def _grade(asked: Said) -> Said:
    """One marks at a time, for it uses all threads; a long list lets others in between. Raises TooSlow
    as soon as nobody waits for it any more."""
    end = time.monotonic() + asked["seconds"]
    grader, papers = graders.model(asked["version"]), [paper_from(one) for one in asked["papers"]]
    found = []
    for start in range(0, len(papers), BATCH):
        batch = papers[start : start + BATCH]
        with _turn(end):
            marked = grader.grade(batch)
        for paper, one in zip(batch, marked, strict=True):
            known = grader.known(paper.question)
            found.append(None if one is None or known is None else said_of(known, one))
    return {"graded": found}


@contextmanager
def _turn(end: float) -> Iterator[None]:
    left = end - time.monotonic()
    if left <= 0 or not _marking.acquire(timeout=left):
        raise TooSlow
    try:
        yield
    finally:
        _marking.release()


def _generate(asked: Said) -> Said:
    return written(generators.model(asked["version"]), asked)


_ANSWERS = {
    "/load": _load, "/grade": _grade, "/load-generator": _load_generator, "/generate": _generate
}  # fmt: skip


def _answer(start: Start, status: str, content: Said) -> Iterable[bytes]:
    body = json.dumps(content, ensure_ascii=False).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def preload() -> None:
    """Versions in service are loaded before anybody asks for them."""
    served = ServedGenerator.objects.filter(ended_at=None, version__isnull=False)
    try:
        for version in list(Deployment.objects.active().values_list("version_id", flat=True)):
            graders.model(version)
        for version in list(served.values_list("version_id", flat=True)):
            generators.model(version)
    except (DatabaseError, VersionMissing) as error:
        log.error("not every version in service could be loaded: %s", type(error).__name__)
    finally:
        connection.close()
