"""An item of a campaign: what raters gave, where they differ, the final word."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations import access
from annotations.actions.adjudication import adjudicate
from annotations.forms.adjudication import AdjudicationForm
from annotations.models import CampaignItem
from annotations.models.appeal import open_appeals
from annotations.models.dispute import neighbours, next_undecided
from annotations.views import campaign_item_parts as parts
from annotations.views.score_lists import score_lists

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    roles = access.JUDGE if request.method == "POST" else access.READ
    campaign_item = access.get_campaign_item_or_404(request.user, slug, pk, roles)
    latest = campaign_item.adjudications.first()
    form = AdjudicationForm(request.POST or None, campaign_item=campaign_item, latest=latest)
    if request.method == "POST" and form.is_valid():
        try:
            return _decide(request, campaign_item, form)
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "annotations/campaign_item.html", _context(request, campaign_item, form))


@require_POST
def reveal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Automatic scores of this item, on request; the log says who looked."""
    campaign_item = access.get_campaign_item_or_404(request.user, slug, pk, access.JUDGE)
    if parts.is_blind(request.user, campaign_item):
        raise PermissionDenied
    log.warning("automatic scores of campaign item %s shown to user %s", pk, request.user.pk)
    shown = {"automatic_scores": score_lists(campaign_item.item), "is_revealed": True}
    if request.htmx:
        return render(request, "annotations/_automatic_scores.html", shown)
    form = AdjudicationForm(campaign_item=campaign_item, latest=campaign_item.adjudications.first())
    context = {**_context(request, campaign_item, form), **shown}
    return render(request, "annotations/campaign_item.html", context)


def _decide(
    request: HttpRequest, campaign_item: CampaignItem, form: AdjudicationForm
) -> HttpResponse:
    if parts.is_blind(request.user, campaign_item):
        raise PermissionDenied
    adjudicate(
        campaign_item=campaign_item,
        adjudicator=request.user,
        scores=form.cleaned_data["scores"],
        note=form.cleaned_data["note"],
    )
    messages.success(request, _("The definitive scores are stored."))
    pk = campaign_item.pk
    if "and_next" in request.POST:
        pk = next_undecided(campaign_item.campaign, pk) or pk
    return redirect("campaign-item", campaign_item.campaign.slug, pk)


def _context(
    request: HttpRequest, campaign_item: CampaignItem, form: AdjudicationForm
) -> dict[str, Any]:
    campaign = campaign_item.campaign
    ratings = parts.ratings_of(campaign_item)
    counted = parts.counted(ratings)
    adjudications = list(campaign_item.adjudications.select_related("adjudicator"))
    before, after = neighbours(campaign, campaign_item.pk)
    is_live = campaign_item.purpose == CampaignItem.Purpose.LIVE
    is_judge = access.has_role(request.user, campaign.team_id, access.JUDGE)
    return {
        "campaign": campaign,
        "campaign_item": campaign_item,
        "item": campaign_item.item,
        "question": campaign_item.item.question,
        "images": campaign_item.item.images.all(),
        "appeals": campaign_item.item.appeals.all(),
        "is_appeal_open": campaign_item in open_appeals(campaign),
        "is_blind": parts.is_blind(request.user, campaign_item),
        "is_live": is_live,
        "is_judge": is_judge,
        "counted": counted,
        "rows": parts.score_rows(
            form.criteria, counted, adjudications[0].scores if adjudications else {}
        ),
        "composite_width": parts.width_of([rating.composite for rating in counted]),
        "adjusted": parts.adjusted(campaign_item, counted) if is_live else [],
        "mark_width": parts.width_of([rating.mark for rating in counted]),
        "trail": parts.trail(form.criteria, ratings),
        "adjudications": adjudications,
        "before": before,
        "after": after,
        "form": form,
    }
