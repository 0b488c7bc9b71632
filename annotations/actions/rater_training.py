"""Practice and qualification: live work opens to those who pass."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.db import connection, transaction
from django.db.models import Max

from annotations.actions.slots import TRAINING, Kind, State
from annotations.models import Assignment, Campaign, CampaignItem, CampaignRater, Gold, Rating


@dataclass(frozen=True)
class Qualification:
    """`within` of `items` had every criterion within tolerance; `needed` would pass."""

    within: int
    items: int
    needed: int

    @property
    def is_passed(self) -> bool:
        return self.within >= self.needed


def start_training(place: CampaignRater) -> None:
    """Give a rater in training own slots of the practice and qualification items.

    Without such items the rater is active at once. Calling it again adds what is missing.
    """
    with transaction.atomic():
        _lock_campaign(place.campaign_id)
        missing = _missing_items(place)
        _make_slots(place, missing)
        if not missing:
            advance_training(place)


def _missing_items(place: CampaignRater) -> list[CampaignItem]:
    training = CampaignItem.objects.filter(campaign=place.campaign, purpose__in=TRAINING)
    mine = Assignment.objects.filter(planned_for_id=place.user_id, kind__in=TRAINING)
    return list(training.exclude(assignments__in=mine).filter(gold__isnull=False))


def _make_slots(place: CampaignRater, items: list[CampaignItem]) -> None:
    used = dict(
        Assignment.objects.filter(campaign_item__in=items)
        .values_list("campaign_item")
        .annotate(Max("slot"))
    )
    Assignment.objects.bulk_create(
        Assignment(
            campaign_id=place.campaign_id, campaign_item=item, kind=item.purpose,
            slot=used.get(item.pk, -1) + 1, position=item.position, planned_for_id=place.user_id,
        )
        for item in items
    )  # fmt: skip


def _lock_campaign(campaign_id: int) -> None:
    """Slots are numbered; two raters who start together number one after the other."""
    if connection.features.has_select_for_update:
        Campaign.objects.select_for_update().only("id").get(pk=campaign_id)


def advance_training(place: CampaignRater) -> None:
    """After the last training item: active, or not qualified."""
    mine = Assignment.objects.filter(
        campaign_id=place.campaign_id, planned_for_id=place.user_id, kind__in=TRAINING
    )
    if mine.exclude(state=State.SUBMITTED).exists():
        return
    is_passed = qualification(place).is_passed
    states = CampaignRater.State
    place.state = states.ACTIVE if is_passed else states.FAILED
    CampaignRater.objects.filter(pk=place.pk, state=states.TRAINING).update(state=place.state)


def qualification(place: CampaignRater) -> Qualification:
    """How the rater did on the qualification items so far submitted."""
    ratings = Rating.objects.filter(
        campaign_id=place.campaign_id, rater_id=place.user_id, kind=Kind.QUALIFICATION,
        state=Rating.State.CURRENT,
    ).select_related("campaign_item__gold").prefetch_related("scores__criterion")  # fmt: skip
    tolerance = place.campaign.qualification_tolerance
    within = sum(is_within(rating, rating.campaign_item.gold, tolerance) for rating in ratings)
    needed = ceil(place.campaign.qualification_share * len(ratings) - 1e-9)
    return Qualification(within, len(ratings), needed)


def is_within(rating: Rating, gold: Gold, tolerance: float) -> bool:
    """Every definitive score is there and no further off than `tolerance` (in marks)."""
    own = {score.criterion.key: score.value for score in rating.scores.all()}
    return all(
        key in own and abs(own[key] - float(value)) <= tolerance + 1e-9
        for key, value in gold.scores.items()
    )


def retry_training(*, campaign_rater: CampaignRater) -> None:
    """A lead lets a rater take the qualification again: the old one stays, withdrawn."""
    with transaction.atomic():
        mine = Assignment.objects.filter(
            campaign_id=campaign_rater.campaign_id, planned_for_id=campaign_rater.user_id,
            kind=Kind.QUALIFICATION,
        )  # fmt: skip
        Rating.objects.filter(assignment__in=mine, state=Rating.State.CURRENT).update(
            state=Rating.State.WITHDRAWN
        )
        mine.update(state=State.OPEN, rater=None, claimed_at=None, lease_expires_at=None)
        campaign_rater.state = CampaignRater.State.TRAINING
        campaign_rater.save(update_fields=["state"])
