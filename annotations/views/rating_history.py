"""A rater's own ratings in a campaign, each with its trail, and the page to edit one."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from annotations.access import get_campaign_rater_or_404
from annotations.actions.own_ratings import (
    STANDINGS,
    earlier_revisions,
    is_editable,
    of_standing,
    own_rating,
    own_ratings,
    standing,
)
from annotations.actions.store_rating import NotHeld
from annotations.actions.submit_rating import RatingRefused, submit_rating
from annotations.forms.rating import problem_sentence, read_entry, read_scores
from annotations.lists import Column, Filter, holding, listing_of, minute
from annotations.methods.composite import ScoreProblem
from annotations.methods.scales import number_text
from annotations.models import CampaignRater, Rating
from annotations.views.rating_panels import images_of

COLUMNS = [
    Column("when", gettext_lazy("When"), lambda row: minute(row.created_at), ("created_at",)),
    Column(
        "question", gettext_lazy("Question"), lambda row: row.campaign_item.item.question.text,
        ("campaign_item__item__question__position",),
    ),
    Column("response", gettext_lazy("Response"), lambda row: row.campaign_item.item.text),
    Column("scores", gettext_lazy("Scores"), lambda row: _in_words(row)),
    Column("composite", gettext_lazy("Composite"), lambda row: _percent(row), ("composite",), True),
    Column("time", gettext_lazy("Time"), lambda row: row.active_seconds, ("active_seconds",), True),
    Column("state", gettext_lazy("State"), lambda row: STANDINGS[standing(row)]),
]  # fmt: skip
FILTERS = [
    Filter("q", gettext_lazy("Search in answers"), holding("campaign_item__item__text")),
    Filter("state", gettext_lazy("State"), of_standing, list(STANDINGS.items())),
]


@require_GET
def rating_history(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Newest first: what I gave, when, and what became of it."""
    place = get_campaign_rater_or_404(request.user, slug)
    listing = listing_of(
        request, own_ratings(place), COLUMNS, filters=FILTERS, usual="-when", per_page=25
    )
    if listing.is_file:
        return listing.as_file(f"{place.campaign.name} - {_('My ratings')}")
    context = {"campaign": place.campaign, "listing": listing}
    return render(request, "annotations/rating_history.html", context)


def _in_words(rating: Rating) -> str:
    if rating.flag_reason:
        return f"{_('flagged')}: {rating.flag_reason}"
    given = ((score.criterion.name, number_text(score.value)) for score in rating.scores.all())
    return "; ".join(f"{name}: {value}" for name, value in given)


def _percent(rating: Rating) -> int | None:
    return None if rating.composite is None else round(rating.composite * 100)


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
