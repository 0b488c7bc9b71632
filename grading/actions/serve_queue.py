"""What people mark of the answers in service: an open-ended campaign a grader."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.actions.campaign_raters import choose_raters
from annotations.actions.campaigns import create_campaign
from annotations.actions.open_campaign import add_to_open_campaign, open_campaign
from annotations.models import AutomaticScore, Campaign, Item, User
from grading.actions.policy import save_policy
from grading.actions.served_questions import served_dataset
from grading.models import Grader, ServedAnswer

LONGEST = 75  # letters of question and student in the name of an item
OVER = (Campaign.State.CLOSED, Campaign.State.DRAFT)


def queue_of(grader: Grader) -> Campaign | None:
    """The campaign in which people mark for this grader, as long as it goes on."""
    rows = grader.deployments.exclude(queue__state__in=OVER).select_related("queue__dataset")
    latest = rows.first()
    return latest.queue if latest else None


@transaction.atomic
def make_queue(grader: Grader, raters: Sequence[User], by: User) -> Campaign:
    """One person marks each answer, in the order of chance. Raises ValidationError where nobody rates."""
    name = _("%(subject)s: what people mark") % {"subject": grader.school_subject}
    queue = create_campaign(
        dataset=served_dataset(grader), name=name[:120], kind=Campaign.Kind.GRADING, by=by
    )
    queue.ratings_per_item, queue.order = 1, Campaign.Order.SHUFFLED
    queue.save(update_fields=["ratings_per_item", "order"])
    choose_raters(campaign=queue, chosen={user.pk: ((), ()) for user in raters})
    save_policy(campaign=queue, values={}, gates=[])
    return open_campaign(campaign=queue, by=by)


@transaction.atomic
def send_to_people(answers: Sequence[ServedAnswer], chances: Sequence[float | None]) -> None:
    """Answers of one grader become items of its queue, each with the probability with which it was
    drawn (None: it was chosen). What is there already stays. Raises ValidationError where the queue
    is over."""
    if not answers:
        return
    queue = queue_of(answers[0].request.grader)
    if queue is None:
        raise ValidationError(_("Nobody marks what the machine leaves: the campaign for it is closed."))
    new = [answer for answer in answers if answer.item_id is None]
    last = queue.dataset.items.aggregate(last=Max("position"))["last"] or 0
    for place, answer in enumerate(new, start=last + 1):
        answer.item = _item(answer, place)
        answer.save(update_fields=["item"])
    _keep_scores(new)
    drawn = [(answer.item, chance) for answer, chance in zip(answers, chances, strict=True)]
    add_to_open_campaign(campaign=queue, drawn=drawn)  # type: ignore[arg-type]


def _item(answer: ServedAnswer, place: int) -> Item:
    return Item.objects.create(
        dataset_id=answer.question.dataset_id, question=answer.question, key=item_key(answer),
        position=place, text=answer.text, source=answer.student,
        group_keys=answer.groups,
        metadata={"id": str(answer.public_id), "external_id": answer.external_id},
    )  # fmt: skip


def item_key(answer: ServedAnswer) -> str:
    """What people call it: question, student, when it came, and a number that no other answer has."""
    who = answer.student or answer.external_id
    when = f"{timezone.localtime(answer.request.created_at):%Y-%m-%d %H:%M}"
    named = [answer.question.key[:LONGEST], *([who[:LONGEST]] if who else []), when, f"#{answer.pk}"]
    return " · ".join(named)


def _keep_scores(answers: Sequence[ServedAnswer]) -> None:
    """Mark and confidence as the scorers of the version that gave them have them."""
    AutomaticScore.objects.bulk_create(
        AutomaticScore(item=answer.item, scorer_id=scorer, value=value)
        for answer in answers
        for scorer, value in (
            (answer.request.version.scorer_id, answer.mark),
            (answer.request.version.confidence_scorer_id, answer.confidence),
        )
        if scorer is not None and value is not None
    )
