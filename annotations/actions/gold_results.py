"""How raters do in training: slots done, and their qualification set beside the definitive scores."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q

from annotations.actions.gold_training import TRAINING, fits
from annotations.methods.qualification import Comparison, Outcome, compare, qualify
from annotations.models import Assignment, Campaign, CampaignItem, CampaignRater, Rating

Kind = Assignment.Kind


@dataclass
class Done:
    """Slots of one kind: submitted, of all that the rater has."""

    submitted: int = 0
    total: int = 0


@dataclass
class Result:
    """A rater's training. `compared`: (item, comparison) of each counted rating, in item order."""

    place: CampaignRater
    has_items: bool
    practice: Done = field(default_factory=Done)
    qualification: Done = field(default_factory=Done)
    compared: list[tuple[CampaignItem, Comparison]] = field(default_factory=list)
    outcome: Outcome | None = None


def training_results(campaign: Campaign, items: list[CampaignItem]) -> list[Result]:
    """One result a rater of the campaign, in the order of joining; five queries in all."""
    places = list(campaign.raters.select_related("user"))
    slots = _slots(campaign)
    ratings = _ratings(campaign)
    results = []
    for place in places:
        mine = slots[place.user_id]
        result = Result(
            place,
            any(fits(place, item) for item in items),
            mine.get(Kind.PRACTICE, Done()),
            mine.get(Kind.QUALIFICATION, Done()),
        )
        scores = ratings[place.user_id]
        result.compared = [
            (item, compare(scores[item.pk], item.gold.scores, campaign.qualification_tolerance))
            for item in items
            if item.pk in scores
        ]
        result.outcome = _outcome(campaign, result)
        results.append(result)
    return results


def _slots(campaign: Campaign) -> dict[int, dict[str, Done]]:
    found: dict[int, dict[str, Done]] = defaultdict(dict)
    rows = Assignment.objects.filter(campaign=campaign, kind__in=TRAINING).order_by()
    counted = rows.values("planned_for", "kind").annotate(
        total=Count("id"), submitted=Count("id", filter=Q(state=Assignment.State.SUBMITTED))
    )
    for row in counted:
        found[row["planned_for"]][row["kind"]] = Done(row["submitted"], row["total"])
    return found


def _ratings(campaign: Campaign) -> dict[int, dict[int, dict[str, float]]]:
    """Rater id → campaign item id → {criterion key: value} of the counted training ratings."""
    rows = Rating.objects.filter(
        campaign=campaign, kind__in=TRAINING, state=Rating.State.CURRENT
    ).prefetch_related("scores__criterion")
    found: dict[int, dict[int, dict[str, float]]] = defaultdict(dict)
    for rating in rows:
        scores = {row.criterion.key: row.value for row in rating.scores.all()}
        found[rating.rater_id][rating.campaign_item_id] = scores
    return found


def _outcome(campaign: Campaign, result: Result) -> Outcome | None:
    """None before the rater has done any qualification item."""
    within = [
        comparison.is_within
        for item, comparison in result.compared
        if item.purpose == CampaignItem.Purpose.QUALIFICATION
    ]
    return qualify(within, campaign.qualification_share) if within else None
