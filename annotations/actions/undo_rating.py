"""Undo the last submission: the rating is withdrawn and its slot comes back with the scores."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from annotations.actions.claim_assignment import held_assignments
from annotations.actions.leases import lease_end
from annotations.actions.save_draft import keep_draft
from annotations.actions.slots import LIVE, State
from annotations.models import Assignment, CampaignRater, Rating


def undo_rating(*, campaign_rater: CampaignRater) -> Assignment | None:
    """Withdraw the rater's last counted live rating; its assignment, held again.

    The scores come back as a draft. None when there is nothing to undo (`may_undo`). Practice
    and qualification cannot be undone: the definitive scores were shown.
    """
    if not _is_at_work(campaign_rater):
        return None
    with transaction.atomic():
        rating = last_rating(campaign_rater)
        if rating is None or not _withdraw(rating):
            return None
        _hold_again(rating, campaign_rater)
        keep_draft(rating.assignment_id, rating.rater_id, as_draft(rating))
    return held_assignments(campaign_rater).filter(pk=rating.assignment_id).first()


def may_undo(campaign_rater: CampaignRater) -> bool:
    return _is_at_work(campaign_rater) and last_rating(campaign_rater) is not None


def _is_at_work(campaign_rater: CampaignRater) -> bool:
    """Whoever is stopped could not submit again what was withdrawn."""
    is_active = campaign_rater.state == CampaignRater.State.ACTIVE
    return is_active and campaign_rater.campaign.is_running


def last_rating(campaign_rater: CampaignRater) -> Rating | None:
    mine = Rating.objects.filter(
        campaign_id=campaign_rater.campaign_id, rater_id=campaign_rater.user_id,
        kind__in=LIVE, state=Rating.State.CURRENT,
    )  # fmt: skip
    return mine.order_by("-created_at", "-id").first()


def as_draft(rating: Rating) -> dict[str, object]:
    scores = {
        score.criterion.key: score.value for score in rating.scores.select_related("criterion")
    }
    return {
        "scores": scores,
        "note": rating.note,
        "flag_reason": rating.flag_reason,
        "active_seconds": rating.active_seconds,
    }


def _withdraw(rating: Rating) -> bool:
    current = Rating.objects.filter(pk=rating.pk, state=Rating.State.CURRENT)
    return bool(current.update(state=Rating.State.WITHDRAWN))


def _hold_again(rating: Rating, campaign_rater: CampaignRater) -> None:
    """`claimed_at` stays, so the item stands before those claimed since."""
    lease = lease_end(campaign_rater.campaign, timezone.now())
    Assignment.objects.filter(pk=rating.assignment_id).update(
        state=State.CLAIMED, lease_expires_at=lease
    )
