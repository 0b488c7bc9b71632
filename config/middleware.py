"""What every answer carries, what is not waited for, and what a page says when the queue is down."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from config.queue import QueueDown

# Styles may be inline because charts are SVG with attributes of their own; scripts never.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
SILENCE = 15.0  # seconds between two pieces of what is sent


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


def without_nul(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """An address with a NUL character leads nowhere: PostgreSQL has no text with one. The API says so in JSON."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info and not request.path_info.startswith("/api/"):
            raise Http404
        return get_response(request)

    return middleware


def not_for_ever(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever falls silent halfway through a form or a file would keep a thread of the web process."""

    def middleware(request: HttpRequest) -> HttpResponse:
        connection = request.META.get("gunicorn.socket")
        if connection is None:
            return get_response(request)
        connection.settimeout(SILENCE)
        try:
            return get_response(request)
        finally:
            connection.settimeout(None)

    return middleware


class QueueDownPage:
    """QueueDown that no view has answered becomes a page that says so, with status 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return render(request, "503.html", status=503) if isinstance(error, QueueDown) else None
