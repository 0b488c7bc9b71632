"""Launching: the plan becomes rows, and nothing about it changes afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.actions.campaign_frame import ALL, draw_record, excluded_keys
from annotations.actions.campaign_plan import CampaignPlan, plan_of
from annotations.actions.campaign_raters import admit
from annotations.actions.campaign_slots import add_items_and_slots, remove_written
from annotations.actions.campaigns import locked, require_draft
from annotations.models import Campaign, User


@transaction.atomic
def launch_campaign(
    *, campaign: Campaign, by: User, audit: Mapping[str, float] | None = None
) -> Campaign:
    """Draw the sample, make the slots, admit the raters and start.

    `audit`: sources that were rejected before the drawing → the share of their items that is
    drawn all the same, in [0, 1].
    Raises ValidationError, and writes nothing, when the campaign is no draft or when items,
    rubrics or raters are missing.
    """
    campaign = locked(campaign)
    require_draft(campaign)
    remove_written(campaign)
    plan = plan_of(campaign, audit)
    add_items_and_slots(campaign, plan)
    return open_work(campaign, plan, by)


def open_work(campaign: Campaign, plan: CampaignPlan, by: User | None) -> Campaign:
    """The last step of a launch: freeze the plan and let the raters in. Call it in a transaction."""
    excluded = excluded_keys(campaign)
    campaign.plan = {
        "design": ALL,
        **campaign.plan,
        "excluded": excluded,
        "frame_digest": plan.frame.digest,
        "frame_size": len(plan.frame),
        "score_digest": plan.frame.score_digest,
        "n": plan.planned,
        "drawn": len(plan.sample),
        "draws": [draw_record(campaign.plan, plan.audit)],
        "launched_by": by.username if by else "",
    }
    if set(excluded) & set(plan.frame.keys):
        raise ValidationError(_("The practice items have changed meanwhile. Launch again."))
    campaign.state, campaign.launched_at = Campaign.State.RUNNING, timezone.now()
    campaign.save(update_fields=["plan", "state", "launched_at"])
    admit(campaign, plan.raters)
    return campaign
