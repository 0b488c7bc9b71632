"""Campaigns without an end: items come one by one, each with its own probability, and are marked by
whoever is free."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from annotations.actions.campaign_raters import admit
from annotations.actions.campaigns import locked, require_draft, require_open
from annotations.actions.question_rubrics import rubrics_for_questions
from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRubric,
    Item,
    Question,
    User,
)
from annotations.models.campaign import OPEN


@transaction.atomic
def open_campaign(*, campaign: Campaign, by: User | None) -> Campaign:
    """Start a draft that draws nothing beforehand. Raises ValidationError where nobody rates.

    The language of whoever starts it is kept: what comes later is asked for by programs in theirs, and
    rubrics made then are read by the same raters.
    """
    campaign = locked(campaign)
    require_draft(campaign)
    raters = list(campaign.raters.all())
    if not raters:
        raise ValidationError(_("Nobody rates yet: choose at least one rater."))
    seed = campaign.plan.get("seed", 0)
    campaign.plan = {
        "design": OPEN, "seed": seed, "launched_by": by.username if by else "",
        "language": get_language(),
    }  # fmt: skip
    campaign.state, campaign.launched_at = Campaign.State.RUNNING, timezone.now()
    campaign.save(update_fields=["plan", "state", "launched_at"])
    admit(campaign, raters)
    return campaign


@transaction.atomic
def add_to_open_campaign(
    *, campaign: Campaign, drawn: Sequence[tuple[Item, float | None]]
) -> list[CampaignItem]:
    """Each item with the probability with which it was drawn, in (0, 1]; None where it was chosen.

    An item that is in the campaign already is left as it is. Raises ValidationError when the campaign
    is over.
    """
    campaign = locked(campaign)
    require_open(campaign)
    ids = [item.pk for item, _probability in drawn]
    here = set(campaign.campaign_items.filter(item__in=ids).values_list("item_id", flat=True))
    new = [(item, probability) for item, probability in drawn if item.pk not in here]
    with override(campaign.plan.get("language") or get_language()):
        rubrics = _rubrics(campaign, {item.question_id for item, _probability in new})
    place = 1 + (campaign.campaign_items.aggregate(last=Max("position"))["last"] or 0)
    made = CampaignItem.objects.bulk_create(
        CampaignItem(
            campaign=campaign, item=item, rubric_id=rubrics[item.question_id],
            probability=probability, position=place + i,
        )
        for i, (item, probability) in enumerate(new)
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(campaign=campaign, campaign_item=row, slot=slot, position=row.position)
        for row in made
        for slot in range(campaign.ratings_per_item)
    )
    return made


def ask_for_another(*, campaign_item: CampaignItem) -> None:
    """One more person marks an item, where all who should have marked it have."""
    slots = campaign_item.assignments.filter(kind=Assignment.Kind.LIVE)
    if slots.exclude(state=Assignment.State.SUBMITTED).exists():
        return
    last = slots.aggregate(last=Max("slot"))["last"]
    Assignment.objects.create(
        campaign_id=campaign_item.campaign_id, campaign_item=campaign_item,
        slot=0 if last is None else last + 1, position=campaign_item.position,
    )  # fmt: skip


def _rubrics(campaign: Campaign, questions: set[int]) -> dict[int, int]:
    """Question id → rubric id; a question that the campaign meets for the first time gets its rubric."""
    known = dict(campaign.rubrics.values_list("question_id", "rubric_id"))
    if missing := questions - set(known):
        known |= _new_rubrics(campaign, missing)
    return known


def _new_rubrics(campaign: Campaign, missing: set[int]) -> dict[int, int]:
    asked = Question.objects.filter(pk__in=missing)
    made = rubrics_for_questions(dataset=campaign.dataset, by=None, only=list(asked))
    found = {question.pk: rubric.pk for question, rubric in made.items()}
    CampaignRubric.objects.bulk_create(
        CampaignRubric(campaign=campaign, question_id=question, rubric_id=rubric)
        for question, rubric in found.items()
    )
    return found
