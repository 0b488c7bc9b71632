"""GET /healthz when a part is down. All of `make run` is walked in test_serve.py."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_a_database_without_its_tables_is_down_though_it_answers(client: Client) -> None:
    assert client.get("/healthz").json()["database"] == "up"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO lost")
        cursor.execute("SELECT 1")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "database" in response.json()["down"]


@pytest.mark.django_db
def test_a_queue_that_does_not_answer_is_asked_once(client: Client, monkeypatch) -> None:
    """A Redis that hangs costs its whole time limit at every question."""
    monkeypatch.setattr("config.health.is_queue_up", lambda: False)
    monkeypatch.setattr("config.health.worker_count", lambda: pytest.fail("Redis was asked again"))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["down"] == ["queue", "workers"]
