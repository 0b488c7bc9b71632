"""A rated evaluation campaign for benchmarks: two sources, two raters, three criteria, a policy."""

from __future__ import annotations

import random

from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CriterionScore,
    Item,
    Membership,
    Rating,
    Team,
    User,
)
from grading.models import DecisionPolicy
from tests import make


def rated_campaign(items: int) -> Campaign:
    """Every item rated by both raters; `lead` may open it."""
    team = Team.objects.create(name="Bench", slug="bench-rated")
    lead = User.objects.create_user("lead")
    Membership.objects.create(team=team, user=lead, role="lead")
    raters = [User.objects.create_user(f"rater {i}") for i in (1, 2)]
    dataset = make.a_dataset(team, "rated")
    question, rubric = make.a_question(dataset), make.a_rubric(team)
    campaign = make.a_campaign(dataset, rubric, raters, state="draft", slug="bench-rated")
    DecisionPolicy.objects.get_or_create(campaign=campaign, defaults={"estimand": DecisionPolicy.Estimand.MEAN_COMPOSITE, "threshold": 0.6})
    Campaign.objects.filter(pk=campaign.pk).update(state="running")
    _rate(campaign, _drawn(campaign, question, rubric, items), raters, rubric)
    return Campaign.objects.get(pk=campaign.pk)


def _drawn(campaign, question, rubric, items: int) -> list[CampaignItem]:
    rows = Item.objects.bulk_create(
        Item(dataset=campaign.dataset, question=question, key=f"k{i}", position=i,
             text="made up", source="AB"[i % 2])
        for i in range(items)
    )  # fmt: skip
    return CampaignItem.objects.bulk_create(
        CampaignItem(campaign=campaign, item=item, rubric=rubric, probability=1, position=i)
        for i, item in enumerate(rows)
    )


def _rate(campaign, drawn: list[CampaignItem], raters: list[User], rubric) -> None:
    rng = random.Random(3)
    pairs = [(row, slot, rater) for row in drawn for slot, rater in enumerate(raters)]
    slots = Assignment.objects.bulk_create(
        Assignment(campaign=campaign, campaign_item=row, slot=slot, rater=rater, state="submitted")
        for row, slot, rater in pairs
    )
    values = [rng.choice((0.2, 0.4, 0.6, 0.8, 1.0)) for _row in drawn for _rater in raters]
    ratings = Rating.objects.bulk_create(
        Rating(campaign=campaign, campaign_item=row, assignment=slot, rater=rater, kind="live",
               composite=value, active_seconds=20.0)
        for (row, _, rater), slot, value in zip(pairs, slots, values, strict=True)
    )  # fmt: skip
    CriterionScore.objects.bulk_create(
        CriterionScore(rating=rating, criterion=criterion, value=round(5 * rating.composite))
        for rating in ratings
        for criterion in rubric.criteria.all()
    )
