"""Runs of generators: list, new with its price, progress, results, cancel, go on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from annotations.access import BUILD, datasets_where, get_dataset_or_404, has_role, teams_where
from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile
from annotations.lists import Column, Filter, equal, listing_of
from annotations.models import Dataset
from config.queue import GRADERS, QueueDown, enqueue
from grading import access_endpoints as access
from grading import endpoint_jobs
from grading.actions.generation_run import (
    answering_versions,
    estimate_generation_run,
    start_generation_run,
)
from grading.actions.judge_run import Estimate
from grading.actions.prompt_file import make_dataset
from grading.actions.run_life import cancel_run, is_resumable, resume_run
from grading.endpoint_words import problem_text
from grading.forms.generation import GenerationRunForm, GenerationStartForm
from grading.models import GenerationRun
from grading.views.asked_columns import OUTCOME

COLUMNS = [
    Column("source", gettext_lazy("Source"), lambda row: row.source, ("source",)),
    Column("dataset", gettext_lazy("Dataset"), lambda row: row.dataset.name, ("dataset__name",)),
    Column("template", gettext_lazy("Template"), lambda row: row.template),
    *OUTCOME,
]
SHOWN_FAILURES = 20
BY_VERSION = "grading.grader_jobs.generate"


@require_safe
def run_list(request: HttpRequest) -> HttpResponseBase:
    access.require_reader(request.user)
    filters = [Filter("state", _("State"), equal("state"), GenerationRun.State.choices)]
    rows = access.generation_runs_where(request.user).order_by("-pk")
    listing = listing_of(request, rows, COLUMNS, filters=filters, usual="-started")
    if listing.is_file:
        return listing.as_file("generation-runs")
    can_build = teams_where(request.user, BUILD).exists()
    context = {"listing": listing, "can_build": can_build}
    return render(request, "grading/generation_run_list.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """First the questions, then the rest; the price is told before it can be started."""
    asked = request.GET.get("dataset", "")
    if not asked.isdecimal():
        return _choose_questions(request)
    dataset = get_dataset_or_404(request.user, int(asked[:15]), BUILD)
    endpoints = access.endpoints_where(request.user, BUILD).filter(team=dataset.team_id)
    templates = access.templates_where(request.user, BUILD).filter(team=dataset.team_id)
    versions = answering_versions(dataset.team_id)
    form = GenerationRunForm(
        request.POST or None, dataset=dataset, endpoints=endpoints, templates=templates,
        versions=versions,
    )  # fmt: skip
    estimate = None
    if request.method == "POST" and form.is_valid():
        estimate = _estimate(form)
        if estimate and "start" in request.POST:
            return _send(request, start_generation_run(plan=form.plan(), user=request.user))
    context = {
        "dataset": dataset, "form": form, "endpoints": endpoints, "templates": templates,
        "versions": versions, **_price(form, estimate),
    }  # fmt: skip
    return render(request, "grading/generation_run_new.html", context)


def _choose_questions(request: HttpRequest) -> HttpResponse:
    access.require_builder(request.user)
    form = GenerationStartForm(
        request.POST or None, request.FILES or None,
        teams=teams_where(request.user, BUILD).order_by("name"),
        datasets=datasets_where(request.user, BUILD).order_by("name"),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            dataset = form.cleaned_data["dataset"] or _dataset_of_file(request, form)
            return redirect(f"{reverse('generation-run-new')}?dataset={dataset.pk}")
        except BadFile as problem:
            form.add_error("file", problem.problem.text)
    return render(request, "grading/generation_run_questions.html", {"form": form})


def _dataset_of_file(request: HttpRequest, form: GenerationStartForm) -> Dataset:
    """Raises BadFile, and nothing is stored."""
    data = form.cleaned_data
    table = open_table(data["file"].file, data["file"].name)
    return make_dataset(team=data["team"], name=data["name"], table=table, by=request.user)


def _estimate(form: GenerationRunForm) -> Estimate | None:
    try:
        return estimate_generation_run(form.plan())
    except ValidationError as problem:
        form.add_error(None, problem)
        return None


def _price(form: GenerationRunForm, estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {"estimate": None}
    plan = form.plan()
    currency = plan.prices.get("currency", "")
    return {"estimate": estimate, "currency": currency, "is_own": plan.version is not None}


def _send(request: HttpRequest, run: GenerationRun) -> HttpResponse:
    try:
        if run.version_id:
            enqueue(BY_VERSION, run.pk, queue=GRADERS)
        else:
            enqueue(endpoint_jobs.generate, run.pk)
    except QueueDown:
        messages.error(
            request, _("The queue cannot be reached. The run waits; send it again when it is back.")
        )
    return redirect("generation-run-detail", run.pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.get_generation_run_or_404(request.user, pk)
    failed = run.answers.exclude(problem="").select_related("question").order_by("pk")
    context = _context(request, run) | {
        "failures": [
            (answer, problem_text(answer.problem, answer.detail)) for answer in failed[:SHOWN_FAILURES]
        ],
        "cut": run.answers.filter(is_cut=True).count(),
    }
    return render(request, "grading/generation_run_detail.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes; a finished run reloads the whole page once."""
    run = access.get_generation_run_or_404(request.user, pk)
    response = render(request, "grading/generation_run_progress.html", _context(request, run))
    if not run.is_active:
        response["HX-Refresh"] = "true"
    return response


def _context(request: HttpRequest, run: GenerationRun) -> dict[str, Any]:
    can_build = has_role(request.user, run.dataset.team_id, BUILD)
    return {"run": run, "can_build": can_build, "can_resume": is_resumable(run)}


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.get_generation_run_or_404(request.user, pk, BUILD)
    cancel_run(run)
    return redirect("generation-run-detail", run.pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.get_generation_run_or_404(request.user, pk, BUILD)
    if not resume_run(run):
        messages.info(request, _("This run is at work already."))
        return redirect("generation-run-detail", run.pk)
    return _send(request, run)
