"""The combined report of a campaign: the page, its files, and the ratings themselves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from annotations.access import get_campaign_or_404
from grading.reports import csv
from grading.reports.builders import BUILDERS
from grading.reports.content import build_report
from grading.reports.items import items_table
from grading.reports.ratings import csv_lines, jsonl
from grading.reports.ratings_xlsx import CONTENT_TYPE, workbook

STREAMS = {
    "csv": (csv_lines, "text/csv; charset=utf-8"),
    "jsonl": (jsonl, "application/x-ndjson"),
    "xlsx": (workbook, CONTENT_TYPE),
}


@login_required
@require_GET
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_campaign_or_404(request.user, slug)
    context = {"campaign": campaign, "report": build_report(campaign)}
    return render(request, "grading/report.html", context)


@login_required
@require_GET
def export(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    campaign = get_campaign_or_404(request.user, slug)
    if format not in BUILDERS:
        raise Http404
    builder = BUILDERS[format]
    body = builder.build(build_report(campaign))
    return HttpResponse(body, builder.content_type, headers=attachment(f"{slug}-report.{format}"))


@login_required
@require_GET
def ratings(request: HttpRequest, slug: str, format: str) -> StreamingHttpResponse:
    campaign = get_campaign_or_404(request.user, slug)
    if format not in STREAMS:
        raise Http404
    lines, content_type = STREAMS[format]
    headers = attachment(f"{slug}-ratings.{format}")
    return StreamingHttpResponse(lines(campaign), content_type=content_type, headers=headers)


@login_required
@require_GET
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """Every item with its best estimate, as CSV."""
    campaign = get_campaign_or_404(request.user, slug)
    body = csv.table_file(items_table(campaign))
    return HttpResponse(body, BUILDERS["csv"].content_type, headers=attachment(f"{slug}-items.csv"))


def attachment(name: str) -> dict[str, str]:
    """The header that makes a browser keep the answer as a file of that name."""
    return {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
