"""The results of a metric run as tables and charts, and the list of runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from grading.field_choices import address_title, sides_title
from grading.metrics import find, reason_text, title_of
from grading.models import MetricResult, MetricRun
from grading.reports.blocks import Column, Figure, Table
from grading.reports.charts import bars, heat_map
from grading.reports.charts.svg import number
from grading.verdict_words import candidate_name

WAYS = {
    "words": gettext_lazy("Whether passages bear a sentence out was told by shared words, a stopgap that knows no other wording."),
    "model": gettext_lazy("Whether passages bear a sentence out was told by an entailment model."),
    "judge": gettext_lazy("The figures on passages are the scores of a judge."),
}
MOST_BARS, MOST_MATRICES, MOST_LABELS = 24, 8, 15


def run_rows(runs: Iterable[MetricRun]) -> list[dict[str, Any]]:
    """A run for the list: titles of its metrics and of its two sides."""
    return [
        {
            "run": run,
            "titles": pgettext("between names", ", ").join(
                title_of(name) for name in run.metrics
            ),
            "prediction": address_title(run.prediction),
            "reference": address_title(run.reference) if run.reference else "",
            "sides": sides_title(run),
            "methods": metric_notes(run.metrics),
        }
        for run in runs
    ]


def result_tables(run: MetricRun) -> list[Table | Figure]:
    """Everything a finished run has to show; empty before that."""
    results = list(run.results.order_by("pk"))
    if not results:
        return []
    tables = [totals_table(results), *interval_table(results), *undefined_table(results)]
    return [*tables, *percentile_table(results), *group_tables(results), *charts(results), *matrices(results)]


def metric_notes(metrics: Iterable[str]) -> tuple[str, ...]:
    """The notes of the methods page on these metrics, each once."""
    return tuple(f"metric-{name}" for name in dict.fromkeys(metrics))


def candidate_title(result: MetricResult) -> str:
    return _("all items") if result.is_whole else candidate_name(result.candidate)


def totals_table(results: list[MetricResult]) -> Table:
    """Candidates down, metrics across; a confusion matrix is no number and has its own table."""
    metrics = [m for m in dict.fromkeys(r.metric for r in results) if m != "confusion_matrix"]
    found: dict[tuple[str, bool], dict[str, MetricResult]] = {}
    for result in results:
        found.setdefault((result.candidate, result.is_nameless), {})[result.metric] = result
    rows = []
    for mine in found.values():
        first = next(iter(mine.values()))
        values = [_value(mine.get(metric)) for metric in metrics]
        rows.append([candidate_title(first), first.n, *values])
    columns = [
        Column("candidate", _("Candidate")),
        Column("items", _("Items"), "count"),
        *(Column(metric, title_of(metric), "number") for metric in metrics),
    ]
    ways = sorted({r.detail["way"] for r in results if r.detail.get("way") in WAYS})
    note = " ".join(str(WAYS[way]) for way in ways)
    return Table("automatic_metrics", _("Totals by candidate"), columns, rows, note)


def undefined_table(results: list[MetricResult]) -> list[Table]:
    """Which totals are undefined, and why: one line a metric and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result.value is None:
            names = found.setdefault((result.metric, result.reason), [])
            names.append(candidate_title(result))
    rows = [
        [title_of(metric), reason_text(reason), pgettext("between names", ", ").join(names)]
        for (metric, reason), names in found.items()
    ]
    columns = [
        Column("metric", _("Metric")),
        Column("reason", _("Reason")),
        Column("candidates", _("Candidates")),
    ]
    return [Table("undefined_metrics", _("Undefined"), columns, rows)] if rows else []


def interval_table(results: list[MetricResult]) -> list[Table]:
    """The 95 % intervals of the totals that have one."""
    rows = [
        [title_of(r.metric), candidate_title(r), r.value, r.detail["low"], r.detail["high"], r.n]
        for r in results
        if r.value is not None and r.detail.get("low") is not None and r.detail.get("high") is not None
    ]
    columns = [
        Column("metric", _("Metric")),
        Column("candidate", _("Candidate")),
        Column("value", _("Value"), "number"),
        Column("low", _("Lower end"), "number"),
        Column("high", _("Upper end"), "number"),
        Column("items", _("Items"), "count"),
    ]
    note = _("For items like these, independent of each other; an interval holds the true value 19 times in 20.")
    return [Table("metric_intervals", _("Intervals"), columns, rows, note)] if rows else []


def percentile_table(results: list[MetricResult]) -> list[Table]:
    """Latency at a glance: half of the answers, most of them, nearly all."""
    found = [r for r in results if r.metric == "latency" and r.value is not None]
    names = ("p50", "p90", "p95", "p99", "mean", "max")
    titles = ("50 %", "90 %", "95 %", "99 %", _("Mean"), _("Longest"))
    columns = [
        Column("candidate", _("Candidate")),
        *(Column(name, title, "number") for name, title in zip(names, titles, strict=True)),
    ]
    rows = [[candidate_title(r), *(r.detail[name] for name in names)] for r in found]
    note = _("Seconds within which this share of the answers came.")
    return [Table("latency", _("Latency"), columns, rows, note)] if rows else []


def group_tables(results: list[MetricResult]) -> list[Table]:
    """Each group against the rest, for metrics of fairness."""
    return [
        Table(
            f"groups_{r.metric}_{r.candidate}",
            pgettext("between names", ", ").join([title_of(r.metric), candidate_title(r)]),
            _group_columns(),
            [[g["group"], g["n"], g["mean"], g["difference"], g["low"], g["high"], g["p_holm"]]
             for g in r.detail["groups"]],
            _("The interval is that of the difference to all other items; p is Holm’s over the groups."),
        )
        for r in results
        if r.detail.get("groups")
    ]  # fmt: skip


def _group_columns() -> list[Column]:
    return [
        Column("group", _("Group")),
        Column("items", _("Items"), "count"),
        Column("mean", _("Mean, marks"), "number"),
        Column("difference", _("Less the rest"), "number"),
        Column("low", _("Lower end"), "number"),
        Column("high", _("Upper end"), "number"),
        Column("p", "p", "p"),
    ]


def charts(
    results: list[MetricResult], colours: dict[str, int] | None = None
) -> list[Figure]:
    """Bars for each metric, when there are two candidates or more to compare."""
    figures = []
    for metric in dict.fromkeys(r.metric for r in results if r.metric != "confusion_matrix"):
        mine = [r for r in results if r.metric == metric and not r.is_whole][:MOST_BARS]
        if len(mine) > 1 and any(r.value is not None for r in mine):
            figures.append(_bars(metric, mine, colours or _colours(results)))
    return figures


def _bars(metric: str, mine: list[MetricResult], colours: dict[str, int]) -> Figure:
    entry, title = find(metric), title_of(metric)
    top = (entry.high if entry else None) or max([r.value or 0 for r in mine] + [1e-9])
    rows = [(candidate_title(r), r.value, colours.get(r.candidate, 0)) for r in mine]
    start = entry.low if entry and entry.low is not None and entry.low > -1 else 0
    low = min([start, *(r.value or 0 for r in mine)])
    return Figure(
        f"chart_{metric}",
        title,
        bars(rows, title=title, low=low, high=top),
        caption=str(entry.use) if entry else "",
    )


def _colours(results: list[MetricResult]) -> dict[str, int]:
    names = sorted({r.candidate for r in results if not r.is_whole})
    return {name: i for i, name in enumerate(names)}


def matrices(results: list[MetricResult]) -> list[Figure]:
    """Heat maps of the confusion matrices; a matrix with too many labels is a table only."""
    found = [r for r in results if r.metric == "confusion_matrix" and r.detail.get("labels")]
    return [
        matrix_figure(candidate_title(r), r.detail, f"confusion_{'-' if r.is_nameless else r.candidate}")
        for r in found[:MOST_MATRICES]
    ]


def matrix_figure(candidate: str, detail: dict[str, Any], key: str) -> Figure:
    """`detail` is {"labels": […], "matrix": [[int]]} with the reference in the rows."""
    labels = [_label(label) for label in detail["labels"]]
    title = _("Confusion matrix: %(candidate)s") % {"candidate": candidate}
    columns = [Column("reference", _("Reference")), *(Column(f"p{i}", n, "count") for i, n in enumerate(labels))]
    rows = [[name, *row] for name, row in zip(labels, detail["matrix"], strict=True)]
    svg = (
        heat_map(
            labels, detail["matrix"], title=title,
            row_title=_("Reference"), column_title=_("Prediction"),
        )
        if len(labels) <= MOST_LABELS
        else None
    )  # fmt: skip
    return Figure(key, title, svg, Table(key, title, columns, rows))


def _label(label: float | str) -> str:
    return number(label) if isinstance(label, int | float) else label


def _value(result: MetricResult | None) -> float | None:
    return None if result is None else result.value
