"""What a submission is answered with: a fragment for the page's scripts, or a whole page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annotations.access import get_campaign_rater_or_404
from annotations.actions.practice_feedback import practice_feedback
from annotations.actions.slots import TRAINING
from annotations.actions.submit_rating import Submitted
from annotations.forms.rating import RatingEntry
from annotations.models import CampaignRater
from annotations.views.rating_panels import answer_html, cards_of, rubrics_of
from annotations.views.rating_screen import show_page

WHY = {
    "account": _("Somebody else is signed in now."),
    "not-held": _("This item was never given to you."),
    "gone": _("Concord does not know this item any more."),
    "not-yours": _("This item is rated already, or is with somebody else now."),
    "resting": _("The campaign is paused or closed: nothing can be skipped or undone now."),
}


def is_fragment(request: HttpRequest) -> bool:
    return "X-Fragment" in request.headers


def other_account(request: HttpRequest) -> bool:
    """The page was made for another person: two people, one computer."""
    return request.POST.get("rater", str(request.user.pk)) != str(request.user.pk)


def answer(request: HttpRequest, entry: RatingEntry, done: Submitted) -> HttpResponse:
    """The acknowledgement, the items that were claimed along, and rubrics the page lacks."""
    campaign = done.slot.assignment.campaign
    cards = cards_of(done.next, request.user.pk)
    context = {
        "key": entry.submission_key,
        "state": done.state,
        "cards": cards,
        "panels": rubrics_of(cards, known_rubrics(request)) if cards else (),
        "is_reference_shown": campaign.is_reference_shown,
    }
    if done.slot.assignment.kind in TRAINING:
        context |= _training(done)
    return HttpResponse(answer_html(context))


def known_rubrics(request: HttpRequest) -> list[int]:
    return [int(part) for part in request.POST.get("rubrics", "").split(",") if part.isdecimal()]


def _training(done: Submitted) -> dict[str, object]:
    """Feedback after practice; the end of the training sends the page for its result."""
    slot = done.slot
    is_practice = slot.assignment.kind == "practice"
    told = _feedback(done) if is_practice else {}
    return told | {"is_over": slot.place.state != CampaignRater.State.TRAINING}


def _feedback(done: Submitted) -> dict[str, object]:
    """Own and definitive scores, beside the response they were given to."""
    slot = done.slot.assignment
    [card] = cards_of([slot], done.slot.place.user_id)
    return {
        "feedback": practice_feedback(done.rating_id),
        "rated": card,
        "continue_url": reverse("rating-page", args=[slot.campaign.slug]),
        "is_reference_shown": slot.campaign.is_reference_shown,
    }


def feedback_page(request: HttpRequest, done: Submitted) -> HttpResponse:
    context = {"campaign": done.slot.assignment.campaign, **_feedback(done)}
    return render(request, "annotations/rating_feedback.html", context)


def refuse(
    request: HttpRequest, slug: str, code: str, status: int, message: str = ""
) -> HttpResponse:
    """Say why nothing was stored: in a fragment, or on the page with everything still filled in."""
    message = message or str(WHY.get(code, ""))
    if is_fragment(request):
        context = {"key": request.POST.get("submission_key", ""), "state": code, "message": message}
        return HttpResponse(answer_html(context), status=status)
    place = get_campaign_rater_or_404(request.user, slug)
    return show_page(request, place, status=status, message=message)
