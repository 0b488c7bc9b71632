"""A launch or an extension in the hands of a worker: how far it is, and stopping it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations.access import LEAD, get_campaign_or_404
from annotations.actions.campaign_work import cancel_work, is_stale
from annotations.models import CampaignWork
from config.queue import is_queue_up


@require_safe
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest one; htmx asks for its progress alone. What is done leads to the campaign."""
    campaign = get_campaign_or_404(request.user, slug, LEAD)
    newest = campaign.works.first()
    if newest is None or newest.state == CampaignWork.State.DONE:
        return _to_campaign(request, slug)
    context = {
        "campaign": campaign,
        "work": newest,
        "is_stale": is_stale(newest),
        "is_queue_up": not newest.is_active or is_queue_up(),
    }
    page = "_campaign_work" if request.htmx else "campaign_work"
    return render(request, f"grading/{page}.html", context)


def _to_campaign(request: HttpRequest, slug: str) -> HttpResponse:
    response = redirect("campaign-detail", slug)
    return HttpResponse(headers={"HX-Redirect": response.url}) if request.htmx else response


@require_POST
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_campaign_or_404(request.user, slug, LEAD)
    newest = campaign.works.first()
    if newest is not None and newest.is_active:
        cancel_work(work=newest)
    return redirect("campaign-work", slug)
