"""How far the raters agree, for every criterion and the composite (or mark)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.methods.agreement import Agreement
from annotations.methods.agreement import agreement as compute_agreement
from annotations.methods.coefficient import Coefficient, undefined
from annotations.models.rating_table import COMPOSITE, NEAR, RatingTable
from grading.reports.blocks import Column, Figure, Section, Table
from grading.reports.charts import intervals
from grading.reports.charts.intervals import Estimate
from grading.reports.data import ReportData
from grading.reports.words import coefficient_words
from grading.verdict_words import in_a_row

NAMES = (
    "krippendorff_alpha", "percent_agreement", "adjacent_agreement", "gwet_ac2_quadratic",
)  # fmt: skip
MOST_CRITERIA, MOST_ROWS = 60, 30
METHODS = ("alpha", "percent-agreement", "ac", "cohen-kappa")
Named = tuple[str, Agreement]


def section(data: ReportData) -> Section:
    title = _("Agreement of the raters")
    if not len(data.table):
        return Section("agreement", title, missing=_("Nothing has been rated yet."))
    found = agreements(data)
    count = len(data.table.criteria)
    cut = _("Only the first %(shown)s of %(count)s criteria are shown.") % {
        "shown": MOST_CRITERIA, "count": count,
    }  # fmt: skip
    lede = _("%(ratings)s ratings of %(items)s items by %(raters)s raters.") % {
        "ratings": len(data.table),
        "items": data.table.item_count,
        "raters": len(data.table.rater_names),
    }
    whom = _("The intervals speak for these raters and for items like these.")
    lede = in_a_row(lede, whom, cut if count > MOST_CRITERIA else "")
    blocks = [_figure(data, found), pairs_table(data, found[0][1])]
    return Section("agreement", title, lede, blocks, methods=METHODS)


def agreements(data: ReportData) -> list[Named]:
    """The composite first, then the criteria in rubric order."""
    table = data.table
    columns = list(table.criteria.values())[:MOST_CRITERIA]
    return [
        (_("Composite"), _agreement(table, COMPOSITE)),
        *((column.name, _agreement(table, column.key)) for column in columns),
    ]


def _agreement(table: RatingTable, key: str) -> Agreement:
    within = NEAR if key == COMPOSITE else None
    return compute_agreement(table.long(key), table.level_of(key), NAMES, within)


def _figure(data: ReportData, found: list[Named]) -> Figure:
    rows = []
    for name, result in found[:MOST_ROWS]:
        alpha = result["krippendorff_alpha"]
        rows.append(Estimate(name, alpha.value, alpha.low, alpha.high))
    lows = [r.low for r in rows if r.low is not None] + [r.value for r in rows if r.value is not None]
    floor = None if data.policy is None else data.policy.agreement_floor
    title = _("Krippendorff’s α by criterion")
    svg = intervals(
        rows, title=title, low=-1.0 if min(lows, default=0) < 0 else 0.0, high=1.0,
        threshold=floor, threshold_name=_("floor"),
    )  # fmt: skip
    return Figure("agreement_alpha", title, svg, coefficients_table(found))


def coefficients_table(found: list[Named]) -> Table:
    head = [
        Column("criterion", _("Criterion")),
        Column("coefficient", _("Coefficient")),
        Column("value", _("Value"), "number", 2),
        Column("low", _("Low"), "number", 2),
        Column("high", _("High"), "number", 2),
        Column("items", _("Items"), "count"),
        Column("reason", _("Reason where undefined")),
    ]
    rows = [
        [name, coefficient_words(c.name), c.value, c.low, c.high, result.items, _reason(c)]
        for name, result in found
        for c in (*result.coefficients, mean_kappa(result))
    ]
    return Table("agreement", _("Agreement"), head, rows)


def mean_kappa(result: Agreement) -> Coefficient:
    """Quadratic κ, the mean over the pairs of raters that have one (without an interval)."""
    found = [p.cohen_kappa_quadratic for p in result.pairs if p.cohen_kappa_quadratic is not None]
    name = "cohen_kappa_quadratic"
    if found:
        return Coefficient(name, sum(found) / len(found))
    reasons = [pair.reason for pair in result.pairs if pair.items and pair.reason]
    return undefined(name, reasons[0].code if reasons else "no_overlap")


def _reason(coefficient: Coefficient) -> str:
    said = coefficient.reason or coefficient.caution
    return "" if said is None else _(str(said))


def pairs_table(data: ReportData, composite: Agreement) -> Table:
    names = data.table.rater_names
    head = [
        Column("first", _("Rater")),
        Column("second", _("Rater")),
        Column("items", _("Items in common"), "count"),
        Column("exact", _("Exact agreement"), "share"),
        Column("kappa", _("Quadratic weighted kappa"), "number", 2),
        Column("difference", _("Mean difference"), "number"),
    ]
    rows = [
        [
            names[pair.raters[0]], names[pair.raters[1]], pair.items, pair.percent_agreement,
            pair.cohen_kappa_quadratic, pair.difference,
        ]
        for pair in composite.pairs
        if pair.items
    ]  # fmt: skip
    return Table("rater_pairs", _("Pairs of raters, on the composite"), head, rows)
