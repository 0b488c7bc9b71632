"""The agreement page of a campaign."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import access
from annotations.models.rating_table import COMPOSITE, rating_table
from annotations.views import agreement_parts as parts
from annotations.views.agreement_suite import suite
from annotations.views.agreement_words import headline
from annotations.views.dispute_parts import dispute_list


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug)
    table = rating_table(campaign)
    rows = parts.criterion_rows(table)
    chosen = request.GET.get("criterion", COMPOSITE)
    row = next((r for r in rows if r.key == chosen), rows[0])
    long = table.long(row.key)
    context = {
        "campaign": campaign,
        "rows": rows,
        "chosen": row,
        "headline": headline(rows[0].items, rows[0].raters, rows[0].alpha),
        "heat": parts.heat_map(long, table.rater_names),
        "without": parts.without_rows(long, table.level_of(row.key), row.alpha, table.rater_names),
        "suite": suite(table, row.key) if "all" in request.GET else None,
        "questions": parts.question_rows(campaign, table),
        "disputes": dispute_list(campaign, table, request.GET.dict()),
        "is_empty": not len(table),
        "rates_here": access.rates_in(request.user, campaign),
    }
    return render(request, "annotations/agreement.html", context)
