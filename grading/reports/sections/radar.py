"""The profile: every candidate over criteria and metrics, each axis a share of its scale."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grading.methods.metrics_labels import is_right
from grading.metrics import find
from grading.reports.blocks import Column, Figure, Section, Table
from grading.reports.charts import radar
from grading.reports.charts.radar import Series
from grading.reports.data import ReportData
from grading.reports.estimates import criterion_mean
from grading.reports.sections.machine import mark_pairs
from grading.reports.sections.metrics import newest_runs
from grading.verdict_words import in_a_row

MOST_AXES, MOST_SERIES = 12, 6
Axis = tuple[str, dict[str, float | None]]  # title, share by candidate


def section(data: ReportData) -> Section:
    title = _("Profile of the candidates")
    axes = (grading_axes(data) if data.is_grading else evaluation_axes(data))[:MOST_AXES]
    names = [n for n in data.candidates if any(axis[1].get(n) is not None for axis in axes)]
    if len(axes) < 3 or not names:
        missing = _("A profile needs rated candidates and three criteria or metrics.")
        return Section("profile", title, missing=missing)
    return Section("profile", title, _lede(names), [_figure(data, axes, names)])


def _lede(names: list[str]) -> str:
    lede = _("Every axis runs from the worst to the best its scale allows.")
    if len(names) <= MOST_SERIES:
        return lede
    more = _("The picture shows the first %(number)s; the table has all.")
    return in_a_row(lede, more % {"number": MOST_SERIES})


def _figure(data: ReportData, axes: list[Axis], names: list[str]) -> Figure:
    title = _("Criteria and metrics by candidate")
    series = [
        Series(n, [values.get(n) for _t, values in axes], data.colours[n])
        for n in names[:MOST_SERIES]
    ]
    head = [
        Column("candidate", _("Candidate")),
        *(Column(f"axis{i}", axis, "share") for i, (axis, _v) in enumerate(axes)),
    ]
    rows = [[n, *(values.get(n) for _t, values in axes)] for n in names]
    svg = radar([axis for axis, _v in axes], series, title=title)
    return Figure("profile", title, svg, Table("profile", title, head, rows))


def evaluation_axes(data: ReportData) -> list[Axis]:
    """Criteria by their mean, then the metrics of the newest runs that have two ends."""
    axes: list[Axis] = []
    for column in data.table.criteria.values():
        if not column.has_order:  # names have no mean
            continue
        means = {n: criterion_mean(data, column.key, n).mean for n in data.candidates}
        axes.append((column.name, means))
    return axes + _metric_axes(data)


def _metric_axes(data: ReportData) -> list[Axis]:
    axes: dict[str, dict[str, float | None]] = {}
    for _run, results in newest_runs(data):
        for result in results:
            entry = find(result.metric)
            if entry is None or entry.low is None or entry.high is None:
                continue
            if result.metric == "confusion_matrix" or result.is_whole:
                continue
            share = None
            if result.value is not None:
                share = (result.value - entry.low) / (entry.high - entry.low)
                share = share if entry.is_higher_better else 1 - share
            axes.setdefault(str(entry.title), {})[result.candidate] = share
    return [(title, values) for title, values in axes.items() if set(values.values()) != {None}]


def grading_axes(data: ReportData) -> list[Axis]:
    """The share of right marks in every question, by scorer."""
    shares = {name: _right_by_question(data, name) for name in data.candidates}
    return [
        (
            _("Question %(key)s") % {"key": question.key},
            {name: found.get(question.pk) for name, found in shares.items()},
        )
        for question in data.questions.values()
        if any(question.pk in found for found in shares.values())
    ]


def _right_by_question(data: ReportData, scorer: str) -> dict[int, float]:
    """Question id → the share of the scorer's marks that are within the tolerance."""
    hits: dict[int, list[bool]] = {}
    for pk, (machine, human) in mark_pairs(data, scorer).items():
        right = is_right(machine, human, data.tolerance)
        hits.setdefault(data.items[pk].question, []).append(right)
    return {question: sum(found) / len(found) for question, found in hits.items()}
