"""The rating screen and the submission of a rating."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from annotations.access import get_campaign_rater_or_404
from annotations.actions.read_slot import NoSuchSlot, criteria_of_slot
from annotations.actions.store_rating import NotHeld
from annotations.actions.submit_rating import RatingRefused, Submitted, submit_rating
from annotations.forms.rating import RatingEntry, problem_sentence, read_entry
from annotations.methods.composite import ScoreProblem
from annotations.views.rating_answers import (
    answer,
    feedback_page,
    is_fragment,
    other_account,
    refuse,
)
from annotations.views.rating_screen import show_page


@require_GET
def rating_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The item to rate now, one ahead, and the rubric; or what to do instead."""
    place = get_campaign_rater_or_404(request.user, slug)
    return show_page(request, place)


@require_POST
def rating_submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Store one rating. With the header X-Fragment the answer is the item after those in hand."""
    if other_account(request):
        return refuse(request, slug, "account", 409)
    try:
        entry = read_entry(request.POST)
        done = submit_rating(rater=request.user, **vars(entry))
    except ValidationError as error:
        return refuse(request, slug, "invalid", 422, error.messages[0])
    except ScoreProblem as problem:
        return refuse(request, slug, "invalid", 422, _explain(request, slug, problem))
    except (RatingRefused, NotHeld) as error:
        return refuse(request, slug, getattr(error, "code", "not-held"), 409, str(error))
    except NoSuchSlot:
        return refuse(request, slug, "gone", 404)
    return _stored(request, slug, entry, done)


def _stored(request: HttpRequest, slug: str, entry: RatingEntry, done: Submitted) -> HttpResponse:
    if is_fragment(request):
        return answer(request, entry, done)
    if done.slot.assignment.kind == "practice":
        return feedback_page(request, done)
    return redirect("rating-page", slug)


def _explain(request: HttpRequest, slug: str, problem: ScoreProblem) -> str:
    place = get_campaign_rater_or_404(request.user, slug)
    slot_id = int(request.POST["assignment"])
    return problem_sentence(problem, criteria_of_slot(place.campaign, slot_id))
