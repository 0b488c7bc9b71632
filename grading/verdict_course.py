"""How a candidate's interval closed in while the ratings came: a look for information.

The sample's size is fixed beforehand, so none of these looks decides anything.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache

from annotations.models import Adjudication, Campaign, Rating
from annotations.models.rating_table import counted_ratings
from grading.methods.rating_steps import rating_steps
from grading.verdict_data import CampaignData, NoVerdict, campaign_data, candidates_of
from grading.verdict_estimate import estimate_of
from grading.verdict_inputs import candidate_inputs

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Look:
    """After `ratings` of the whole campaign; the numbers are in [0, 1], None where undefined."""

    ratings: int
    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Course:
    """`chosen` is the candidate that is shown, of all `candidates`."""

    candidates: list[str]
    chosen: str
    looks: list[Look]


def course_of(campaign: Campaign, wanted: str | None, *, is_complete: bool) -> Course | None:
    """The looks at one candidate (`wanted`, else the first); None where there is nothing to see.

    Kept until the next look is due, as a look at ten thousand ratings takes its time.
    `is_complete`: nothing more will be rated, so the last look is at all ratings.
    """
    candidates = candidates_of(campaign)
    if not candidates:
        return None
    chosen = wanted if wanted in candidates else candidates[0]
    steps = rating_steps(counted_ratings(campaign).count(), with_last=is_complete)
    key = _key(campaign, chosen, steps)
    looks = cache.get(key)
    if looks is None:
        looks = _looks(campaign, chosen, steps)
        cache.set(key, looks, KEPT_SECONDS)
    return Course(candidates, chosen, looks)


def _looks(campaign: Campaign, candidate: str, steps: list[int]) -> list[Look]:
    try:
        data = campaign_data(campaign)
        return [_look(data.after(step), candidate, step) for step in steps]
    except NoVerdict:
        return []


def _look(data: CampaignData, candidate: str, ratings: int) -> Look:
    found = estimate_of(data.policy, candidate_inputs(data, candidate))
    if found is None:
        return Look(ratings, None, None, None)
    return Look(ratings, found.like.estimate, found.like.low, found.like.high)


def _key(campaign: Campaign, candidate: str, steps: list[int]) -> str:
    """Another one when a look is due, a rating was changed or an item adjudicated."""
    changed = Rating.objects.filter(campaign=campaign).exclude(state=Rating.State.CURRENT).count()
    settled = Adjudication.objects.filter(campaign_item__campaign=campaign).count()
    facts = (campaign.pk, campaign.created_at, campaign.state, candidate, steps, changed, settled)
    return "course-" + hashlib.sha256(repr(facts).encode()).hexdigest()
