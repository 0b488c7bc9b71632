"""Training sets: the list, one with its facts and rows, its exports."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from annotations.access import BUILD, LEAD, has_role, teams_where
from annotations.lists import Column, Filter, holding, listing_of, minute
from grading.access import (
    get_training_set_or_404,
    may_see_rows,
    training_drafts_where,
    training_sets_where,
)
from grading.access_endpoints import require_reader
from grading.forms.training_set import ExportForm
from grading.grader_rows import staged
from grading.models import ModelVersion, TrainingDraft, TrainingSet
from grading.training_exports import file_name, lines, records, zipped
from grading.training_left_out import has_left_out_list
from grading.training_page import SPLIT_NAMES, training_page
from grading.training_rows import SPLITS, DamagedSet, path_of, require_whole, rows_of
from grading.version_stage import has_failed
from grading.views.report import attachment

ROWS_SHOWN = 10
COLUMNS = [
    Column("name", _("Name"), lambda row: row.name, ("name",)),
    Column("subject", _("School subject"), lambda row: row.school_subject, ("school_subject",)),
    Column("origin", _("Made from"), lambda row: row.made_from, ("origin",)),
    Column("questions", _("Questions"), lambda row: row.question_count, ("question_count",), True),
    Column("answers", _("Answers"), lambda row: row.row_count, ("row_count",), True),
    Column("digest", _("Digest"), lambda row: row.digest),
    Column("made", _("Made"), lambda row: minute(row.created_at), ("created_at",)),
]


@login_required
@require_GET
def training_list(request: HttpRequest) -> HttpResponseBase:
    require_reader(request.user)
    rows = training_sets_where(request.user).order_by("-pk")
    search = [Filter("q", _("Search"), holding("name", "school_subject", "digest"))]
    listing = listing_of(request, rows, COLUMNS, filters=search, usual="-made")
    if listing.is_file:
        return listing.as_file("training-sets")
    ended = (TrainingDraft.State.DONE, TrainingDraft.State.CANCELLED)
    context = {
        "listing": listing,
        "drafts": training_drafts_where(request.user).exclude(state__in=ended).order_by("-pk")[:10],
        "can_build": teams_where(request.user, BUILD).exists(),
    }
    return render(request, "grading/training_list.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    training_set = get_training_set_or_404(request.user, pk)
    part = request.GET.get("split", "")
    part = part if part in SPLITS else SPLITS[0]
    is_lost = not path_of(training_set.digest).exists()
    is_open = may_see_rows(request.user, training_set)
    rows = rows_of(training_set, part) if is_open and not is_lost else iter(())
    context = {
        "set": training_set,
        "page": training_page(training_set.facts, training_set.split_by),
        "may_see_rows": is_open,
        "rows": list(islice(rows, ROWS_SHOWN)),
        "is_lost": is_lost,
        "part": part,
        "parts": [(split, name) for split, name in SPLIT_NAMES.items() if training_set.facts["splits"][split]],
        "left_out_url": reverse("training-left-out", args=[pk]) if is_open else "",
        "is_left_out_known": has_left_out_list(training_set),
        "is_again": "again" in request.GET,
        "is_lead": has_role(request.user, training_set.team_id, LEAD),
        "versions": _learnt_from(training_set),
    }
    return render(request, "grading/training_detail.html", context)


def _learnt_from(training_set: TrainingSet) -> list[ModelVersion]:
    """The versions that it taught, the newest first; at the end trainings that came to nothing."""
    rows = ModelVersion.objects.filter(training_set=training_set).order_by("-pk")
    return sorted(staged(rows), key=has_failed)


@login_required
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form with the first records as they would be; a POST of it downloads them."""
    training_set = get_training_set_or_404(request.user, pk, BUILD)
    if not may_see_rows(request.user, training_set):
        raise PermissionDenied
    if not path_of(training_set.digest).exists():
        return redirect("training-detail", pk)  # which says that the file is lost
    is_asked = request.method == "POST"
    form = ExportForm(request.POST if is_asked else request.GET or {"kind": "sft"}, training_set=training_set)
    if form.is_valid() and is_asked and "preview" not in request.POST:
        try:
            require_whole(training_set)
        except DamagedSet:
            messages.error(request, _("The file of the training set has been changed. Make the set again."))
            return redirect("training-detail", pk)
        return _download(training_set, form)
    context = {"set": training_set, "form": form, "records": _first(training_set, form)}
    return render(request, "grading/training_export.html", context)


def _first(training_set: TrainingSet, form: ExportForm) -> list[str]:
    """The first records, as they stand in the file."""
    if not form.is_valid():
        return []
    kind = form.cleaned_data["kind"]
    rows = islice(rows_of(training_set, form.cleaned_data["part"] or SPLITS[0]), 200)
    found = islice(records(rows, kind, form.prompt()), 3)
    return [json.dumps(record, ensure_ascii=False, indent=2) for record in found]


def _download(training_set: TrainingSet, form: ExportForm) -> HttpResponseBase:
    data: dict[str, Any] = form.cleaned_data
    kind, part, prompt = data["kind"], data["part"], form.prompt()
    if data["template"]:
        data["template"].freeze()
    name = f"{slugify(training_set.name, allow_unicode=True) or 'training'}-{kind}"
    if part:
        body = lines(records(rows_of(training_set, part), kind, prompt), kind)
        headers = attachment(f"{name}-{file_name(kind, part)}")
        return StreamingHttpResponse(body, content_type="application/json", headers=headers)
    headers = attachment(f"{name}.zip")
    return StreamingHttpResponse(zipped(training_set, kind, prompt), "application/zip", headers=headers)
