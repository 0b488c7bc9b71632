"""Leases: a claimed slot belongs to its rater for a while, then anybody may have it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from annotations.models import Assignment, Campaign

FREE = {"state": Assignment.State.OPEN, "rater": None, "claimed_at": None, "lease_expires_at": None}


def lease_end(campaign: Campaign, now: datetime) -> datetime:
    return now + timedelta(minutes=campaign.lease_minutes)


def release_expired_leases(campaign: Campaign) -> int:
    """Open every slot of `campaign` whose lease has run out; how many there were.

    Drafts belong to their raters and stay. A rater who comes back before anybody asked
    keeps the slot, so this runs when somebody needs work and not by the clock.
    """
    claimed = Assignment.objects.filter(campaign=campaign, state=Assignment.State.CLAIMED)
    return claimed.filter(lease_expires_at__lt=timezone.now()).update(**FREE)


def renew_leases(campaign: Campaign, rater_id: int) -> int:
    """A sign of life: everything the rater holds in `campaign` is leased anew."""
    held = Assignment.objects.filter(
        campaign=campaign, rater_id=rater_id, state=Assignment.State.CLAIMED
    )
    return held.update(lease_expires_at=lease_end(campaign, timezone.now()))
