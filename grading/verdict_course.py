"""How a candidate's interval closed in while the ratings came: a look for information.

Where the sample is looked at once, in the end, none of these looks decides anything. Under a rule
with early looks only that rule's own looks are shown, each at the confidence it asks for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from annotations.models import Adjudication, Campaign, Rating
from annotations.models.rating_table import counted_ratings
from grading.methods.rating_steps import rating_steps
from grading.models import DecisionPolicy, Verdict
from grading.verdict_data import CampaignData, NoVerdict, campaign_data, candidates_of
from grading.verdict_estimate import estimate_of
from grading.verdict_inputs import candidate_inputs
from grading.verdict_looks import stopping_at, stopping_facts

KEPT_SECONDS = 24 * 3600
AT_ONCE = 1_000  # ratings: the looks at more would keep the page waiting


@dataclass(frozen=True)
class Look:
    """After `ratings` of the whole campaign (under a rule with early looks: after so many items of
    the candidate are done); the numbers are in [0, 1], None where undefined."""

    ratings: int
    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Course:
    """`chosen` is the candidate that is shown, of all `candidates`.

    is_due: nothing is computed yet; the page asks for it once it is there.
    stopping: what the evidence of a verdict says of a rule with early looks (`stopping_facts`).
    """

    candidates: list[str]
    chosen: str
    looks: list[Look]
    stopping: dict[str, Any] | None = None
    is_due: bool = False

    @property
    def has_untaken(self) -> bool:
        """A look is due that no verdict has taken: a correction could still change it."""
        return any(not look["taken"] for look in (self.stopping or {}).get("looks", []))


def course_of(
    campaign: Campaign, wanted: str | None, *, is_complete: bool, may_wait: bool = True
) -> Course | None:
    """The looks at one candidate (`wanted`, else the first); None where there is nothing to see.

    `may_wait` false: where many ratings make them slow and none are kept, they come as `is_due`.
    Kept until the next look is due, as a look at ten thousand ratings takes its time.
    `is_complete`: nothing more will be rated, so the last look is at all ratings.
    """
    candidates = candidates_of(campaign)
    if not candidates:
        return None
    chosen = wanted if wanted in candidates else candidates[0]
    ratings = counted_ratings(campaign).count()
    is_planned = _has_planned_looks(campaign)
    steps = [ratings] if is_planned else rating_steps(ratings, with_last=is_complete)
    key = _key(campaign, chosen, steps)
    found = cache.get(key)
    if found is None and ratings > AT_ONCE and not may_wait:
        return Course(candidates, chosen, [], is_due=True)
    if found is None:
        found = _looks(campaign, chosen, steps)
        cache.set(key, found, KEPT_SECONDS)
    return Course(candidates, chosen, *found)


def _has_planned_looks(campaign: Campaign) -> bool:
    """A few looks that are due at a certain rating, so each rating may bring one."""
    planned = DecisionPolicy.Stopping.OBRIEN_FLEMING
    return DecisionPolicy.objects.filter(campaign=campaign, stopping=planned).exists()


def _looks(
    campaign: Campaign, candidate: str, steps: list[int]
) -> tuple[list[Look], dict[str, Any] | None]:
    try:
        data = campaign_data(campaign)
        stopping = stopping_facts(stopping_at(data, candidate))
        if stopping is None:
            return [_look(data.after(step), candidate, step) for step in steps], None
    except NoVerdict:
        return [], None
    looks = stopping["looks"]
    return [Look(k["items"], k["estimate"], k["low"], k["high"]) for k in looks], stopping


def _look(data: CampaignData, candidate: str, ratings: int) -> Look:
    found = estimate_of(data.policy, candidate_inputs(data, candidate))
    if found is None:
        return Look(ratings, None, None, None)
    return Look(ratings, found.like.estimate, found.like.low, found.like.high)


def _key(campaign: Campaign, candidate: str, steps: list[int]) -> str:
    """Another one when a look is due or taken, a rating was changed or an item adjudicated."""
    changed = Rating.objects.filter(campaign=campaign).exclude(state=Rating.State.CURRENT).count()
    settled = Adjudication.objects.filter(campaign_item__campaign=campaign).count()
    taken = Verdict.objects.filter(campaign=campaign).count()
    facts = (
        campaign.pk, campaign.created_at, campaign.state, candidate, steps, changed, settled, taken,
    )  # fmt: skip
    return "course-" + hashlib.sha256(repr(facts).encode()).hexdigest()
