"""The raters' table, and what the campaign cost in hours."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from annotations.models import Assignment
from grading.methods.rater_summary import rater_summaries
from grading.reports.blocks import Column, Section, Table
from grading.reports.data import ReportData


def section(data: ReportData) -> Section:
    title = _("Raters")
    if not len(data.table):
        return Section("raters", title, missing=_("Nothing has been rated yet."))
    return Section("raters", title, blocks=[raters_table(data)], methods=("percent-agreement",))


def raters_table(data: ReportData) -> Table:
    table = data.table
    found = rater_summaries(table.item, table.rater, table.composite, table.seconds)
    head = [
        Column("rater", _("Rater")),
        Column("ratings", _("Ratings"), "count"),
        Column("mean", _("Mean composite"), "hundred"),
        Column("severity", _("Difference to co-raters"), "hundred"),
        Column("shared", _("Shared items"), "count"),
        Column("exact", _("Exact agreement"), "share"),
        Column("seconds", _("Seconds a rating, median"), "number", 0),
    ]
    rows = [
        [
            table.rater_names[one.rater], one.ratings, one.mean, one.severity, one.shared,
            one.exact, one.seconds,
        ]
        for one in found
    ]  # fmt: skip
    note = _("Difference: own composite less that of the others on the same items; above 0 is lenient.")
    return Table("raters", _("Raters"), head, rows, note)


def cost_section(data: ReportData) -> Section:
    """Hours spent, hours to go, and what that means for one item."""
    title = _("Cost")
    if not len(data.table):
        return Section("cost", title, missing=_("Nothing has been rated yet."))
    head = [Column("what", _("What")), Column("value", _("Value"), "number", 2)]
    return Section("cost", title, blocks=[Table("cost", title, head, cost_rows(data))])


def cost_rows(data: ReportData) -> list[list[str | float | None]]:
    known = data.table.seconds[~np.isnan(data.table.seconds)]
    ratings, items = len(data.table), data.table.item_count
    open_slots = (
        Assignment.objects.filter(campaign=data.campaign, kind=Assignment.Kind.LIVE)
        .exclude(state=Assignment.State.SUBMITTED)
        .count()
    )
    mean = float(known.mean()) if len(known) else None
    per_item = None if mean is None else mean * ratings / items
    return [
        [_("Counted ratings"), ratings],
        [_("Items rated"), items],
        [_("Ratings with a measured time"), len(known)],
        [_("Hours spent (measured)"), float(known.sum()) / 3600 if len(known) else None],
        [_("Seconds a rating, mean"), mean],
        [_("Minutes an item, all its ratings"), None if per_item is None else per_item / 60],
        [_("Ratings still to do"), open_slots],
        [_("Hours still to do"), None if mean is None else mean * open_slots / 3600],
        [_("Adjudicated items"), len(data.adjudications)],
    ]
