"""/api/v1/grade/<id>: what became of an answer, and what its reader says of the mark."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from grading.actions.serve_feedback import give_feedback
from grading.api import schemas
from grading.api.door import body_of, door, read, said
from grading.api.problems import Problem
from grading.models import ApiToken, ServedAnswer
from grading.served_state import record_of

SETTLED, WAITING = "settled", "waiting"


@door("read", "GET")
def state(request: HttpRequest, token: ApiToken, pk: UUID) -> HttpResponse:
    answer = _answer(token, pk)
    record = record_of(answer)
    is_settled = record.mark is not None
    return said(
        schemas.State(
            id=answer.public_id,
            external_id=answer.external_id,
            state=SETTLED if is_settled else WAITING,
            mark_of_record=record.mark,
            full_mark=float(answer.question.full_mark or 0),
            origin=record.origin if is_settled else None,
            reason=None if is_settled else record.reason,
            machine_mark=answer.mark,
            confidence=answer.confidence,
            needs_person=answer.needs_person,
            version=answer.request.version.number,
            feedback=[row.kind for row in answer.feedback.all()],
            links=links_of(request, answer),
        )
    )


@door("feedback", "POST")
def feedback(request: HttpRequest, token: ApiToken, pk: UUID) -> HttpResponse:
    answer = _answer(token, pk)
    told = read(body_of(request), schemas.FeedbackIn)
    try:
        give_feedback(answer=answer, kind=told.kind, text=told.text, token=token)
    except ValidationError as problem:
        raise Problem(409, "queue", " ".join(problem.messages)) from None
    record = record_of(_answer(token, pk))
    now = WAITING if record.mark is None else SETTLED
    return said(schemas.FeedbackTaken(id=answer.public_id, kind=told.kind, state=now), 201)


def links_of(request: HttpRequest, answer: ServedAnswer) -> schemas.Links:
    def link(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[answer.public_id]))

    return schemas.Links(self=link("api-answer"), feedback=link("api-feedback"))


def _answer(token: ApiToken, pk: UUID) -> ServedAnswer:
    """Of the token's team. Raises Problem."""
    rows = ServedAnswer.objects.filter(public_id=pk, request__grader__team=token.team_id)
    related = ("question", "request__version", "request__grader")
    found = rows.select_related(*related).prefetch_related("feedback").first()
    if found is None:
        raise Problem(404, "no_answer", _("There is no such answer, or it has been deleted: answers that nobody needs are kept only as long as the grader's lead has set."))  # fmt: skip
    return found
