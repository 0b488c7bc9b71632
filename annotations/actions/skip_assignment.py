"""A rater gives an item back; somebody else gets the slot."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q

from annotations.actions.leases import FREE
from annotations.actions.slots import GONE, HAS_RATED, LIVE, State
from annotations.models import Assignment, CampaignItem, CampaignRater, Rating, Skip


def skip_assignment(*, assignment: Assignment, campaign_rater: CampaignRater, reason: str) -> bool:
    """Return a live slot that the rater holds, or held until the lease ran out; whether it is returned.

    The slot goes to the eligible rater with the least left, or into the pool. The rater is
    not asked for this item again. Training items cannot be skipped, nor what somebody else holds
    by now, nor is anything in a campaign that does not run.
    """
    if not campaign_rater.campaign.is_running:
        return False
    with transaction.atomic():
        is_free = Q(state=State.CLAIMED, rater_id=campaign_rater.user_id) | Q(state=State.OPEN)
        slot = Assignment.objects.filter(is_free, pk=assignment.pk, kind__in=LIVE)
        if not slot.update(**FREE, planned_for=None):
            return False
        Skip.objects.get_or_create(
            campaign_item_id=assignment.campaign_item_id, rater_id=campaign_rater.user_id,
            defaults={"reason": reason},
        )  # fmt: skip
        hand_on(assignment, was_planned=assignment.planned_for_id is not None)
    return True


def hand_on(assignment: Assignment, was_planned: bool) -> None:
    """Plan an open slot for whoever has the least left; a pool's slot stays in the pool."""
    if not was_planned:
        return
    heir = next(iter(_least_loaded(assignment.campaign_item)), None)
    Assignment.objects.filter(pk=assignment.pk, state=State.OPEN).update(planned_for=heir)


def _least_loaded(campaign_item: CampaignItem) -> list[int]:
    """User ids of those who may still rate the item, least left first."""
    may = [place.user_id for place in raters_for(campaign_item)]
    left = dict(
        Assignment.objects.filter(campaign_id=campaign_item.campaign_id, planned_for__in=may)
        .exclude(state=State.SUBMITTED)
        .values_list("planned_for")
        .annotate(Count("id"))
        .order_by()
    )
    return sorted(may, key=lambda user_id: (left.get(user_id, 0), user_id))


def raters_for(campaign_item: CampaignItem) -> list[CampaignRater]:
    """Raters of the campaign who work, mark this question, and have not met the item."""
    places = CampaignRater.objects.filter(campaign_id=campaign_item.campaign_id)
    met = met_raters([campaign_item.pk])
    question = campaign_item.item.question
    return [
        place
        for place in places.exclude(state__in=GONE)
        if place.marks(question.school_subject, question.key)
        and (campaign_item.pk, place.user_id) not in met
    ]


def met_raters(campaign_item_ids: list[int]) -> set[tuple[int, int]]:
    """(campaign item, user) of everybody who holds, has rated, has skipped or is planned for it."""
    here = {"campaign_item_id__in": campaign_item_ids}
    slots = Assignment.objects.filter(**here).filter(
        Q(rater__isnull=False) | Q(planned_for__isnull=False)
    )
    met = set()
    for item, rater, planned in slots.values_list("campaign_item", "rater", "planned_for"):
        met |= {(item, rater), (item, planned)}
    ratings = Rating.objects.filter(**here, state__in=HAS_RATED)
    met |= set(ratings.values_list("campaign_item", "rater"))
    met |= set(Skip.objects.filter(**here).values_list("campaign_item", "rater"))
    return met
