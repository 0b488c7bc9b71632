"""GET /api/v1/openapi.json: the API described by the schemas that check it (OpenAPI 3.1)."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from grading.api import schemas
from grading.api.door import allow_only
from grading.api.problems import Problem
from grading.models import ApiToken

REF = "#/components/schemas/{model}"
ASKED = (schemas.Answer, schemas.Answers, schemas.FeedbackIn, schemas.GenerateIn)
SAID = (
    schemas.GradedRequest, schemas.State, schemas.FeedbackTaken, schemas.Generated, schemas.Imported,
    schemas.Verdicts, schemas.MarksOfRecord, schemas.ProblemOut,
)  # fmt: skip
ANSWERED = {"200": "As asked", "201": "Kept", "202": "A worker is at it; ask again"}
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
LINES = {"application/x-ndjson": {"schema": {"type": "string"}}}
PROBLEMS = {
    "400": "No JSON, not all of it, or an idempotency key that is too long",
    "401": "No token in force",
    "403": "The token lacks the scope",
    "404": "No such thing for the token's team",
    "405": "Not a method of this address",
    "409": "Not as things stand: the campaign in which people mark is closed, there is nothing to weigh …",
    "411": "A body without Content-Length",
    "413": "Too large",
    "422": "Not as described, or an idempotency key used for another request",
    "429": "Too many requests in this minute; see Retry-After",
    "500": "Something went wrong here; nothing was stored",
    "503": "A part does not answer, or not in time; see Retry-After",
}
WAIT = {"Retry-After": {"description": "Seconds", "required": True, "schema": {"type": "integer"}}}


@csrf_exempt
@login_not_required
def openapi(request: HttpRequest) -> JsonResponse:
    try:
        allow_only(request, "GET", "HEAD")
    except Problem as problem:
        return problem.response()
    return JsonResponse({**document(), "servers": [{"url": request.build_absolute_uri("/")}]})


@cache
def document() -> dict[str, Any]:
    """Everything but the address of the server."""
    asked = [(model, "validation") for model in ASKED]
    told = [(model, "serialization") for model in SAID]
    _names, definitions = models_json_schema([*asked, *told], ref_template=REF)  # type: ignore[list-item]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Concord", "version": "1"},
        "paths": _paths(),
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _paths() -> dict[str, Any]:
    version = _parameter("query", "version", {"type": "integer"}, "A version that is or was in service.")
    key = _parameter("header", "Idempotency-Key", {"type": "string", "maxLength": 200}, "The same key is the same request.")
    name = _parameter("path", "name", {"type": "string"})
    # OpenAPI takes addresses that differ in the names of their places alone for one: so are these.
    subject = _parameter("path", "name", {"type": "string"}, "The school subject.")
    asked = _parameter("path", "name", {"type": "string", "format": "uuid"}, "The id of the answer.")
    answer = _parameter("path", "id", {"type": "string", "format": "uuid"})
    campaign = _parameter("path", "campaign", {"type": "string"}, "As in the address of its page.")
    candidate = _parameter("query", "candidate", {"type": "string"}, "A source or a scorer; all of them without it.")
    dataset = _parameter("path", "dataset", {"type": "string", "maxLength": 120}, "Its name; made where there is none.")
    columns = _parameter("query", "map", {"type": "array", "items": {"type": "string"}}, "ROLE=COLUMN, what a column is.")
    preview = _parameter("query", "preview", {"type": "string"}, "1: look at the file and store nothing.")
    named = _parameter("query", "filename", {"type": "string"}, "What people see.")
    number = _parameter("path", "id", {"type": "integer"})
    scope = ApiToken.Scope
    return {
        "/api/v1/items/{dataset}": {
            "post": _operation(
                "items", scope.IMPORT, "Bring in a file of items", [dataset, columns, preview, named],
                FILE, schemas.Imported, ("200", "202"),
            )
        },
        "/api/v1/imports/{id}": {
            "get": _operation("import", scope.IMPORT, "How an import goes", [number], (), schemas.Imported)
        },
        "/api/v1/verdicts/{campaign}": {
            "get": _operation(
                "verdicts", scope.RESULTS, "The newest verdicts", [campaign, candidate], (), schemas.Verdicts
            ),
            "post": _operation(
                "compute", scope.VERDICT, "Compute all verdicts anew", [campaign], (), schemas.Verdicts, ("200", "202")
            ),
        },
        "/api/v1/marks/{campaign}": {
            "get": _operation("marks", scope.RESULTS, "All marks of record of an exam", [campaign], (), schemas.MarksOfRecord)
        },
        "/api/v1/ratings/{campaign}": {
            "get": _operation("ratings", scope.RESULTS, "All counted ratings, a line each", [campaign], (), LINES)
        },
        "/api/v1/grade/{name}": {
            "post": _operation(
                "grade", scope.GRADE, "Mark one or many answers", [subject, version, key],
                (schemas.Answer, schemas.Answers), schemas.GradedRequest,
            ),
            "get": _operation("state", scope.READ, "What became of an answer", [asked], (), schemas.State),
        },
        "/api/v1/grade/{id}/feedback": {
            "post": _operation(
                "feedback", scope.FEEDBACK, "Agree with a mark or appeal against it", [answer],
                (schemas.FeedbackIn,), schemas.FeedbackTaken, ("201",),
            )
        },
        "/api/v1/generate/{name}": {
            "post": _operation(
                "generate", scope.GENERATE, "Have a generator in service write", [name],
                (schemas.GenerateIn,), schemas.Generated,
            )
        },
    }  # fmt: skip


def _operation(
    name: str,
    scope: str,
    summary: str,
    parameters: list[dict[str, Any]],
    asked: tuple[type[BaseModel], ...] | dict[str, Any],
    said: type[BaseModel] | dict[str, Any],
    statuses: tuple[str, ...] = ("200",),
) -> dict[str, Any]:
    content = said if isinstance(said, dict) else _content([said])
    answers: dict[str, Any] = {status: {"description": ANSWERED[status], "content": content} for status in statuses}
    problem = _content([schemas.ProblemOut], "application/problem+json")
    answers |= {
        code: {"description": words, "content": problem, **({"headers": WAIT} if code in ("429", "503") else {})}
        for code, words in PROBLEMS.items()
    }
    sent = asked if isinstance(asked, dict) else _content(asked)
    body = {"requestBody": {"required": True, "content": sent}} if asked else {}
    return {
        "operationId": name, "summary": summary, "description": f"Needs the scope “{scope}”.",
        "parameters": parameters, "responses": answers, **body,
    }  # fmt: skip


def _content(models: Any, kind: str = "application/json") -> dict[str, Any]:
    refs = [{"$ref": REF.format(model=model.__name__)} for model in models]
    return {kind: {"schema": refs[0] if len(refs) == 1 else {"oneOf": refs}}}


def _parameter(place: str, name: str, schema: dict[str, Any], words: str = "") -> dict[str, Any]:
    found = {"name": name, "in": place, "required": place == "path", "schema": schema}
    return {**found, "description": words} if words else found
