"""Drawing more items into a campaign while its probabilities stay right."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotations.actions.campaign_frame import (
    ALL,
    UNEQUAL,
    Frame,
    draw_audited,
    draw_record,
    frame_of,
    frame_to_draw,
)
from annotations.actions.campaign_plan import plan_for
from annotations.actions.campaign_raters import replan_open_slots
from annotations.actions.campaign_slots import add_items_and_slots
from annotations.actions.campaigns import locked, require_open
from annotations.methods.audit import part
from annotations.methods.sampling import Sample
from annotations.models import Campaign, CampaignItem

UPDATE_BATCH = 500


@transaction.atomic
def extend_sample(
    *, campaign: Campaign, n: int, audit: Mapping[str, float] | None = None
) -> Campaign:
    """Enlarge the sample to `n` items by the same seed: what was drawn stays drawn.

    `audit`: sources that are rejected now → the share of their new items that is drawn; of a
    source that is rejected no longer, what was spared comes in. The inclusion probabilities of all
    items become those of the larger sample. Raises ValidationError when the campaign is over, `n`
    is not larger, or the dataset has changed.
    """
    campaign = locked(campaign)
    require_open(campaign)
    _require_larger(campaign, n)
    _require_same_frame(campaign, frame_of(campaign))
    frame = frame_to_draw(campaign)
    _require_same_scores(campaign, frame)
    plan = _longer_plan(campaign.plan, n, audit or {})
    sample = draw_audited(frame, plan, plan["draws"])
    plan["drawn"] = len(sample)
    _update_probabilities(campaign, frame, sample, plan["draws"])
    _add_new(campaign, frame, sample)
    campaign.plan = plan
    campaign.save(update_fields=["plan"])
    replan_open_slots(campaign)
    return campaign


def _longer_plan(plan: dict, n: int, audit: Mapping[str, float]) -> dict:
    before = plan.get("draws") or [draw_record(plan, {})]
    larger = {**plan, "n": n}
    return {**larger, "draws": [*before, draw_record(larger, audit)]}


def _require_larger(campaign: Campaign, n: int) -> None:
    if campaign.is_open_ended:
        raise ValidationError(_("Items come to this campaign by themselves; there is no sample to enlarge."))
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


def _require_same_scores(campaign: Campaign, frame: Frame) -> None:
    if frame.score_digest != campaign.plan.get("score_digest", ""):
        raise ValidationError(
            _(
                "The automatic scores that the sample was drawn by have changed since the launch, so "
                "it cannot grow with known probabilities."
            )
        )


def _update_probabilities(
    campaign: Campaign, frame: Frame, sample: Sample, draws: list[dict]
) -> None:
    """One update a stratum, and one more for each source that was ever rejected: within them
    all items have the same probability. Where every item has its own, each is written."""
    if campaign.plan["design"] == UNEQUAL:
        _update_each(campaign, frame, sample)
        return
    apart = {source for record in draws for source in record["audit"]}
    sources = [frame.sources[i] for i in sample.index.tolist()]
    groups = [source if source in apart else None for source in sources]
    live = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    others = live.exclude(item__source__in=apart) if apart else live
    for stratum, source, probability in set(
        zip(sample.stratum, groups, sample.probability.tolist(), strict=True)
    ):
        same = others if source is None else live.filter(item__source=source)
        same.filter(stratum=stratum).update(probability=probability)


def _update_each(campaign: Campaign, frame: Frame, sample: Sample) -> None:
    ids = [frame.item_ids[i] for i in sample.index.tolist()]
    probability = dict(zip(ids, sample.probability.tolist(), strict=True))
    live = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    rows = list(live.only("id", "item_id"))
    for row in rows:
        row.probability = probability[row.item_id]
    CampaignItem.objects.bulk_update(rows, ["probability"], batch_size=UPDATE_BATCH)


def _add_new(campaign: Campaign, frame: Frame, sample: Sample) -> None:
    here = dict(campaign.campaign_items.values_list("item_id", "purpose"))
    drawn = [frame.item_ids[i] for i in sample.index]
    if any(here.get(pk) not in (None, CampaignItem.Purpose.LIVE) for pk in drawn):
        raise ValidationError(
            _("An item that would be drawn has become a practice item; take it out of the gold first.")
        )
    new = part(sample, [pk not in here for pk in drawn])
    last = campaign.campaign_items.aggregate(last=Max("position"))["last"] or 0
    add_items_and_slots(campaign, plan_for(campaign, frame, new), last + 1)
