"""Metric runs of a dataset: list, new, results with progress, cancel, resume."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotations.access import BUILD, get_dataset_or_404, has_role
from annotations.models import Dataset
from config.queue import QueueDown, enqueue
from grading import jobs
from grading.access import get_metric_run_or_404
from grading.actions import metric_run as action
from grading.field_choices import suggested_kind
from grading.forms.metric_run import MetricRunForm
from grading.metrics import OutputKind
from grading.models import MetricRun
from grading.reports.blocks import Figure
from grading.reports.metric_tables import result_tables, run_rows


@login_required
@require_GET
def run_list(request: HttpRequest, dataset_id: int) -> HttpResponse:
    dataset = get_dataset_or_404(request.user, dataset_id)
    runs = MetricRun.objects.filter(dataset=dataset).select_related("created_by")
    context = {
        "dataset": dataset,
        "rows": run_rows(runs[:200]),
        "can_build": has_role(request.user, dataset.team_id, BUILD),
    }
    return render(request, "grading/metric_run_list.html", context)


@login_required
def create(request: HttpRequest, dataset_id: int) -> HttpResponse:
    dataset = get_dataset_or_404(request.user, dataset_id, BUILD)
    asked = request.GET.get("kind", "")
    kind = OutputKind(asked) if asked in list(OutputKind) else suggested_kind(dataset)
    form = MetricRunForm(request.POST or None, dataset=dataset, kind=kind)
    if request.method == "POST" and form.is_valid():
        return _begin(request, dataset, form)
    context = {"dataset": dataset, "form": form, "kind": kind, "kinds": list(OutputKind)}
    return render(request, "grading/metric_run_new.html", context)


def _begin(request: HttpRequest, dataset: Dataset, form: MetricRunForm) -> HttpResponse:
    data = form.cleaned_data
    run = action.start_metric_run(
        dataset=dataset,
        user=request.user,
        metrics=data["metrics"],
        prediction=data["prediction"],
        reference=data["reference"],
        options=form.options(),
    )
    return _send(request, run)


def _send(request: HttpRequest, run: MetricRun) -> HttpResponse:
    try:
        enqueue(jobs.compute_metrics, run.pk)
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
        "can_resume": action.is_resumable(run),
        "can_build": has_role(request.user, run.dataset.team_id, BUILD),
    }


@login_required
@require_POST
def cancel(request: HttpRequest, dataset_id: int, run_id: int) -> HttpResponse:
    run = get_metric_run_or_404(request.user, dataset_id, run_id, BUILD)
    action.cancel_metric_run(run=run)
    return redirect("metric-run-detail", dataset_id, run.pk)


@login_required
@require_POST
def resume(request: HttpRequest, dataset_id: int, run_id: int) -> HttpResponse:
    run = get_metric_run_or_404(request.user, dataset_id, run_id, BUILD)
    if not action.resume_metric_run(run=run):
        messages.info(request, _("This run is at work already."))
        return redirect("metric-run-detail", dataset_id, run.pk)
    return _send(request, run)
