"""Gold items: chosen from the dataset, given definitive scores, put in order, taken out again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.actions.campaigns import locked, require_no_work
from annotations.actions.gold_training import (
    TRAINING,
    give_training,
    is_ready,
    let_rate,
    rubric_for,
    rubrics_by_question,
    train_again,
    training_items,
)
from annotations.methods.composite import check_scores
from annotations.models import Assignment, Campaign, CampaignItem, Gold, Item, Rubric

__all__ = [
    "add_gold", "add_random_gold", "change_purpose", "give_training", "is_ready", "let_rate",
    "move_gold", "remove_gold", "set_definitive_scores", "set_qualification_rule", "train_again",
]  # fmt: skip


def candidates(campaign: Campaign) -> QuerySet[Item]:
    """Items of the campaign's dataset that are not in the campaign, live or otherwise."""
    return Item.objects.filter(dataset_id=campaign.dataset_id).exclude(
        campaign_items__campaign=campaign
    )


@transaction.atomic
def add_gold(*, campaign: Campaign, items: Sequence[Item], purpose: str) -> list[CampaignItem]:
    """Take items into the training set, at the end of their purpose, without scores as yet.

    Raises ValidationError: the campaign is closed or has no rubric for an item's question, or an
    item is live in the campaign (raters would meet it twice) or of another dataset.
    """
    campaign = _locked(campaign)
    _require_purpose(purpose)
    allowed = set(candidates(campaign).filter(pk__in=[i.pk for i in items]).values_list("pk", flat=True))
    if any(item.pk not in allowed for item in items):
        raise ValidationError(_("Some of these items are in the campaign already, or of another dataset."))
    rubrics = rubrics_by_question(campaign)
    first = CampaignItem.objects.filter(campaign=campaign, purpose=purpose).count()
    rows = [
        CampaignItem(
            campaign=campaign, item=item, purpose=purpose, position=first + place,
            rubric=_rubric_for(rubrics, item),
        )
        for place, item in enumerate(items)
    ]  # fmt: skip
    rows = CampaignItem.objects.bulk_create(rows)
    Gold.objects.bulk_create(Gold(campaign_item=row) for row in rows)
    return rows


def _rubric_for(rubrics: Mapping[int | None, Rubric], item: Item) -> Rubric:
    rubric = rubric_for(rubrics, item.question_id)
    if rubric is None:
        raise ValidationError(_("Choose the campaign's rubric first: definitive scores are given on it."))
    return rubric


def add_random_gold(
    *, campaign: Campaign, among: QuerySet[Item], n: int, purpose: str, seed: int | None = None
) -> list[CampaignItem]:
    """n items at random (`seed` for a repeatable choice) of `among`. Raises ValidationError."""
    ids = list(among.order_by("pk").values_list("pk", flat=True))
    if n < 1 or n > len(ids):
        text = ngettext(
            "Choose between 1 and %(count)d item.", "Choose between 1 and %(count)d items.", len(ids)
        )
        raise ValidationError(text % {"count": len(ids)})
    chosen = random.Random(seed).sample(ids, n)
    found = Item.objects.in_bulk(chosen)
    return add_gold(campaign=campaign, items=[found[pk] for pk in chosen], purpose=purpose)


@transaction.atomic
def set_definitive_scores(
    *, campaign_item: CampaignItem, scores: Mapping[str, float], explanation: str
) -> Gold:
    """Fix the definitive scores; raters in training of a launched campaign get their slots.

    Raises ScoreProblem where a score is missing, unknown or off its scale, ValidationError where
    the item is none that trains or the campaign is closed.
    """
    campaign = _locked(campaign_item.campaign)
    _require_purpose(campaign_item.purpose)
    _follow_rubric(campaign, campaign_item)
    check_scores(campaign_item.rubric.spec(), scores)
    gold, _made = Gold.objects.update_or_create(
        campaign_item=campaign_item,
        defaults={"scores": dict(scores), "explanation": explanation.strip()},
    )
    _supply(campaign)
    return gold


def _follow_rubric(campaign: Campaign, item: CampaignItem) -> None:
    """A draft's rubric may have been changed since the item was chosen."""
    rubric = rubric_for(rubrics_by_question(campaign), item.item.question_id)
    if campaign.launched_at is None and rubric and rubric.pk != item.rubric_id:
        item.rubric = rubric
        item.save(update_fields=["rubric"])


@transaction.atomic
def change_purpose(*, campaign_item: CampaignItem, purpose: str) -> None:
    """Practice ↔ qualification, as long as nobody has begun it."""
    campaign = _locked(campaign_item.campaign)
    _require_purpose(campaign_item.purpose)
    _require_purpose(purpose)
    if campaign_item.purpose == purpose:
        return
    _require_untouched(campaign_item)
    campaign_item.assignments.all().delete()
    count = CampaignItem.objects.filter(campaign=campaign, purpose=purpose).count()
    campaign_item.purpose, campaign_item.position = purpose, count
    campaign_item.save(update_fields=["purpose", "position"])
    _renumber(campaign)
    _supply(campaign)


@transaction.atomic
def move_gold(*, campaign_item: CampaignItem, by: int) -> None:
    """Move an item up (−1) or down (+1) within its purpose; at the end it stays."""
    campaign = _locked(campaign_item.campaign)
    _require_purpose(campaign_item.purpose)
    rows = list(training_items(campaign).filter(purpose=campaign_item.purpose))
    at = [row.pk for row in rows].index(campaign_item.pk)
    to = min(max(at + by, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    _write_positions(rows)


@transaction.atomic
def remove_gold(*, campaign_item: CampaignItem) -> None:
    """Take an item out of the training set, as long as nobody has begun it."""
    campaign = _locked(campaign_item.campaign)
    _require_purpose(campaign_item.purpose)
    _require_untouched(campaign_item)
    campaign_item.delete()
    _renumber(campaign)
    _supply(campaign)


@transaction.atomic
def set_qualification_rule(*, campaign: Campaign, share: float, tolerance: float) -> None:
    """Share (0–1) of the qualification set to be within `tolerance` a criterion.

    Applies to whoever finishes from now on; raters already qualified or not keep their state.
    """
    campaign = _locked(campaign)
    campaign.qualification_share, campaign.qualification_tolerance = share, tolerance
    campaign.save(update_fields=["qualification_share", "qualification_tolerance"])


def _locked(campaign: Campaign) -> Campaign:
    """Open or a draft, and not in the hands of a worker, who may be drawing the very items."""
    stored = locked(campaign)
    if stored.state == Campaign.State.CLOSED:
        raise ValidationError(_("The campaign is closed. A closed campaign stays as it is."))
    require_no_work(stored)
    return stored


def _supply(campaign: Campaign) -> None:
    """Slots for raters in training; before the launch nobody is."""
    if campaign.state != Campaign.State.DRAFT:
        give_training(campaign=campaign)


def _require_purpose(purpose: str) -> None:
    if purpose not in TRAINING:
        raise ValidationError(_("A training item is for practice or for qualification."))


def _require_untouched(item: CampaignItem) -> None:
    held = item.assignments.filter(
        state=Assignment.State.CLAIMED, lease_expires_at__gt=timezone.now()
    )
    count = item.ratings.values("rater").distinct().count() + held.count()
    if count:
        text = ngettext(
            "%(count)d rater has begun this item; it stays in the set.",
            "%(count)d raters have begun this item; it stays in the set.",
            count,
        )
        raise ValidationError(text % {"count": count})


def _renumber(campaign: Campaign) -> None:
    for purpose in TRAINING:
        _write_positions(list(training_items(campaign).filter(purpose=purpose)))


def _write_positions(rows: list[CampaignItem]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            CampaignItem.objects.filter(pk=row.pk).update(position=position)
            row.assignments.update(position=position)
