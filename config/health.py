"""GET /healthz: is everything up, and if not, what is down?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from config.queue import is_queue_up, worker_count


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, queue and at least one worker answer; 503 naming the culprit otherwise."""
    workers = worker_count()
    parts = {"database": is_database_up(), "queue": is_queue_up(), "workers": workers > 0}
    down = [name for name, is_up in parts.items() if not is_up]
    states = {name: "up" if is_up else "down" for name, is_up in parts.items()}
    body = {"status": "down" if down else "up", "down": down, **states, "worker_count": workers}
    return JsonResponse(body, status=503 if down else 200)


def is_database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        return False
