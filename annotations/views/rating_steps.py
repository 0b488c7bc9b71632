"""The small steps on the rating screen: keep a draft, skip, undo, read the guide."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotations.access import get_campaign_rater_or_404
from annotations.actions.claim_assignment import claim_assignment
from annotations.actions.deal_hand import drafts_of
from annotations.actions.read_slot import own_slot
from annotations.actions.save_draft import save_draft
from annotations.actions.skip_assignment import skip_assignment
from annotations.actions.undo_rating import undo_rating
from annotations.forms.rating import read_entry, read_reason
from annotations.models import Assignment, CampaignRater
from annotations.views.rating_answers import is_fragment, known_rubrics, other_account, refuse
from annotations.views.rating_panels import answer_html, cards_of, rubrics_of


@require_POST
def rating_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Autosave. Answers {"saved": bool}: false once the item is rated or was given away."""
    place = get_campaign_rater_or_404(request.user, slug)
    if other_account(request):
        return JsonResponse({"saved": False}, status=409)
    try:
        entry = read_entry(request.POST)
    except ValidationError as error:
        return JsonResponse({"saved": False, "problem": error.messages[0]}, status=422)
    slot = own_slot(place, entry.assignment_id, entry.claim)
    if slot is None:
        return JsonResponse({"saved": False})
    data = {"scores": entry.scores, "note": entry.note, "active_seconds": entry.active_seconds}
    save_draft(assignment=slot, rater=place.user, data=data)
    return JsonResponse({"saved": True})


@require_POST
def rating_skip(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the item back with a reason; the fragment brings another one."""
    place = get_campaign_rater_or_404(request.user, slug)
    if why := _refusal(request, place):
        return refuse(request, slug, why, 409)
    try:
        reason = read_reason(request.POST, "skip_reason")
        entry = read_entry(request.POST)
    except ValidationError as error:
        return refuse(request, slug, "invalid", 422, error.messages[0])
    slot = own_slot(place, entry.assignment_id, entry.claim)
    if slot is None:
        return refuse(request, slug, "not-yours", 409)
    if not skip_assignment(assignment=slot, campaign_rater=place, reason=reason):
        return refuse(request, slug, "not-yours", 409)
    if not is_fragment(request):
        return redirect("rating-page", slug)
    following = claim_assignment(campaign_rater=place, after=slot.position)
    return _hand(request, place, [following] if following else [], "skipped")


@require_POST
def rating_undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw the last rating; the fragment brings its item with the scores as a draft."""
    place = get_campaign_rater_or_404(request.user, slug)
    if why := _refusal(request, place):
        return refuse(request, slug, why, 409)
    slot = undo_rating(campaign_rater=place)
    if is_fragment(request):
        return _hand(request, place, [slot] if slot else [], "undone" if slot else "nothing")
    if slot is None:
        messages.info(request, _("There is nothing to undo."))
    return redirect("rating-page", slug)


def _refusal(request: HttpRequest, place: CampaignRater) -> str:
    """Why no step can be taken now, as a key of WHY; empty when it can."""
    if other_account(request):
        return "account"
    return "" if place.campaign.is_running else "resting"


def _hand(
    request: HttpRequest, place: CampaignRater, slots: list[Assignment], state: str
) -> HttpResponse:
    cards = cards_of(slots, place.user_id, drafts_of(slots, place.user_id))
    context = {
        "key": "",
        "state": state,
        "cards": cards,
        "panels": rubrics_of(cards, known_rubrics(request)),
        "is_reference_shown": place.campaign.is_reference_shown,
    }
    return HttpResponse(answer_html(context))


@require_GET
def rating_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Guidelines and level descriptors of every rubric of the campaign, on one page."""
    place = get_campaign_rater_or_404(request.user, slug)
    rows = place.campaign.rubrics.select_related("rubric", "question")
    rubrics = {row.rubric_id: row.rubric for row in rows.prefetch_related("rubric__criteria")}
    context = {"campaign": place.campaign, "rubrics": list(rubrics.values())}
    return render(request, "annotations/rating_guide.html", context)
