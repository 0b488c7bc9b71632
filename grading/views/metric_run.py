"""Metric runs of a dataset: list, new, results with progress, cancel, resume."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from annotations.access import BUILD, get_dataset_or_404, has_role
from annotations.lists import Column, Filter, equal, listing_of, minute
from annotations.models import Dataset
from config.queue import GRADERS, QueueDown, enqueue
from grading import jobs
from grading.access import get_metric_run_or_404
from grading.actions import run_life
from grading.actions.metric_batches import asks_a_model
from grading.actions.metric_run import start_metric_run
from grading.field_choices import suggested_kind
from grading.forms.metric_run import MetricRunForm
from grading.metrics import OutputKind
from grading.metrics.entries.words import KINDS
from grading.models import MetricRun
from grading.reports.blocks import Figure
from grading.reports.metric_tables import result_tables, run_rows

COLUMNS = [
    Column("metrics", gettext_lazy("Metrics"), lambda row: row["titles"]),
    Column("judged", gettext_lazy("What is judged"), lambda row: row["prediction"], ("prediction",)),
    Column("against", gettext_lazy("Held against"), lambda row: row["reference"], ("reference",)),
    Column("state", gettext_lazy("State"), lambda row: row["run"].get_state_display(), ("state",)),
    Column("items", gettext_lazy("Items"), lambda row: row["run"].done, ("done",), True),
    Column("started", gettext_lazy("Started"), lambda row: minute(row["run"].created_at), ("created_at",)),
    Column("by", gettext_lazy("Started by"), lambda row: row["run"].created_by),
]


@login_required
@require_GET
def run_list(request: HttpRequest, dataset_id: int) -> HttpResponseBase:
    dataset = get_dataset_or_404(request.user, dataset_id)
    runs = MetricRun.objects.filter(dataset=dataset).select_related("created_by").order_by("-pk")
    filters = [Filter("state", _("State"), equal("state"), MetricRun.State.choices)]
    listing = listing_of(request, runs, COLUMNS, filters=filters, usual="-started", dress=run_rows)
    if listing.is_file:
        return listing.as_file(f"{dataset.name} - {_('Metric runs')}")
    can_build = has_role(request.user, dataset.team_id, BUILD)
    context = {"dataset": dataset, "listing": listing, "can_build": can_build}
    return render(request, "grading/metric_run_list.html", context)


@login_required
def create(request: HttpRequest, dataset_id: int) -> HttpResponse:
    dataset = get_dataset_or_404(request.user, dataset_id, BUILD)
    asked = request.GET.get("kind", "")
    kind = OutputKind(asked) if asked in list(OutputKind) else suggested_kind(dataset)
    form = MetricRunForm(request.POST or None, dataset=dataset, kind=kind)
    if request.method == "POST" and form.is_valid():
        return _begin(request, dataset, form)
    kinds = [(each, KINDS[each][0]) for each in OutputKind]
    context = {"dataset": dataset, "form": form, "kind": kind, "kinds": kinds, "when": KINDS[kind][1]}
    return render(request, "grading/metric_run_new.html", context)


def _begin(request: HttpRequest, dataset: Dataset, form: MetricRunForm) -> HttpResponse:
    data = form.cleaned_data
    run = start_metric_run(
        dataset=dataset,
        user=request.user,
        metrics=data["metrics"],
        prediction=data["prediction"],
        reference=data.get("reference", ""),
        options=form.options(),
    )
    return _send(request, run)


def _send(request: HttpRequest, run: MetricRun) -> HttpResponse:
    try:
        enqueue(jobs.compute_metrics, run.pk, queue=GRADERS if asks_a_model(run) else "default")
    except QueueDown:
        messages.error(
            request, _("The queue cannot be reached. The run waits; send it again when it is back.")
        )
    return redirect("metric-run-detail", run.dataset_id, run.pk)


@login_required
@require_GET
def detail(request: HttpRequest, dataset_id: int, run_id: int) -> HttpResponse:
    run = get_metric_run_or_404(request.user, dataset_id, run_id)
    return render(request, "grading/metric_run_detail.html", _context(request, run))


@login_required
@require_GET
def progress(request: HttpRequest, dataset_id: int, run_id: int) -> HttpResponse:
    """The part of the page that changes; a finished run reloads the whole page once."""
    run = get_metric_run_or_404(request.user, dataset_id, run_id)
    response = render(request, "grading/metric_run_progress.html", _context(request, run))
    if not run.is_active:
        response["HX-Refresh"] = "true"
    return response


def _context(request: HttpRequest, run: MetricRun) -> dict[str, object]:
    return {
        "run": run,
        "dataset": run.dataset,
        "row": run_rows([run])[0],
        "blocks": [{"figure" if isinstance(b, Figure) else "table": b} for b in result_tables(run)],
        "can_resume": run_life.is_resumable(run),
        "can_build": has_role(request.user, run.dataset.team_id, BUILD),
    }


@login_required
@require_POST
def cancel(request: HttpRequest, dataset_id: int, run_id: int) -> HttpResponse:
    run = get_metric_run_or_404(request.user, dataset_id, run_id, BUILD)
    run_life.cancel_run(run)
    return redirect("metric-run-detail", dataset_id, run.pk)


@login_required
@require_POST
def resume(request: HttpRequest, dataset_id: int, run_id: int) -> HttpResponse:
    run = get_metric_run_or_404(request.user, dataset_id, run_id, BUILD)
    if not run_life.resume_run(run):
        messages.info(request, _("This run is at work already."))
        return redirect("metric-run-detail", dataset_id, run.pk)
    return _send(request, run)
