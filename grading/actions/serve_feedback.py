"""What whoever got a mark says of it; an appeal has people mark the answer."""

from __future__ import annotations

from django.db import transaction

from annotations.actions.open_campaign import ask_for_another
from annotations.models import Appeal, CampaignItem
from grading.actions.serve_queue import queue_of, send_to_people
from grading.models import ApiToken, Feedback, ServedAnswer
from grading.served_state import record_of


@transaction.atomic
def give_feedback(
    *, answer: ServedAnswer, kind: str, text: str, token: ApiToken | None
) -> Feedback:
    """Keep it. The first appeal against an answer has one more person mark it, and the adjudicator finds
    every appeal beside the item. An answer that enters the queue for this has no probability: it was not
    drawn, so no estimate rests on it. The same said twice is kept once. Raises ValidationError where the queue is over."""
    answer = (
        ServedAnswer.objects.select_for_update(of=("self",))
        .select_related("question", "request__grader", "request__version")
        .get(pk=answer.pk)
    )
    if said := answer.feedback.filter(kind=kind, text=text, token=token).first():
        return said
    is_appeal = kind == Feedback.Kind.APPEAL
    is_first = is_appeal and not answer.feedback.filter(kind=kind).exists()
    mark = _mark_it_has(answer)
    made = Feedback.objects.create(answer=answer, kind=kind, text=text, token=token)
    if is_first:
        send_to_people([answer], [None])
        ask_for_another(campaign_item=_place(answer))
    if is_appeal and answer.item is not None:
        Appeal.objects.create(item=answer.item, mark=mark, text=text)
    return made


def _mark_it_has(answer: ServedAnswer) -> float | None:
    """That of record; while there is none, what the machine said."""
    record = record_of(answer).mark
    return answer.mark if record is None else record


def _place(answer: ServedAnswer) -> CampaignItem:
    """In the newest queue, where it is by now."""
    queue = queue_of(answer.request.grader)
    return CampaignItem.objects.get(campaign=queue, item=answer.item_id)
