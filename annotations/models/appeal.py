"""Appeals: somebody asks for the mark of an item to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Max, Q

from annotations.models.campaign import Campaign, CampaignItem
from annotations.models.dataset import Item


class Appeal(models.Model):
    """Whoever got `mark` (None: there was none yet) says why it should be another one."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="appeals")
    mark = models.FloatField(null=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]


def open_appeals(campaign: Campaign) -> list[CampaignItem]:
    """The items of a campaign that nobody has marked or decided since the last appeal against their mark."""
    counted = Q(
        item__campaign_items__ratings__state="current",
        item__campaign_items__ratings__kind="live",
        item__campaign_items__ratings__flag_reason="",
    )
    rows = campaign.campaign_items.filter(item__appeals__isnull=False).annotate(
        appealed_at=Max("item__appeals__created_at"),
        decided_at=Max("item__campaign_items__adjudications__created_at"),
        marked_at=Max("item__campaign_items__ratings__created_at", filter=counted),
    )
    return [row for row in rows.select_related("item").order_by("pk") if _is_open(row)]


def _is_open(row: CampaignItem) -> bool:
    answers = [at for at in (row.decided_at, row.marked_at) if at is not None]
    return all(at < row.appealed_at for at in answers)


def newest_appeals(items: Iterable[int]) -> dict[int, Appeal]:
    """Item id → what was said last against its mark."""
    rows = Appeal.objects.filter(item__in=items).order_by("created_at", "pk")
    return {row.item_id: row for row in rows}
