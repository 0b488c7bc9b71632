"""Source → columns (of a file) → preview with the split → progress."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations.access import BUILD, campaigns_where, datasets_where, teams_where
from annotations.formats.problems import BadFile, Problem
from annotations.formats.wide_columns import wide_table
from annotations.views.item_import import located
from annotations.views.stepper import stepper
from config.queue import QueueDown, enqueue, is_queue_up
from grading.access import get_training_draft_or_404, joinable_sets, may_see_rows
from grading.actions import training_draft as action
from grading.actions import training_making as making
from grading.forms.training_set import (
    CampaignSource,
    DatasetSource,
    FileSource,
    PaperColumnsForm,
    SourceForm,
    SplitForm,
)
from grading.models import TrainingDraft, TrainingOrigin
from grading.training_jobs import make_training_set
from grading.training_join import sets_in_service
from grading.training_page import training_page

PROBLEMS_SHOWN = 200


@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not teams_where(request.user, BUILD).exists():
        raise PermissionDenied
    origin, form = _source_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            draft = action.start_draft(user=request.user, **form.values())
            return redirect(_look(draft))
        except BadFile as error:
            form.add_error("file" if origin == TrainingOrigin.FILE else "together", located(error.problem))
    context = {"form": form, "origin": origin, "origins": TrainingOrigin.choices}
    return render(request, "grading/training_create.html", context)


def _source_form(request: HttpRequest) -> tuple[str, SourceForm]:
    """Of the source that the address names."""
    given = request.GET
    data, files = request.POST or None, request.FILES or None
    if "campaign" in given or given.get("from") == TrainingOrigin.CAMPAIGN:
        rows, initial = campaigns_where(request.user, BUILD), _of_campaign(given.get("campaign"))
        sets = joinable_sets(request.user, pk__in=sets_in_service())
        return TrainingOrigin.CAMPAIGN, CampaignSource(data, campaigns=rows, sets=sets, initial=initial)
    if "dataset" in given or given.get("from") == TrainingOrigin.DATASET:
        rows, initial = datasets_where(request.user, BUILD), {"dataset": given.get("dataset")}
        return TrainingOrigin.DATASET, DatasetSource(data, datasets=rows, initial=initial)
    return TrainingOrigin.FILE, FileSource(data, files, teams=teams_where(request.user, BUILD))


def _of_campaign(campaign: str | None) -> dict[str, Any]:
    """Where people mark for a grader, with the set of its version in service."""
    number = int(campaign) if campaign and campaign.isdecimal() else None
    return {"campaign": campaign, "together": sets_in_service(number) if number else []}


def _look(draft: TrainingDraft) -> str:
    """The next page: a file is asked about its columns, anything else can be previewed at once."""
    if draft.has_columns:
        return reverse("training-columns", args=[draft.pk])
    action.first_look(draft=draft)
    return reverse("training-draft", args=[draft.pk])


@login_required
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_training_draft_or_404(request.user, pk)
    if draft.state != TrainingDraft.State.DRAFT or not draft.has_columns:
        return redirect("training-draft", pk)
    form = PaperColumnsForm(request.POST or None, facts=draft.facts, mapping=draft.mapping)
    if request.method == "POST" and form.is_valid():
        try:
            action.set_columns(draft=draft, roles=form.roles())
            return redirect("training-draft", pk)
        except BadFile as error:
            form.add_error(None, located(error.problem))
    table = wide_table(draft.mapping or draft.facts["guess"], is_open=draft.facts["open"])
    context = {"draft": draft, "form": form, "table": table, "steps": steps(draft, "columns")}
    return render(request, "grading/training_columns.html", context)


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview while it is a draft, where a POST divides anew; then the progress."""
    draft = get_training_draft_or_404(request.user, pk)
    if draft.state == TrainingDraft.State.DONE and draft.training_set_id:
        return _to_the_set(request, draft)
    if draft.state != TrainingDraft.State.DRAFT:
        page = "_training_progress" if request.htmx else "training_progress"
        return render(request, f"grading/{page}.html", _progress(draft))
    if "found" not in draft.facts:
        return redirect("training-columns", pk)
    return _preview(request, draft)


def _preview(request: HttpRequest, draft: TrainingDraft) -> HttpResponse:
    form = SplitForm(
        request.POST or None, plan=action.plan_of(draft), subject=draft.school_subject,
        subjects=draft.facts["found"]["subjects"],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            action.set_split(draft=draft, plan=form.plan(), subject=form.subject())
            return redirect("training-draft", draft.pk)
        except BadFile as error:
            form.add_error(None, located(error.problem))
    context = {
        "draft": draft,
        "form": form,
        "table": wide_table(draft.mapping),
        "page": training_page(draft.facts["found"], draft.split_by),
        "problems": [Problem.from_data(data) for data in draft.problems[:PROBLEMS_SHOWN]],
        "problem_count": max(draft.refused, len(draft.problems)),
        "may_see_rows": may_see_rows(request.user, draft),
        "steps": steps(draft, "preview"),
    }
    return render(request, "grading/training_preview.html", context)


def _to_the_set(request: HttpRequest, draft: TrainingDraft) -> HttpResponse:
    """htmx is told to open the page, not to put it into the progress."""
    url = reverse("training-detail", args=[draft.training_set_id])
    if not draft.facts.get("is_new"):
        url += "?again=1"
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def _progress(draft: TrainingDraft) -> dict[str, Any]:
    return {
        "draft": draft,
        "may_start": making.may_start(draft),
        "is_queue_up": not draft.is_active or is_queue_up(),
        "steps": steps(draft, "make"),
    }


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the preview, or begin anew what waits, failed, was cancelled or was killed."""
    draft = get_training_draft_or_404(request.user, pk)
    if making.confirm(draft=draft):
        try:
            enqueue(make_training_set, draft.pk)
        except QueueDown:
            messages.error(request, _("The queue cannot be reached. The training set waits; start it again when it is back."))
    return redirect("training-draft", pk)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_training_draft_or_404(request.user, pk)
    making.cancel(draft=draft)
    return redirect("training-list")


def steps(draft: TrainingDraft, current: str) -> list[dict[str, Any]]:
    """The stepper above the pages of a draft."""
    labels = {"source": _("Source"), "columns": _("Columns"), "preview": _("Preview"), "make": _("Making")}
    if not draft.has_columns:
        del labels["columns"]
    back = {"columns": reverse("training-columns", args=[draft.pk])} if current == "preview" else {}
    return stepper(labels, current, back)
