"""What whoever got a mark says of it; an appeal has people mark the answer."""

from __future__ import annotations

from django.db import transaction

from grading.actions.serve_queue import send_to_people
from grading.models import ApiToken, Feedback, ServedAnswer


@transaction.atomic
def give_feedback(
    *, answer: ServedAnswer, kind: str, text: str, token: ApiToken | None
) -> Feedback:
    """Keep it. An answer that is appealed against enters the queue once, with no probability: it was
    not drawn, so no estimate rests on it. Raises ValidationError where the queue is over."""
    answer = (
        ServedAnswer.objects.select_for_update(of=("self",))
        .select_related("question", "request__grader", "request__version")
        .get(pk=answer.pk)
    )
    made = Feedback.objects.create(answer=answer, kind=kind, text=text, token=token)
    if kind == Feedback.Kind.APPEAL and answer.item_id is None:
        send_to_people([answer], [None])
    return made
