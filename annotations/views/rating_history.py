"""A rater's own ratings in a campaign, each with its trail, and the page to edit one."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from annotations.access import get_campaign_rater_or_404
from annotations.actions.own_ratings import earlier_revisions, is_editable, own_rating, own_ratings
from annotations.actions.store_rating import NotHeld
from annotations.actions.submit_rating import RatingRefused, submit_rating
from annotations.forms.rating import problem_sentence, read_entry, read_scores
from annotations.methods.composite import ScoreProblem
from annotations.models import CampaignRater, Rating
from annotations.views.rating_panels import images_of

PER_PAGE = 25


@require_GET
def rating_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first: what I gave, when, and what became of it."""
    place = get_campaign_rater_or_404(request.user, slug)
    page = Paginator(own_ratings(place), PER_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": place.campaign, "page": page}
    return render(request, "annotations/rating_history.html", context)


@require_http_methods(["GET", "POST"])
def rating_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look at one of my ratings; while the campaign runs, change it. The old one stays in the trail."""
    place = get_campaign_rater_or_404(request.user, slug)
    rating = own_rating(place, pk)
    if rating is None:
        raise Http404
    if request.method == "GET":
        return _show(request, place, rating)
    try:
        _store(request, rating)
    except ScoreProblem as problem:
        criteria = list(rating.campaign_item.rubric.criteria.all())
        return _show(request, place, rating, problem_sentence(problem, criteria))
    except ValidationError as error:
        return _show(request, place, rating, error.messages[0])
    except (RatingRefused, NotHeld) as error:
        return _show(request, place, rating, str(error))
    messages.success(request, _("The change is saved. The earlier rating is kept in the trail."))
    return redirect("rating-history", slug)


def _store(request: HttpRequest, rating: Rating) -> None:
    entry = read_entry(request.POST)
    submit_rating(
        assignment_id=rating.assignment_id,
        rater=request.user,
        scores=entry.scores,
        note=entry.note,
        flag_reason=entry.flag_reason,
        active_seconds=rating.active_seconds,
        submission_key=entry.submission_key,
    )


def _show(
    request: HttpRequest, place: CampaignRater, rating: Rating, problem: str = ""
) -> HttpResponse:
    scores = {score.criterion.key: score.value for score in rating.scores.all()}
    if request.method == "POST":
        scores |= _sent(request)
    slot = rating.assignment
    context = {
        "campaign": place.campaign,
        "rating": rating,
        "criteria": rating.campaign_item.rubric.criteria.all(),
        "scores": scores,
        "images": images_of(slot),
        "trail": earlier_revisions(rating),
        "problem": problem,
        "may_edit": place.campaign.is_running and is_editable(rating),
        "submission_key": uuid4(),
    }
    return render(request, "annotations/rating_edit.html", context, status=422 if problem else 200)


def _sent(request: HttpRequest) -> dict[str, float]:
    try:
        return read_scores(request.POST)
    except ValidationError:
        return {}
