"""The supervisor says that the doors are open as soon as anybody answers."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from config import serve


def test_a_refusal_by_name_counts_as_an_answer(monkeypatch, capsys) -> None:
    """ALLOWED_HOSTS of a school need not hold 127.0.0.1."""

    def refused(url: str, timeout: float) -> None:
        raise urllib.error.HTTPError(url, 400, "Bad Request", {}, None)

    monkeypatch.setattr(urllib.request, "urlopen", refused)
    monkeypatch.setattr(serve.time, "sleep", lambda _seconds: pytest.fail("it waits for an answer"))
    serve.announce()
    assert "Concord is open" in capsys.readouterr().out
