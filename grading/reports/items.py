"""The items of a campaign with the best estimate of each, as a table for a file."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.models import Campaign, Item
from grading.item_estimates import ItemEstimate, item_estimates
from grading.reports.blocks import Cell, Column, Table
from grading.reports.marks import accepted_machine, selective_of


def items_table(campaign: Campaign) -> Table:
    """Every item of the dataset: marks in grading, composites out of 100 in evaluation."""
    kind = "number" if campaign.kind == Campaign.Kind.GRADING else "hundred"
    head = [
        Column("item", _("Item")),
        Column("question", _("Question")),
        Column("source", _("Source")),
        Column("rated", _("Ratings adjusted for severity"), kind, 2),
        Column("estimate", _("Best estimate"), kind, 2),
        Column("low", _("Low"), kind, 2),
        Column("high", _("High"), kind, 2),
        Column("share", _("Part of the ratings in it"), "share"),
    ]
    found = item_estimates(campaign, _machine(campaign))
    items = Item.objects.filter(dataset=campaign.dataset_id)
    facts = items.order_by("question__position", "position", "pk")
    rows = [
        [*names, *_cells(found.get(pk))]
        for pk, *names in facts.values_list("pk", "key", "question__key", "source")
    ]
    return Table("items", _("Items"), head, rows)


def _machine(campaign: Campaign) -> str:
    """The scorer whose marks count, in part or all of them."""
    selective = selective_of(campaign)
    return selective.machine if selective else accepted_machine(campaign)


def _cells(one: ItemEstimate | None) -> list[Cell]:
    if one is None:
        return [None] * 5
    return [one.rated, one.value, one.low, one.high, one.share]
