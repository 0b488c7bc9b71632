"""The answer to a request that cannot be read: too large, too many fields, or tampered with."""

from __future__ import annotations

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page is drawn without the request: what cannot be read must not be asked again.

    Who calls under a name that is not ours is no reader; they get one plain line.
    """
    if isinstance(exception, DisallowedHost):
        return HttpResponseBadRequest("Bad Request (400)", content_type="text/plain")
    context = {"is_too_much": isinstance(exception, TOO_MUCH)}
    return HttpResponseBadRequest(render_to_string("400.html", context))
