"""Automatic metrics of the dataset, and the automatic scores of its candidates."""

from __future__ import annotations

from django.db.models import Avg, prefetch_related_objects
from django.utils.translation import gettext as _

from annotations.models import AutomaticScore
from grading.field_choices import sides_title
from grading.models import MetricResult, MetricRun
from grading.reports.blocks import Column, Figure, Section, Table
from grading.reports.data import ReportData
from grading.reports.metric_tables import (
    charts,
    matrices,
    metric_notes,
    totals_table,
    undefined_table,
)
from grading.verdict_words import candidate_name

MOST_RUNS, MOST_SCORERS = 4, 30


def section(data: ReportData) -> Section:
    title = _("Automatic metrics")
    blocks: list[Table | Figure] = []
    runs = newest_runs(data)
    for run, results in runs:
        blocks += run_blocks(data, run, results)
    if not data.is_grading and data.scorers:
        blocks.append(scorer_means(data))
    if not blocks:
        missing = _("No automatic metric has been computed for this dataset yet.")
        return Section("metrics", title, missing=missing)
    notes = metric_notes(result.metric for _run, results in runs for result in results)
    lede = _("Computed over all items of the dataset.")
    return Section("metrics", title, lede, blocks, methods=notes)


def newest_runs(data: ReportData) -> list[tuple[MetricRun, list[MetricResult]]]:
    """The newest finished run of each pair of sides, with the results that fit the campaign."""
    runs: dict[tuple[str, str], MetricRun] = {}
    done = MetricRun.objects.filter(dataset=data.campaign.dataset_id, state=MetricRun.State.DONE)
    for run in done[:100]:
        runs.setdefault((run.prediction, run.reference), run)
    shown = list(runs.values())[:MOST_RUNS]
    prefetch_related_objects(shown, "results")
    return [(run, list(run.results.all())) for run in shown]


def run_blocks(
    data: ReportData, run: MetricRun, results: list[MetricResult]
) -> list[Table | Figure]:
    if not results:
        return []
    sides = sides_title(run)
    table = totals_table(results)
    named = Table(f"metrics_{run.pk}", sides, table.columns, table.rows)
    return [
        named, *undefined_table(results), *charts(results, data.colours), *matrices(results),
    ]  # fmt: skip


def scorer_means(data: ReportData) -> Table:
    """Mean automatic score by source over all items: one row a source, one column a scorer."""
    names = list(data.scorers)[:MOST_SCORERS]
    found = AutomaticScore.objects.filter(
        item__dataset=data.campaign.dataset_id, criterion="", scorer__name__in=names,
        scorer__team=data.campaign.team_id,
    )  # fmt: skip
    means = {
        (source, name): mean
        for source, name, mean in found.values_list("item__source", "scorer__name").annotate(
            mean=Avg("value")
        )
    }
    head = [Column("candidate", _("Candidate")), Column("items", _("Items"), "count")]
    head += [Column(name, name, "number") for name in names]
    counts = dict(data.sources)
    rows = [
        [candidate_name(source), counts[source], *(means.get((source, n)) for n in names)]
        for source in data.candidates
    ]
    return Table("automatic_scores", _("Mean automatic scores"), head, rows)
