"""Upload → columns → preview → progress."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import access, jobs
from annotations.actions import item_imports
from annotations.actions.imported_raters import UNKNOWN
from annotations.formats.columns import Role
from annotations.formats.problems import BadFile, Problem
from annotations.formats.wide_columns import ANSWERS, WideTable, wide_table
from annotations.forms.item_import import ColumnsForm, RatingColumnsForm, UploadForm
from annotations.models import ItemImport
from annotations.views.stepper import stepper
from config.queue import QueueDown, enqueue, has_job_died, is_queue_up

PROBLEMS_SHOWN = 200


def create(request: HttpRequest) -> HttpResponse:
    teams = access.teams_where(request.user, access.BUILD)
    if not teams.exists():
        raise PermissionDenied
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        teams=teams,
        datasets=access.datasets_where(request.user, access.BUILD),
        initial={"dataset": request.GET.get("dataset")},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            item_import = item_imports.keep_upload(
                team=data["team"],
                user=request.user,
                file=data["file"],
                dataset=data["dataset"],
                dataset_name=data["dataset_name"],
            )
            return redirect("item-import-columns", item_import.pk)
        except BadFile as error:
            form.add_error("file", located(error.problem))
    return render(request, "annotations/item_import_create.html", {"form": form})


def columns(request: HttpRequest, pk: int) -> HttpResponse:
    item_import = access.get_import_or_404(request.user, pk)
    if item_import.state != ItemImport.State.DRAFT:
        return redirect("item-import", pk)
    form_class = RatingColumnsForm if item_import.campaign_id else ColumnsForm
    form = form_class(request.POST or None, facts=item_import.facts, mapping=item_import.mapping)
    if request.method == "POST" and form.is_valid():
        try:
            item_imports.map_columns(item_import=item_import, roles=form.roles())
            return redirect("item-import", pk)
        except BadFile as error:
            form.add_error(None, located(error.problem))
    context = {
        "item_import": item_import, "form": form, "table": _side_by_side(item_import),
        "steps": steps(item_import, "columns"),
    }  # fmt: skip
    return render(request, "annotations/item_import_columns.html", context)


def _side_by_side(item_import: ItemImport) -> WideTable | None:
    """The questions that stand side by side in a file of items."""
    roles = item_import.mapping or item_import.facts["guess"]
    return None if item_import.campaign_id else wide_table(roles, ANSWERS, item_import.facts["open"])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview while it is a draft, then the progress; htmx asks for the progress alone."""
    item_import = access.get_import_or_404(request.user, pk)
    _notice_death(item_import)
    if item_import.state != ItemImport.State.DRAFT:
        page = "_item_import_progress" if request.htmx else "item_import_progress"
        return render(request, f"annotations/{page}.html", _progress(item_import))
    if "checked" not in item_import.facts:
        return redirect("item-import-columns", pk)
    if item_import.campaign_id:
        return render(request, "annotations/rating_import_preview.html", _preview(item_import))
    return render(request, "annotations/item_import_preview.html", _preview(item_import))


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a draft, or start again what waits, failed or was killed."""
    item_import = access.get_import_or_404(request.user, pk)
    if item_import.state == ItemImport.State.DRAFT and "checked" in item_import.facts:
        item_imports.confirm_import(item_import=item_import)
    if item_imports.may_start_again(item_import):
        # With the queue down it waits: the page says so and offers to start it again.
        with suppress(QueueDown):
            enqueue(jobs.run_item_import, item_import.pk)
    return redirect("item-import", pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    item_import = access.get_import_or_404(request.user, pk)
    item_imports.cancel_import(item_import=item_import)
    return redirect("item-import", pk)


def steps(item_import: ItemImport, current: str) -> list[dict[str, Any]]:
    """The stepper above the pages of an import."""
    labels = {
        "upload": _("Upload"),
        "columns": _("Columns"),
        "preview": _("Preview"),
        "import": _("Import"),
    }
    back = {"columns": reverse("item-import-columns", args=[item_import.pk])}
    return stepper(labels, current, back if current == "preview" else {})


def _preview(item_import: ItemImport) -> dict[str, Any]:
    roles = item_import.mapping.values()
    return {
        "item_import": item_import,
        "table": _side_by_side(item_import),
        "problems": _problems(item_import),
        "problem_count": max(item_import.refused, len(item_import.problems)),
        "has_ratings": Role.RATING.value in roles or item_import.facts.get("has_ratings"),
        "has_marks": Role.PAST_MARK.value in roles,
        "scores": _columns_of(item_import, Role.MACHINE_MARK, Role.AUTOMATIC_SCORE),
        "has_unknown_raters": any(data["message"] == UNKNOWN for data in item_import.problems),
        "steps": steps(item_import, "preview"),
    }


def _notice_death(item_import: ItemImport) -> None:
    job = item_import.facts.get("job")
    if item_import.state == ItemImport.State.RUNNING and job and has_job_died(job):
        item_imports.give_up_dead_run(item_import)


def _progress(item_import: ItemImport) -> dict[str, Any]:
    failure = item_import.facts.get("failure")
    return {
        "item_import": item_import,
        "problems": _problems(item_import),
        "problem_count": max(item_import.refused, len(item_import.problems)),
        "failure": Problem.from_data(failure) if failure else None,
        "may_start_again": item_imports.may_start_again(item_import),
        "is_queue_up": not item_import.is_active or is_queue_up(),
        "steps": steps(item_import, "import"),
    }


def _problems(item_import: ItemImport) -> list[Problem]:
    return [Problem.from_data(data) for data in item_import.problems[:PROBLEMS_SHOWN]]


def _columns_of(item_import: ItemImport, *roles: str) -> list[str]:
    return [column for column, role in item_import.mapping.items() if role in roles]


def located(problem: Problem) -> str:
    """The sentence with its line, unless it names the line itself."""
    if problem.line is None or "line_number" in problem.params:
        return problem.text
    return _("Line %(line)s: %(problem)s") % {"line": problem.line, "problem": problem.text}
