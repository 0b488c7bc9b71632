"""The service ends what nobody waits for, and its log quotes no answer."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace
from unittest import mock

from grading.service import app

PAPER = {"key": "1", "marks": [0, 1], "text": "", "reference": "", "scoring_points": [], "answer": "a secret"}


def ask(monkeypatch, grade, seconds: float = 50.0) -> str:
    """The status of a request for marks of three batches, marked by `grade`."""
    grader = SimpleNamespace(grade=grade, known=lambda _question: None)
    monkeypatch.setattr(app, "graders", SimpleNamespace(model=lambda _version: grader))
    body = json.dumps({"version": 1, "seconds": seconds, "papers": [PAPER] * 3 * app.BATCH}).encode()
    start = mock.Mock()
    environ = {"PATH_INFO": "/grade", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    app.application(environ, start)
    return start.call_args.args[0]


def test_marking_ends_with_the_time_of_who_asked(monkeypatch) -> None:
    clock, batches = [0.0], []

    def slow(papers: list[object]) -> list[None]:
        batches.append(len(papers))
        clock[0] += 60
        return [None] * len(papers)

    monkeypatch.setattr(app, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    status = ask(monkeypatch, slow)
    assert (status, batches) == ("504 Gateway Timeout", [app.BATCH])


def test_who_waits_in_vain_for_a_turn_is_told_in_time(monkeypatch) -> None:
    with app._marking:
        assert ask(monkeypatch, lambda papers: [None] * len(papers), seconds=0.05).startswith("504")
    assert ask(monkeypatch, lambda papers: [None] * len(papers)).startswith("200")


def test_a_failure_is_logged_with_its_places_and_without_the_answer(monkeypatch, caplog) -> None:
    def failing(papers: list[object]) -> list[None]:
        raise ValueError(PAPER["answer"])

    with caplog.at_level(logging.ERROR):
        assert ask(monkeypatch, failing).startswith("500")
    assert "failing" in caplog.text
    assert "ValueError" in caplog.text
    assert PAPER["answer"] not in caplog.text
