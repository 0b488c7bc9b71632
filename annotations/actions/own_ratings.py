"""A rater's own ratings, as that rater may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from annotations.actions.slots import LIVE
from annotations.models import CampaignRater, Rating

SHOWN = (Rating.State.CURRENT, Rating.State.SURPLUS, Rating.State.RETURNED)


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


def own_rating(place: CampaignRater, pk: int) -> Rating | None:
    return own_ratings(place).filter(pk=pk).first()


def earlier_revisions(rating: Rating) -> QuerySet[Rating]:
    """Who gave what before, newest first."""
    same = Rating.objects.filter(assignment_id=rating.assignment_id, rater_id=rating.rater_id)
    return same.exclude(pk=rating.pk).prefetch_related("scores__criterion").order_by("-id")


def is_editable(rating: Rating) -> bool:
    """Practice and qualification stay as they were; so does what a senior sent back."""
    return rating.kind in LIVE and rating.state != Rating.State.RETURNED
