"""GET /healthz: is everything up, and if not, what is down?"""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from config.queue import is_queue_up, worker_count
from grading.models import Deployment
from grading.service.client import ServiceAway, ServiceFailed, loaded_versions


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, queue and at least one worker answer; 503 naming the culprit otherwise."""
    is_queue = is_queue_up()
    workers = worker_count() if is_queue else 0  # a Redis that hangs is waited for once, not twice
    parts = {"database": is_database_up(), "queue": is_queue, "workers": workers > 0}
    down = [name for name, is_up in parts.items() if not is_up]
    states = {name: "up" if is_up else "down" for name, is_up in parts.items()}
    body = {"status": "down" if down else "up", "down": down, **states, "worker_count": workers}
    body["grading_service"] = grading_service()  # named, no reason to restart the rest
    return JsonResponse(body, status=503 if down else 200)


def grading_service() -> str:
    """"up", "down", or "idle" where it is down and no version is in service."""
    try:
        loaded_versions()
        return "up"
    except (ServiceAway, ServiceFailed):
        return "down" if _is_needed() else "idle"


def _is_needed() -> bool:
    try:
        return Deployment.objects.active().exists()
    except DatabaseError:
        return False  # which is said of the database


def is_database_up() -> bool:
    """Whether a table that every request needs can be read: an SQLite file that is lost or damaged
    still answers `SELECT 1`."""
    try:
        Session.objects.exists()
        return True
    except DatabaseError:
        return False
