"""What goes wrong, as problem+json (RFC 9457), in the language that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import JsonResponse
from django.utils.translation import gettext as _
from pydantic import ValidationError

TYPE = "application/problem+json"
MOST_ERRORS = 100  # more are of no use to anybody, and a body can have hundreds of thousands


class Problem(Exception):
    """`code` is for programs and never changes, `detail` for people. `errors`: [{"pointer", "detail"}]."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), dict(headers or {})

    def response(self) -> JsonResponse:
        content: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            content["errors"] = self.errors
        return JsonResponse(
            content, status=self.status, content_type=TYPE, headers=self.headers,
            json_dumps_params={"ensure_ascii": False},
        )  # fmt: skip


def away(code: str, detail: str, seconds: int) -> Problem:
    """503 that says when to ask again."""
    return Problem(503, code, detail, headers={"Retry-After": str(seconds)})


def invalid(problem: ValidationError) -> Problem:
    """What the schema does not allow, place by place."""
    errors = [
        {"pointer": _pointer(error["loc"]), "detail": _words(error["type"])}
        for error in problem.errors(include_url=False, include_input=False)[:MOST_ERRORS]
    ]
    return Problem(422, "invalid", _("The request is not as the API describes it."), errors=errors)


def _pointer(place: Sequence[str | int]) -> str:
    """RFC 6901; what is wrong with a key stands at the key."""
    parts = [str(part) for part in place if part != "[key]"]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _words(kind: str) -> str:
    if kind == "missing":
        return _("is missing")
    if kind == "extra_forbidden":
        return _("is not known here")
    if kind.endswith("too_long"):
        return _("is too long")
    if kind.endswith("too_short"):
        return _("is too short")
    if kind.endswith(("_type", "_parsing")):
        return _("is of the wrong kind")
    return _("is not allowed")
