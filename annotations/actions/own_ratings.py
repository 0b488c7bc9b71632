"""A rater's own ratings, as that rater may see them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.actions.slots import LIVE, TRAINING
from annotations.models import Assignment, CampaignRater, Rating

SHOWN = (Rating.State.CURRENT, Rating.State.SURPLUS, Rating.State.RETURNED)
STANDINGS = {
    "current": _("counted"),
    "surplus": _("surplus, not counted"),
    "returned": _("sent back"),
    "practice": Assignment.Kind.PRACTICE.label,
    "qualification": Assignment.Kind.QUALIFICATION.label,
}


def own_ratings(place: CampaignRater) -> QuerySet[Rating]:
    """Newest first, one row an item; revisions and withdrawn ratings are in the trail."""
    mine = Rating.objects.filter(
        campaign_id=place.campaign_id, rater_id=place.user_id, state__in=SHOWN
    )
    related = ("campaign_item__item__question", "campaign_item__rubric", "assignment")
    return (
        mine.select_related(*related)
        .prefetch_related("scores__criterion")
        .order_by("-created_at", "-id")
    )


def standing(rating: Rating) -> str:
    """What became of a rating, a key of STANDINGS: its rater learns no more of its kind."""
    return rating.kind if rating.kind in TRAINING else rating.state


def of_standing(ratings: QuerySet[Rating], asked: str) -> QuerySet[Rating]:
    if asked in TRAINING:
        return ratings.filter(kind=asked)
    return ratings.exclude(kind__in=TRAINING).filter(state=asked)


def own_rating(place: CampaignRater, pk: int) -> Rating | None:
    return own_ratings(place).filter(pk=pk).first()


def earlier_revisions(rating: Rating) -> QuerySet[Rating]:
    """Who gave what before, newest first."""
    same = Rating.objects.filter(assignment_id=rating.assignment_id, rater_id=rating.rater_id)
    return same.exclude(pk=rating.pk).prefetch_related("scores__criterion").order_by("-id")


def is_editable(rating: Rating) -> bool:
    """Practice and qualification stay as they were; so does what a senior sent back."""
    return rating.kind in LIVE and rating.state != Rating.State.RETURNED
