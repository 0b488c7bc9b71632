"""Two candidates of a campaign compared on the same items."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.access import get_campaign_or_404
from annotations.models import Campaign
from grading.verdict_compare import compare_candidates
from grading.verdict_compare_words import compare_picture, compare_rows, compare_sentence
from grading.verdict_data import NoVerdict, candidates_of


@login_required
@require_GET
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """A and B come from the address, else the first two candidates."""
    campaign = get_campaign_or_404(request.user, slug)
    names = [] if campaign.state == Campaign.State.DRAFT else candidates_of(campaign)
    a = request.GET.get("a", names[0] if names else "")
    b = request.GET.get("b", names[1] if len(names) > 1 else a)
    context = {"campaign": campaign, "candidates": names, "a": a, "b": b}
    if len(names) > 1:
        context |= _compared(campaign, a, b)
    return render(request, "grading/verdict_compare.html", context)


def _compared(campaign: Campaign, a: str, b: str) -> dict[str, Any]:
    try:
        found = compare_candidates(campaign, a, b)
    except NoVerdict as problem:
        return {"problem": str(problem)}
    return {
        "found": found,
        "sentence": compare_sentence(found),
        "rows": compare_rows(found),
        "picture": compare_picture(found),
    }
