"""Who comes in: the token, what it may, how often; and every problem as one."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from config.queue import QueueDown
from config.rate import seconds_to_wait
from grading.actions.api_tokens import token_of
from grading.api.problems import Problem, away, invalid
from grading.jobs import where
from grading.models import ApiToken
from grading.service import client

log = logging.getLogger(__name__)
Schema = TypeVar("Schema", bound=BaseModel)
View = Callable[..., HttpResponse]
SOON, LATER = 1, 5  # seconds
READ_AWAY = 64 * 1024 * 1024
PIECE = 1024 * 1024


def door(scope: str, method: str) -> Callable[[View], View]:
    """The view is called with the token, which may do `scope`; nothing comes out but JSON."""

    def around(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, **values: Any) -> HttpResponse:
            try:
                token = _let_in(request, scope, method)
                return view(request, token, **values)
            except Exception as error:
                return _problem(error).response()

        return csrf_exempt(login_not_required(never_cache(entered)))

    return around


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Programs read JSON also where there is nothing."""
    return Problem(404, "no_address", _("There is no such address; see /api/v1/openapi.json.")).response()


def bytes_of(request: HttpRequest) -> bytes:
    """The body as it was sent. Raises Problem."""
    if "HTTP_TRANSFER_ENCODING" in request.META:  # Django would take it for empty
        raise Problem(411, "length", _("The body needs a Content-Length; it cannot come in chunks."))
    try:
        return _read(request)
    except OSError:  # also UnreadablePostError
        raise Problem(400, "cut_off", _("The body did not arrive whole.")) from None


def _read(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        _read_away(request)
        raise Problem(413, "too_large", _("The request is too large.")) from None


def _read_away(request: HttpRequest) -> None:
    """Who is still sending hears no answer, only that the connection ends."""
    left = READ_AWAY
    while left > 0 and (piece := request.read(PIECE)):
        left -= len(piece)


def body_of(request: HttpRequest) -> Any:
    """Raises Problem."""
    try:
        return json.loads(bytes_of(request))
    except (ValueError, RecursionError):  # nested too deeply
        raise Problem(400, "not_json", _("The body is not JSON.")) from None


def read(content: Any, schema: type[Schema]) -> Schema:
    """Raises Problem."""
    try:
        return schema.model_validate(content)
    except ValidationError as problem:
        raise invalid(problem) from None


def said(content: BaseModel, status: int = 200) -> JsonResponse:
    return JsonResponse(
        content.model_dump(mode="json"), status=status, json_dumps_params={"ensure_ascii": False}
    )


def _let_in(request: HttpRequest, scope: str, method: str) -> ApiToken:
    if "\0" in request.path:  # PostgreSQL cannot be asked for such a name
        raise Problem(404, "no_address", _("There is no such address; see /api/v1/openapi.json."))
    allow_only(request, *(("GET", "HEAD") if method == "GET" else (method,)))
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    token = token_of(text.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise Problem(
            401, "token", _("A valid token is needed: Authorization: Bearer …"),
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    if not token.may(scope):
        raise Problem(403, "scope", _("This token may not do this; it lacks “%(scope)s”.") % {"scope": scope})
    if wait := seconds_to_wait(f"token:{token.pk}", token.per_minute):
        raise Problem(
            429, "rate", _("Too many requests in this minute."), headers={"Retry-After": str(wait)}
        )
    return token


def allow_only(request: HttpRequest, *methods: str) -> None:
    """Raises Problem."""
    if request.method not in methods:
        allowed = {"Allow": ", ".join(methods)}
        raise Problem(405, "method", _("This address does not take this method."), headers=allowed)


def _problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case client.ServiceBusy():
            return away("busy", _("Others are being served. Ask again in a moment."), SOON)
        case client.ServiceAway():
            return away("service_away", _("The grading service does not answer. Ask again soon."), LATER)
        case client.TooSlow():
            return away("too_slow", _("The marks were not finished in time. Send fewer answers at once."), SOON)
        case QueueDown():
            return away("queue_down", _("A part of Concord does not answer. Ask again soon."), LATER)
    log.error("the API failed: %s", where(error))
    if isinstance(error, OperationalError | InterfaceError):  # away, or locked for too long
        return away("database", _("A part of Concord does not answer. Ask again soon."), LATER)
    return Problem(500, "failed", _("Something went wrong here; nothing was stored."))
