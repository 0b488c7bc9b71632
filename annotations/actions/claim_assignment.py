"""A rater asks for work and gets one slot, or none."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.actions.leases import lease_end, release_expired_leases
from annotations.actions.prepared import Prepared
from annotations.actions.rating_rows import take_slot
from annotations.actions.slots import LIVE, State, offers, planned_slots, pools, shown
from annotations.models import Assignment, Campaign, CampaignRater

# On SQLite a claim holds the write lock and cannot lose; elsewhere rows are locked one by one.
TRIES = 10


def claim_assignment(
    *,
    campaign_rater: CampaignRater,
    exclude: Collection[int] = (),
    after: int | None = None,
    scouted: Assignment | None = None,
    has_scouted: bool = False,
) -> Assignment | None:
    """Claim the next slot for a rater of a running campaign.

    Args:
        campaign_rater: who asks; its `campaign` is read for the policy.
        exclude: campaign item ids that are not wanted.
        after: the position at which the rater works (looked up when not given).
        scouted: what `scout` found before the transaction (if it was asked: `has_scouted`);
            taken if it is still open.
    Returns:
        The assignment with item, question and rubric, leased to the rater; None when the
        campaign does not run, the rater may not work, or nothing is left for this rater.
    """
    if not campaign_rater.campaign.is_running:
        return None
    with transaction.atomic(savepoint=False):
        _queue_up(campaign_rater)
        if scouted is not None and take(scouted, campaign_rater):
            return scouted
        place = place_in_line(campaign_rater) if after is None else after
        found = None if exclude else _quickly(campaign_rater, place, has_scouted)
        if found is None:
            found = _claim(campaign_rater, exclude, place)
        if found is None and release_expired_leases(campaign_rater.campaign):
            found = _claim(campaign_rater, exclude, place)
        return found


def can_scout() -> bool:
    """Where rows are locked one by one there is nothing to gain by looking beforehand."""
    return not connection.features.has_select_for_update_skip_locked


def scout(campaign_rater: CampaignRater) -> Assignment | None:
    """The next slot planned for the rater, not yet claimed.

    Read before the transaction begins, it shortens the time for which SQLite's one write lock
    is held.
    """
    if campaign_rater.state != CampaignRater.State.ACTIVE or not campaign_rater.campaign.is_running:
        return None
    return _OWN.first(campaign=campaign_rater.campaign_id, rater=campaign_rater.user_id)


def held_assignments(campaign_rater: CampaignRater) -> QuerySet[Assignment]:
    """What the rater holds now, oldest claim first."""
    held = shown().filter(
        rater_id=campaign_rater.user_id, campaign_id=campaign_rater.campaign_id, state=State.CLAIMED
    )
    return held.order_by("claimed_at", "id")


def place_in_line(campaign_rater: CampaignRater) -> int:
    """The position of the live slot that the rater claimed last; 0 before the first."""
    mine = Assignment.objects.filter(
        rater_id=campaign_rater.user_id, campaign_id=campaign_rater.campaign_id, kind__in=LIVE,
        claimed_at__isnull=False,  # ratings of a file were never claimed
    )  # fmt: skip
    return mine.order_by("-claimed_at").values_list("position", flat=True).first() or 0


def _queue_up(campaign_rater: CampaignRater) -> None:
    """Two tabs of one rater go one after the other, or they could take two slots of one item."""
    if connection.features.has_select_for_update:
        CampaignRater.objects.select_for_update().only("id").get(pk=campaign_rater.pk)


def _claim(
    campaign_rater: CampaignRater, exclude: Collection[int], after: int
) -> Assignment | None:
    for slots in offers(campaign_rater, after):
        if exclude:
            slots = slots.exclude(campaign_item_id__in=exclude)
        for _try in range(TRIES):
            slot = _lock(slots).first()
            if slot is None:
                break
            if take(slot, campaign_rater):
                return slot
    return None


def _quickly(place: CampaignRater, after: int, has_scouted: bool) -> Assignment | None:
    """The two ways in which nearly every slot is found, with their queries at hand."""
    if place.state != CampaignRater.State.ACTIVE:
        return None
    values = {"campaign": place.campaign_id, "rater": place.user_id}
    slot = None if has_scouted else _OWN.first(**values)
    if slot is None and not (place.school_subjects or place.question_keys):
        slot = _AHEAD.first(**values, after=after)
    return slot if slot is not None and take(slot, place) else None


def _own(campaign: int, rater: int, **_rest: int) -> QuerySet[Assignment]:
    return _lock(planned_slots(_stand_in(campaign, rater)))


def _ahead(campaign: int, rater: int, after: int, **_rest: int) -> QuerySet[Assignment]:
    [unplanned, *_others] = islice(pools(_stand_in(campaign, rater)), 1)
    return _lock(unplanned.filter(position__gte=after))


def _stand_in(campaign: int, rater: int) -> CampaignRater:
    return CampaignRater(campaign=Campaign(pk=campaign), user_id=rater)


_OWN, _AHEAD = Prepared(_own), Prepared(_ahead)


def _lock(slots: QuerySet[Assignment]) -> QuerySet[Assignment]:
    if connection.features.has_select_for_update_skip_locked:
        return slots.select_for_update(skip_locked=True, of=("self",))
    return slots


def take(slot: Assignment, campaign_rater: CampaignRater) -> bool:
    """The conditional update: whoever changes the row from open to claimed has the slot."""
    now = timezone.now()
    lease = lease_end(campaign_rater.campaign, now)
    if not take_slot(slot.pk, campaign_rater.user_id, now, lease):
        return False
    slot.state, slot.rater_id = State.CLAIMED, campaign_rater.user_id
    slot.claimed_at, slot.lease_expires_at = now, lease
    return True
