"""What a rater's page holds when it opens: the item to rate now and one ahead."""

from __future__ import annotations

from typing import Any

from annotations.actions.claim_assignment import claim_assignment, held_assignments
from annotations.actions.gold_training import give_training
from annotations.actions.leases import release_expired_leases, renew_leases
from annotations.actions.seen import note_seen
from annotations.actions.slots import TRAINING, State
from annotations.models import Assignment, CampaignRater, Draft

HAND_SIZE = 2


def deal_hand(place: CampaignRater) -> list[Assignment]:
    """What the rater holds, topped up to HAND_SIZE; empty when there is no work.

    Own leases are renewed first, so that somebody who comes back late keeps what nobody took.
    """
    if not place.campaign.is_running:
        return []
    if place.state == CampaignRater.State.TRAINING:
        _train(place)
    renew_leases(place.campaign, place.user_id)
    release_expired_leases(place.campaign)
    note_seen(place)
    if place.state in (CampaignRater.State.FAILED, CampaignRater.State.STOPPED):
        return []
    hand = list(held_assignments(place))
    while len(hand) < HAND_SIZE:
        slot = claim_assignment(campaign_rater=place)
        if slot is None:
            break
        hand.append(slot)
    return hand


def _train(place: CampaignRater) -> None:
    """Slots that are missing, or the end of the training where nothing is left to do."""
    mine = Assignment.objects.filter(
        campaign_id=place.campaign_id, planned_for_id=place.user_id, kind__in=TRAINING
    )
    if not mine.exclude(state=State.SUBMITTED).exists():
        give_training(campaign_rater=place)


def drafts_of(hand: list[Assignment], rater_id: int) -> dict[int, dict[str, Any]]:
    """assignment id → what this rater has entered so far."""
    rows = Draft.objects.filter(assignment__in=[slot.pk for slot in hand], rater_id=rater_id)
    return dict(rows.values_list("assignment_id", "data"))
