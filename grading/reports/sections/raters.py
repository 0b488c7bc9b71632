"""The raters' table, and what the campaign cost in hours."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from annotations.models import Assignment
from annotations.models.rating_table import COMPOSITE
from annotations.rater_numbers import Severities, severities
from annotations.views.agreement_words import reason_text
from annotations.views.rater_effects_parts import RaterPicture, rater_picture
from grading.methods.rater_summary import rater_summaries
from grading.reports.blocks import Column, Section, Table
from grading.reports.data import ReportData
from grading.verdict_words import in_a_row

NOTHING = (None, None, None, None)
METHODS = ("severity", "percent-agreement", "unsteadiness", "spread", "halo", "drift", "group-bias")


def section(data: ReportData) -> Section:
    title = _("Raters")
    if not len(data.table):
        return Section("raters", title, missing=_("Nothing has been rated yet."))
    picture = rater_picture(data.campaign, data.table, COMPOSITE)
    blocks = [raters_table(data), advice_table(picture), quality_table(picture)]
    filled = [block for block in blocks if block.rows]
    return Section("raters", title, picture.headline, filled, methods=METHODS)


def raters_table(data: ReportData) -> Table:
    """Severities by REML with their intervals; — where a rater shares no item with the others."""
    table = data.table
    found = severities(table, COMPOSITE)
    differences = _differences(found)
    head = [
        Column("rater", _("Rater")),
        Column("ratings", _("Ratings"), "count"),
        Column("mean", _("Mean composite"), "hundred"),
        Column("difference", _("Difference to the others"), "hundred"),
        Column("low", _("Low"), "hundred"),
        Column("high", _("High"), "hundred"),
        Column("group", _("Group"), "count"),
        Column("shared", _("Shared items"), "count"),
        Column("exact", _("Exact agreement"), "share"),
        Column("seconds", _("Seconds a rating, median"), "number", 0),
    ]
    rows = [
        [
            table.rater_names[one.rater], one.ratings, one.mean, *differences.get(one.rater, NOTHING),
            one.shared, one.exact, one.seconds,
        ]
        for one in rater_summaries(table.item, table.rater, table.composite, table.seconds)
    ]  # fmt: skip
    return Table("raters", _("Raters"), head, rows, _note(found))


def advice_table(picture: RaterPicture) -> Table:
    """Who stands out on the composite, by what, and what to do about it."""
    head = [
        Column("rater", _("Rater")),
        Column("word", _("Stands out")),
        Column("advice", _("What to do"), "long"),
    ]
    rows = [[row.name, one.word, one.text] for row in picture.rows for one in row.advice]
    return Table("rater_advice", _("What to do"), head, rows)


def quality_table(picture: RaterPicture) -> Table:
    """A row a rater and figure, on the composite out of 100."""
    head = [
        Column("rater", _("Rater")),
        Column("figure", _("Figure")),
        Column("value", _("Value"), "number", 2),
        Column("low", _("Low"), "number", 2),
        Column("high", _("High"), "number", 2),
    ]
    rows = [
        [row.name, name, figure.value, figure.low, figure.high]
        for row in picture.rows
        for name, figure in (
            (_("Unsteadiness"), row.consistency), (_("Spread"), row.spread), (_("Halo"), row.halo),
        )
        if figure.value is not None
    ]  # fmt: skip
    return Table("rater_quality", _("How raters use the scale"), head, rows)


def _differences(found: Severities) -> dict[int, tuple[float | None, ...]]:
    """Rater → difference in [−1, 1], its 95 % interval and the number of the group."""
    effects = found.effects
    if effects.reason is not None:
        return {}
    parts = zip(-effects.severity, -effects.high, -effects.low, strict=True)
    return {
        int(label): (*(_known(value / 100) for value in part), int(effects.component[i]) + 1)
        for i, (label, part) in enumerate(zip(found.long.rater_labels.tolist(), parts, strict=True))
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _note(found: Severities) -> str:
    reason = found.effects.reason
    if reason is not None:
        return in_a_row(_("Differences between raters are undefined."), reason_text(reason))
    return _(
        "Difference: how much more or less a rater gives than the others on the same items, with its "
        "%(confidence)s %% interval (crossed effects of items and raters, restricted maximum likelihood); above 0 is "
        "lenient. Raters of different groups share no item and cannot be compared."
    ) % {"confidence": 95}


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
