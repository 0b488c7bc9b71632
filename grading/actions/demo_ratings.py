"""Simulated raters for the demo: each with a severity, a pace and an occasional slip."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from annotations.methods.composite import RubricSpec, composite_and_mark
from annotations.models import (
    Adjudication,
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    Criterion,
    CriterionScore,
    Rating,
    User,
)

# Chance of a level too low and a level too high on a criterion, for the five raters in turn: the larger
# by BETWEEN where the truth lies between the ends of the scale, the smaller by CLEAR at its ends.
TENDENCIES = [(0.05, 0.05), (0.16, 0.03), (0.03, 0.14), (0.06, 0.04), (0.10, 0.08)]
BETWEEN, CLEAR = 1.5, 0.35
MEDIAN_SECONDS = [24, 31, 15, 27, 22]

Truth = dict[int, dict[str, float]]


def rate(
    campaign: Campaign, truth: Truth, raters: list[User], *, share: float, seed: int, days: float
) -> None:
    """Submit the first `share` of every rater's planned slots, spread over the last `days`.

    `truth` gives the true value of the i-th criterion under the key str(i), by item id.
    """
    rng = np.random.default_rng(seed)
    criteria = criteria_of(campaign)
    start = timezone.now() - timedelta(days=days)
    for index, rater in enumerate(raters):
        slots = list(
            Assignment.objects.filter(campaign=campaign, planned_for=rater, state="open")
            .select_related("campaign_item__item__question")
            .order_by("position")
        )
        slots = slots[: round(len(slots) * share)]
        submit(rng, slots, rater, index, truth, criteria, _times(rng, start, days, len(slots)))
        CampaignRater.objects.filter(campaign=campaign, user=rater).update(
            last_seen_at=timezone.now() - timedelta(hours=float(rng.uniform(0.2, 6)))
        )
    Campaign.objects.filter(pk=campaign.pk).update(launched_at=start)


def _times(rng: np.random.Generator, start: datetime, days: float, n: int) -> list[datetime]:
    """Moments within working hours of each day, in order."""
    hours = np.sort(rng.uniform(0, days * 8, n))
    return [start + timedelta(days=int(h // 8), hours=float(h % 8)) for h in hours]


def criteria_of(campaign: Campaign) -> dict[int, list[Criterion]]:
    """Rubric id → its criteria."""
    ids = CampaignItem.objects.filter(campaign=campaign).values_list("rubric", flat=True).distinct()
    criteria: dict[int, list[Criterion]] = {pk: [] for pk in ids}
    for criterion in Criterion.objects.filter(rubric__in=ids).order_by("position", "id"):
        criteria[criterion.rubric_id].append(criterion)
    return criteria


def _spec(campaign_item: CampaignItem, criteria: list[Criterion]) -> RubricSpec:
    question = campaign_item.item.question
    full = None if question.full_mark is None else float(question.full_mark)
    kind = "weighted" if full is None else "points"
    return RubricSpec(kind, tuple(c.spec() for c in criteria), full, float(question.step))


def _seen(
    rng: np.random.Generator, criterion: Criterion, true: float, tendency: tuple[float, float]
) -> float:
    """The true value, or its neighbour on the scale."""
    values = sorted(criterion.values)
    at = int(np.argmin([abs(v - true) for v in values]))
    hard = BETWEEN if 0 < at < len(values) - 1 else CLEAR
    draw = rng.random()
    if draw < tendency[0] * hard:
        at = max(0, at - 1)
    elif draw > 1 - tendency[1] * hard:
        at = min(len(values) - 1, at + 1)
    return values[at]


def submit(
    rng: np.random.Generator,
    slots: list[Assignment],
    rater: User,
    index: int,
    truth: Truth,
    criteria: dict[int, list[Criterion]],
    times: list[datetime],
) -> None:
    """Rate `slots` at `times`, all with a few statements."""
    ratings, scores = [], []
    for slot, when in zip(slots, times, strict=True):
        row = slot.campaign_item
        lines, true = criteria[row.rubric_id], truth[row.item_id]
        given = {c.key: _seen(rng, c, true[str(i)], TENDENCIES[index]) for i, c in enumerate(lines)}
        ratings.append(_rating(slot, rater, _spec(row, lines), given, _seconds(rng, index)))
        scores.append([(c, given[c.key]) for c in lines])
        slot.state, slot.rater, slot.claimed_at = Assignment.State.SUBMITTED, rater, when
    changed = ["state", "rater", "claimed_at"]  # written anew: a tenth of the time of bulk_update
    Assignment.objects.bulk_create(
        slots, update_conflicts=True, unique_fields=["id"], update_fields=changed
    )
    made = Rating.objects.bulk_create(ratings)
    for rating, when in zip(made, times, strict=True):
        rating.created_at = when
    Rating.objects.bulk_update(made, ["created_at"])
    CriterionScore.objects.bulk_create(
        CriterionScore(rating=rating, criterion=criterion, value=value)
        for rating, row in zip(made, scores, strict=True)
        for criterion, value in row
    )


def _seconds(rng: np.random.Generator, index: int) -> float:
    return float(round(MEDIAN_SECONDS[index] * rng.lognormal(0, 0.5), 1))


def _rating(
    slot: Assignment, rater: User, spec: RubricSpec, given: dict[str, float], seconds: float
) -> Rating:
    result = composite_and_mark(spec, given)
    return Rating(
        campaign_id=slot.campaign_id,
        campaign_item=slot.campaign_item,
        assignment=slot,
        rater=rater,
        kind=Assignment.Kind.LIVE,
        composite=result.composite,
        mark=result.mark,
        active_seconds=seconds,
    )


def adjudicate_differences(campaign: Campaign, truth: Truth, adjudicator: User) -> int:
    """Settle every item whose marks differ with its true scores; returns how many there were."""
    criteria = criteria_of(campaign)
    rows = CampaignItem.objects.filter(campaign=campaign).prefetch_related(
        "ratings", "item__question"
    )
    made = []
    for row in rows:
        marks = {rating.mark for rating in row.ratings.all()}
        if len(marks) < 2:
            continue
        lines = criteria[row.rubric_id]
        given = {c.key: truth[row.item_id][str(i)] for i, c in enumerate(lines)}
        result = composite_and_mark(_spec(row, lines), given)
        made.append(
            Adjudication(
                campaign_item=row,
                adjudicator=adjudicator,
                scores=given,
                composite=result.composite,
                mark=result.mark,
                note="两位评分者分数不同，按采分点重新判定。",
            )
        )
    return len(Adjudication.objects.bulk_create(made))
