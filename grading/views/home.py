"""The start page: what the reader can do next, by role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import access
from grading.views import home_parts


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    reads = access.teams_where(user, access.READ).exists()
    context: dict[str, object] = {
        "places": home_parts.rating_places(user),
        "closed": home_parts.closed_campaigns(user),
        "reads": reads,
    }
    if reads:
        context |= {
            "alarming": home_parts.alarming_graders(user),
            "campaigns": home_parts.campaign_rows(user),
            "datasets": home_parts.newest_datasets(user),
            "verdicts": home_parts.newest_verdicts(user),
            "steps": home_parts.first_steps(user),
        }
    context["has_team"] = reads or access.teams_where(user).exists()
    return render(request, "grading/home.html", context)
