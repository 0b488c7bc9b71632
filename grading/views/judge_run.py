"""Runs of LLM judges: list, new with its price, results with progress, cancel, go on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from annotations.access import (
    BUILD,
    campaigns_where,
    get_campaign_or_404,
    has_role,
    may_see_scores,
    teams_where,
)
from annotations.lists import Column, Filter, Listing, equal, listing_of
from annotations.models import Campaign
from config.queue import QueueDown, enqueue
from grading import access_endpoints as access
from grading import endpoint_jobs
from grading.actions.judge_run import Estimate, estimate_judge_run, start_judge_run
from grading.actions.run_life import cancel_run, is_resumable, resume_run
from grading.endpoint_words import problem_text
from grading.forms.judge_run import JudgeRunForm
from grading.judge_findings import findings_of
from grading.models import JudgeAnswer, JudgeRun
from grading.views.asked_columns import OUTCOME

COLUMNS = [
    Column("model", gettext_lazy("Model"), lambda row: row.model, ("model",)),
    Column("campaign", gettext_lazy("Campaign"), lambda row: row.campaign.name, ("campaign__name",)),
    *OUTCOME,
    Column("by", gettext_lazy("Started by"), lambda row: row.created_by),
]
ANSWER_COLUMNS = [
    Column("item", gettext_lazy("Item"), lambda row: row.item.key, ("item__key",)),
    Column("source", gettext_lazy("Source"), lambda row: row.item.source, ("item__source",)),
    Column("composite", gettext_lazy("Composite"), lambda row: _hundred(row.composite), ("composite",), True),
    Column("mark", gettext_lazy("Mark"), lambda row: row.mark, ("mark",), True),
    Column("problem", gettext_lazy("What went wrong"), lambda row: row.words, ("problem",)),
]


@require_safe
def run_list(request: HttpRequest) -> HttpResponseBase:
    access.require_reader(request.user)
    campaigns = campaigns_where(request.user)
    filters = [
        Filter("campaign", _("Campaign"), equal("campaign__slug"), list(campaigns.values_list("slug", "name"))),
        Filter("state", _("State"), equal("state"), JudgeRun.State.choices),
    ]  # fmt: skip
    rows = access.judge_runs_where(request.user).order_by("-pk")
    listing = listing_of(request, rows, COLUMNS, filters=filters, usual="-started")
    if listing.is_file:
        return listing.as_file("judge-runs")
    context = {
        "listing": listing, "can_build": teams_where(request.user, BUILD).exists(),
        "campaign": campaigns.filter(slug=request.GET.get("campaign", "")).first(),
    }  # fmt: skip
    return render(request, "grading/judge_run_list.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """First the campaign, then the rest; the price is told before it can be started."""
    slug = request.GET.get("campaign", "")
    if not slug:
        campaigns = campaigns_where(request.user, BUILD)
        access.require_builder(request.user)
        return render(request, "grading/judge_run_campaign.html", {"campaigns": campaigns})
    campaign = get_campaign_or_404(request.user, slug, BUILD)
    endpoints = access.endpoints_where(request.user, BUILD).filter(team=campaign.team_id)
    form = JudgeRunForm(request.POST or None, campaign=campaign, endpoints=endpoints)
    estimate = None
    if request.method == "POST" and form.is_valid():
        estimate = _estimate(form)
        if estimate and "start" in request.POST:
            return _send(request, start_judge_run(plan=form.plan(), user=request.user))
    context = {
        "campaign": campaign, "form": form, "estimate": estimate, "endpoints": endpoints,
        "currency": form.cleaned_data["endpoint"].currency if estimate else "",
    }  # fmt: skip
    return render(request, "grading/judge_run_new.html", context)


def _estimate(form: JudgeRunForm) -> Estimate | None:
    try:
        return estimate_judge_run(form.plan())
    except ValidationError as problem:
        form.add_error(None, problem)
        return None


def _send(request: HttpRequest, run: JudgeRun) -> HttpResponse:
    try:
        enqueue(endpoint_jobs.judge, run.pk)
    except QueueDown:
        messages.error(
            request, _("The queue cannot be reached. The run waits; send it again when it is back.")
        )
    return redirect("judge-run-detail", run.pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    run = access.get_judge_run_or_404(request.user, pk)
    may_see = may_see_scores(request.user, run.campaign.dataset)
    listing = _answers(request, run) if may_see else None
    if listing is not None and listing.is_file:
        return listing.as_file(f"{run.campaign.name} - {run.model}")
    context = _context(request, run) | {
        "listing": listing,
        "findings": findings_of(run) if may_see and not run.is_active else [],
    }
    return render(request, "grading/judge_run_detail.html", context)


def _answers(request: HttpRequest, run: JudgeRun) -> Listing:
    rows = run.answers.filter(kind=JudgeAnswer.Kind.PLAIN).select_related("item").order_by("item_id")
    failed = Filter(
        "only", _("What is shown"), lambda answers, _value: answers.exclude(problem=""),
        [("failed", _("only what failed"))],
    )  # fmt: skip
    is_grading = run.campaign.kind == Campaign.Kind.GRADING
    columns = [column for column in ANSWER_COLUMNS if is_grading or column.name != "mark"]
    return listing_of(request, rows, columns, filters=[failed], dress=_with_words)


def _with_words(rows: list[JudgeAnswer]) -> list[JudgeAnswer]:
    for row in rows:
        row.words = problem_text(row.problem, row.detail) if row.problem else ""  # type: ignore[attr-defined]
    return rows


def _hundred(composite: float | None) -> float | None:
    return None if composite is None else round(100 * composite, 1)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes; a finished run reloads the whole page once."""
    run = access.get_judge_run_or_404(request.user, pk)
    response = render(request, "grading/judge_run_progress.html", _context(request, run))
    if not run.is_active:
        response["HX-Refresh"] = "true"
    return response


def _context(request: HttpRequest, run: JudgeRun) -> dict[str, Any]:
    can_build = has_role(request.user, run.campaign.team_id, BUILD)
    return {"run": run, "can_build": can_build, "can_resume": is_resumable(run)}


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.get_judge_run_or_404(request.user, pk, BUILD)
    cancel_run(run)
    return redirect("judge-run-detail", run.pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.get_judge_run_or_404(request.user, pk, BUILD)
    if not resume_run(run):
        messages.info(request, _("This run is at work already."))
        return redirect("judge-run-detail", run.pk)
    return _send(request, run)
