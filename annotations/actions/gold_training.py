"""Training slots on gold items: who gets which, and what a senior may do about a result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from annotations.actions.rater_training import advance_training
from annotations.methods.composite import ScoreProblem, check_scores
from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    Draft,
    Rating,
    Rubric,
)

State = Assignment.State
TRAINING = (CampaignItem.Purpose.PRACTICE, CampaignItem.Purpose.QUALIFICATION)


def training_items(campaign: Campaign) -> QuerySet[CampaignItem]:
    """Practice, then qualification items, with gold, question and rubric; in training order."""
    rows = CampaignItem.objects.filter(campaign=campaign, purpose__in=TRAINING)
    rows = rows.select_related("gold", "item__question", "rubric")
    return rows.prefetch_related("rubric__criteria").order_by("purpose", "position", "id")


def current_training_items(campaign: Campaign) -> list[CampaignItem]:
    """The training items, each with the rubric that the campaign has for its question *now*: the
    lead of a draft may have changed it after choosing the items. Once launched, they are the same."""
    items = list(training_items(campaign))
    if campaign.launched_at is None:
        by_question = rubrics_by_question(campaign)
        for item in items:
            item.rubric = rubric_for(by_question, item.item.question_id) or item.rubric
    return items


def rubrics_by_question(campaign: Campaign) -> dict[int | None, Rubric]:
    """Question id → its rubric; None → the rubric of all the others."""
    rows = campaign.rubrics.select_related("rubric").prefetch_related("rubric__criteria")
    return {row.question_id: row.rubric for row in rows}


def rubric_for(by_question: Mapping[int | None, Rubric], question_id: int) -> Rubric | None:
    return by_question.get(question_id) or by_question.get(None)


def is_ready(item: CampaignItem) -> bool:
    """Has definitive scores that its rubric allows, so that raters can be held against them."""
    gold = getattr(item, "gold", None)
    if gold is None or not gold.scores:
        return False
    try:
        check_scores(item.rubric.spec(), gold.scores)
    except ScoreProblem:
        return False
    return True


def fits(place: CampaignRater, item: CampaignItem) -> bool:
    """Does this rater mark the item's question?"""
    question = item.item.question
    return place.marks(question.school_subject, question.key)


@transaction.atomic
def give_training(
    *, campaign: Campaign | None = None, campaign_rater: CampaignRater | None = None
) -> None:
    """Slots on the training items, each rater with a slot number of their own.

    With `campaign_rater`: puts this rater in training. With `campaign`: everybody who is in
    training. A rater gets one slot on each item of their questions that they have none on yet, but
    not before all of these items have definitive scores: until then the rater waits. A rater for
    whose questions there is no item at all has nothing to learn from and becomes active.
    """
    if campaign_rater is not None:
        campaign = campaign_rater.campaign
    if campaign is None:
        raise TypeError("give_training needs a campaign or a campaign_rater")
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign_rater:
        campaign_rater.state = CampaignRater.State.TRAINING
        campaign_rater.save(update_fields=["state"])
    places = [campaign_rater] if campaign_rater else _in_training(campaign)
    items = current_training_items(campaign)
    CampaignItem.objects.bulk_update(items, ["rubric"])
    wanted = {place: [item for item in items if fits(place, item)] for place in places}
    ready = {p: rows for p, rows in wanted.items() if all(is_ready(row) for row in rows)}
    _create_slots(campaign, ready)
    for place in ready:
        advance_training(place)


def _in_training(campaign: Campaign) -> list[CampaignRater]:
    return list(
        campaign.raters.filter(state=CampaignRater.State.TRAINING).select_related("campaign")
    )


def _create_slots(
    campaign: Campaign, wanted: Mapping[CampaignRater, Sequence[CampaignItem]]
) -> None:
    slots = Assignment.objects.filter(campaign=campaign, kind__in=TRAINING)
    taken = set(slots.values_list("campaign_item_id", "planned_for_id"))
    last = slots.order_by().values_list("campaign_item_id").annotate(Max("slot"))
    following = defaultdict(int, {item_id: slot + 1 for item_id, slot in last})
    new = []
    for place, item in ((place, item) for place, items in wanted.items() for item in items):
        if (item.pk, place.user_id) not in taken:
            new.append(_slot(campaign, item, place, following[item.pk]))
            following[item.pk] += 1
    Assignment.objects.bulk_create(new)


def _slot(campaign: Campaign, item: CampaignItem, place: CampaignRater, number: int) -> Assignment:
    return Assignment(
        campaign=campaign, campaign_item=item, kind=item.purpose, slot=number,
        position=item.position, planned_for_id=place.user_id,
    )  # fmt: skip


@transaction.atomic
def let_rate(*, campaign_rater: CampaignRater) -> None:
    """A senior opens live work to a rater who has not passed."""
    _require_launched(campaign_rater.campaign)
    place = CampaignRater.objects.select_for_update().get(pk=campaign_rater.pk)
    if place.state not in (CampaignRater.State.FAILED, CampaignRater.State.TRAINING):
        raise ValidationError(_("Only a rater in training or not qualified can be let through."))
    place.state = CampaignRater.State.ACTIVE
    place.save(update_fields=["state"])


@transaction.atomic
def train_again(*, campaign_rater: CampaignRater) -> None:
    """Send a rater through practice and qualification once more.

    The old training ratings stay as *returned*: on record, in no statistics. Live work that the
    rater holds goes back to the pool.
    """
    campaign, user_id = campaign_rater.campaign, campaign_rater.user_id
    _require_launched(campaign)
    if not training_items(campaign).exists():
        raise ValidationError(_("This campaign has no practice or qualification items."))
    Rating.objects.filter(
        campaign=campaign, rater_id=user_id, kind__in=TRAINING, state=Rating.State.CURRENT
    ).update(state=Rating.State.RETURNED)
    held = Assignment.objects.filter(campaign=campaign, rater_id=user_id)
    training = held.filter(kind__in=TRAINING)
    Draft.objects.filter(assignment__in=training, rater_id=user_id).delete()
    _reopen(training)
    _reopen(held.filter(state=State.CLAIMED))
    give_training(campaign_rater=campaign_rater)


def _reopen(slots: QuerySet[Assignment]) -> None:
    slots.update(state=State.OPEN, rater=None, claimed_at=None, lease_expires_at=None)


def _require_launched(campaign: Campaign) -> None:
    if campaign.state == Campaign.State.DRAFT:
        raise ValidationError(_("The campaign has not been launched yet."))
    if campaign.state == Campaign.State.CLOSED:
        raise ValidationError(_("The campaign is closed. A closed campaign stays as it is."))
