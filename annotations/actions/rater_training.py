"""The end of a rater's training: live work opens to those who pass."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from annotations.actions.slots import TRAINING, Kind, State
from annotations.methods.qualification import NEAR, compare, qualify
from annotations.models import Assignment, CampaignRater, Rating


@dataclass(frozen=True)
class Qualification:
    """`within` of `items` had every criterion within tolerance; `needed` would pass."""

    within: int
    items: int
    needed: int
    is_passed: bool


def advance_training(place: CampaignRater) -> None:
    """After the last training item, or where there is none: active, or not qualified."""
    mine = Assignment.objects.filter(
        campaign_id=place.campaign_id, planned_for_id=place.user_id, kind__in=TRAINING
    )
    if mine.exclude(state=State.SUBMITTED).exists():
        return
    states = CampaignRater.State
    place.state = states.ACTIVE if qualification(place).is_passed else states.FAILED
    CampaignRater.objects.filter(pk=place.pk, state=states.TRAINING).update(state=place.state)


def qualification(place: CampaignRater) -> Qualification:
    """How the rater did on the qualification items so far submitted."""
    ratings = Rating.objects.filter(
        campaign_id=place.campaign_id,
        rater_id=place.user_id,
        kind=Kind.QUALIFICATION,
        state=Rating.State.CURRENT,
    )
    rows = ratings.select_related("campaign_item__gold").prefetch_related("scores__criterion")
    are_within = [_is_within(rating, place.campaign.qualification_tolerance) for rating in rows]
    share = place.campaign.qualification_share
    outcome = qualify(are_within, share)
    needed = ceil(share * len(are_within) - NEAR)
    return Qualification(outcome.within, outcome.total, needed, outcome.is_passed)


def _is_within(rating: Rating, tolerance: float) -> bool:
    own = {score.criterion.key: score.value for score in rating.scores.all()}
    return compare(own, rating.campaign_item.gold.scores, tolerance).is_within
