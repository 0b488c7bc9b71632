"""Drawing more items into a campaign while its probabilities stay right."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotations.actions.campaign_frame import ALL, Frame, draw, frame_of
from annotations.actions.campaign_plan import plan_for
from annotations.actions.campaign_raters import replan_open_slots
from annotations.actions.campaign_slots import add_items_and_slots
from annotations.actions.campaigns import locked, require_open
from annotations.methods.sampling import Sample
from annotations.models import Campaign, CampaignItem

UPDATE_BATCH = 5_000


@transaction.atomic
def extend_sample(*, campaign: Campaign, n: int) -> Campaign:
    """Enlarge the sample to `n` items by the same seed: what was drawn stays drawn.

    The inclusion probabilities of all items become those of the larger sample. Raises
    ValidationError when the campaign is over, `n` is not larger, or the dataset has changed.
    """
    campaign = locked(campaign)
    require_open(campaign)
    _require_larger(campaign, n)
    frame = frame_of(campaign)
    _require_same_frame(campaign, frame)
    plan = {**campaign.plan, "n": n}
    sample = draw(frame, plan)
    _update_probabilities(campaign, frame, sample)
    _add_new(campaign, frame, sample)
    campaign.plan = plan
    campaign.save(update_fields=["plan"])
    replan_open_slots(campaign)
    return campaign


def _require_larger(campaign: Campaign, n: int) -> None:
    if campaign.plan.get("design", ALL) == ALL:
        raise ValidationError(_("Every item of the dataset is in the campaign already."))
    if n <= int(campaign.plan["n"]):
        raise ValidationError(
            _("The sample has %(n)s items already; a sample can only grow.")
            % {"n": campaign.plan["n"]}
        )


def _require_same_frame(campaign: Campaign, frame: Frame) -> None:
    if frame.digest != campaign.plan.get("frame_digest"):
        raise ValidationError(
            _(
                "The dataset has changed since the launch (%(before)s items then, %(now)s now), so the "
                "sample cannot grow with known probabilities. Start another campaign for the new items."
            )
            % {"before": campaign.plan.get("frame_size"), "now": len(frame)}
        )


def _update_probabilities(campaign: Campaign, frame: Frame, sample: Sample) -> None:
    """One update a stratum: within it all items have the same probability."""
    for stratum, probability in set(zip(sample.stratum, sample.probability.tolist(), strict=True)):
        CampaignItem.objects.filter(
            campaign=campaign, purpose=CampaignItem.Purpose.LIVE, stratum=stratum
        ).update(probability=probability)


def _add_new(campaign: Campaign, frame: Frame, sample: Sample) -> None:
    here = dict(campaign.campaign_items.values_list("item_id", "purpose"))
    drawn = [frame.item_ids[i] for i in sample.index]
    if any(here.get(pk) not in (None, CampaignItem.Purpose.LIVE) for pk in drawn):
        raise ValidationError(
            _("An item that would be drawn has become a practice item; take it out of the gold first.")
        )
    new = _part(sample, [pk not in here for pk in drawn])
    last = campaign.campaign_items.aggregate(last=Max("position"))["last"] or 0
    add_items_and_slots(campaign, plan_for(campaign, frame, new), last + 1)


def _part(sample: Sample, keep: list[bool]) -> Sample:
    return Sample(
        index=sample.index[keep],
        probability=sample.probability[keep],
        random_number=sample.random_number[keep],
        stratum=tuple(s for s, is_kept in zip(sample.stratum, keep, strict=True) if is_kept),
    )
