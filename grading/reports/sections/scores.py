"""Mean human scores with intervals: by candidate in evaluation, by question in grading."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.models.rating_table import CriterionColumn
from grading.reports.blocks import Cell, Column, Figure, Section, Table
from grading.reports.charts import intervals
from grading.reports.charts.intervals import Estimate
from grading.reports.data import ReportData
from grading.reports.estimates import GroupMean, Mask, criterion_mean, group_mean
from grading.reports.words import reason_words
from grading.verdict_words import candidate_name, in_a_row

MOST_GROUPS, MOST_FIGURES = 40, 40
METHODS = ("composite", "inclusion", "speaks-for")
Group = tuple[str, Mask, int]  # name, its ratings, colour


def section(data: ReportData) -> Section:
    title = _("Scores by criterion")
    if not len(data.table):
        return Section("scores", title, missing=_("Nothing has been rated yet."))
    groups = groups_of(data)
    composites = [group_mean(data, data.table.composite, mask) for _n, mask, _c in groups]
    blocks = [_composite_figure(data, groups, composites), *_criteria(data, groups)]
    lede = _("Means over all items by the sampling weights; intervals speak for raters like these.")
    return Section("scores", title, in_a_row(lede, _cut(data)), blocks, methods=METHODS)


def _cut(data: ReportData) -> str:
    """Says so when there are more groups or criteria than a page can show."""
    if data.is_grading:
        count, shown = len(data.questions), MOST_GROUPS
    else:
        count, shown = len(data.sources), len(data.candidates)
    if count <= shown:
        return ""
    return _("Only the first %(shown)s of %(count)s are shown.") % {"shown": shown, "count": count}


def groups_of(data: ReportData) -> list[Group]:
    """Sources, or questions in grading; at most so many as a page can show."""
    table = data.table
    if data.is_grading:
        keys = [q for q in data.questions.values() if (table.question == q.pk).any()]
        return [(q.key, table.question == q.pk, 0) for q in keys[:MOST_GROUPS]]
    return [
        (candidate_name(n), table.source == n, data.colours[n]) for n in names_of(data)
    ]


def names_of(data: ReportData) -> list[str]:
    """The sources that have ratings."""
    rated = set(data.table.source.tolist())
    return [name for name in data.candidates if name in rated]


def _composite_figure(
    data: ReportData, groups: list[Group], means: list[GroupMean]
) -> Figure:
    title = _("Composite by question") if data.is_grading else _("Composite by candidate")
    threshold = _threshold(data)
    return Figure(
        "composite",
        title,
        intervals(
            [_scaled(g, m, 0, 100) for g, m in zip(groups, means, strict=True)],
            title=title, low=0, high=100, threshold=threshold, threshold_name=_("threshold"),
        ),
        means_table("composite_by_group", title, groups, means, "hundred", 0, 1),
        _("0–100; the line is the %(confidence)s %% interval for raters like these.")
        % {"confidence": 95},
    )  # fmt: skip


def _threshold(data: ReportData) -> float | None:
    if data.policy is None or data.policy.estimand != "mean_composite":
        return None
    return 100 * data.policy.threshold


def _criteria(data: ReportData, groups: list[Group]) -> list[Figure | Table]:
    columns = [column for column in data.table.criteria.values() if column.has_order]  # names have no mean
    if data.is_grading:
        return [scoring_points(data, columns)]
    figures: list[Figure | Table] = []
    for column in columns[:MOST_FIGURES]:
        means = [criterion_mean(data, column.key, name) for name in names_of(data)]
        title = _("%(criterion)s by candidate") % {"criterion": column.name}
        svg = intervals(
            [_scaled(g, m, column.low, column.high) for g, m in zip(groups, means, strict=True)],
            title=title, low=column.low, high=column.high,
        )  # fmt: skip
        behind = means_table(
            f"criterion_{column.key}", title, groups, means, "number", column.low, column.high
        )
        figures.append(Figure(f"criterion_{column.key}", title, svg, behind))
    return figures


def scoring_points(data: ReportData, columns: list[CriterionColumn]) -> Table:
    """How much of each scoring point the answers earned."""
    rows: list[list[Cell]] = []
    for column in columns:
        found = criterion_mean(data, column.key)
        rows.append([column.name, column.high, found.mean, found.low, found.high, found.items])
    head = [
        Column("criterion", _("Scoring point")),
        Column("marks", _("Marks"), "number", 1),
        Column("share", _("Share earned"), "share"),
        Column("low", _("Low"), "share"),
        Column("high", _("High"), "share"),
        Column("items", _("Items"), "count"),
    ]
    return Table("scoring_points", _("Scoring points"), head, rows)


def _scaled(group: Group, mean: GroupMean, low: float, high: float) -> Estimate:
    def on(value: float | None) -> float | None:
        return None if value is None else low + value * (high - low)

    return Estimate(group[0], on(mean.mean), on(mean.low), on(mean.high), group[2])


def means_table(
    key: str, title: str, groups: list[Group], means: list[GroupMean], kind: str,
    low: float, high: float,
) -> Table:  # fmt: skip
    """Mean and both intervals a group, on the scale `low`…`high`."""
    head = [
        Column("candidate", _("Name")),
        Column("items", _("Items"), "count"),
        Column("mean", _("Mean"), kind),
        Column("low", _("Low, raters like these"), kind),
        Column("high", _("High, raters like these"), kind),
        Column("these_low", _("Low, these raters"), kind),
        Column("these_high", _("High, these raters"), kind),
        Column("reason", _("Reason where undefined")),
    ]
    span = high - low
    rows: list[list[Cell]] = [
        [
            name, m.items,
            *(None if v is None else low + v * span for v in (m.mean, m.low, m.high, m.these_low, m.these_high)),
            reason_words(m.reason),
        ]
        for (name, _mask, _colour), m in zip(groups, means, strict=True)
    ]  # fmt: skip
    return Table(key, title, head, rows)
