"""Marks of record of a grading campaign: the sheet by class, and its files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.access import BUILD, has_role
from grading.access import get_exam_or_404
from grading.marks_list import marks_listing
from grading.reports import csv
from grading.reports.builders import BUILDERS
from grading.reports.marks import mark_sheet
from grading.reports.marks_tables import (
    answers_table,
    classes_table,
    marks_report,
    origins_sentence,
    sheet_table,
)
from grading.views.report import attachment


@login_required
@require_GET
def detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The students as a list, and the classes beside each other."""
    sheet = mark_sheet(get_exam_or_404(request.user, slug))
    listing = marks_listing(request, sheet)
    if listing.is_file:
        return listing.as_file(f"{slug}-marks")
    context = {
        "campaign": sheet.campaign,
        "sheet": sheet,
        "summary": origins_sentence(sheet),
        "listing": listing,
        "classes": classes_table(sheet),
        "can_build": has_role(request.user, sheet.campaign.team_id, BUILD),
    }
    return render(request, "grading/marks_of_record.html", context)


@login_required
@require_GET
def export(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    """`?by=answer` asks for a CSV of one line an answer."""
    campaign = get_exam_or_404(request.user, slug)
    if format not in ("csv", "xlsx", "json"):
        raise Http404
    sheet = mark_sheet(campaign)
    is_long = format == "csv" and request.GET.get("by") == "answer"
    if format == "csv":
        body = csv.table_file(answers_table(sheet) if is_long else sheet_table(sheet))
    else:
        body = BUILDERS[format].build(marks_report(sheet))
    headers = attachment(f"{slug}-marks{'-by-answer' if is_long else ''}.{format}")
    return HttpResponse(body, BUILDERS[format].content_type, headers=headers)
