"""Launching: the plan becomes rows, and nothing about it changes afterwards."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from annotations.actions.campaign_frame import ALL, excluded_keys
from annotations.actions.campaign_plan import plan_of
from annotations.actions.campaign_raters import admit
from annotations.actions.campaign_slots import add_items_and_slots
from annotations.actions.campaigns import locked, require_draft
from annotations.models import Campaign, User


@transaction.atomic
def launch_campaign(*, campaign: Campaign, by: User) -> Campaign:
    """Draw the sample, make the slots, admit the raters and start.

    Raises ValidationError, and writes nothing, when the campaign is no draft or when items,
    rubrics or raters are missing.
    """
    campaign = locked(campaign)
    require_draft(campaign)
    plan = plan_of(campaign)
    add_items_and_slots(campaign, plan)
    campaign.plan = {
        "design": ALL,
        **campaign.plan,
        "excluded": excluded_keys(campaign),
        "frame_digest": plan.frame.digest,
        "frame_size": len(plan.frame),
        "n": len(plan.sample),
        "launched_by": by.username,
    }
    campaign.state, campaign.launched_at = Campaign.State.RUNNING, timezone.now()
    campaign.save(update_fields=["plan", "state", "launched_at"])
    admit(campaign, plan.raters)
    return campaign
