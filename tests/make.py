"""Factories: the smallest thing of each kind that holds together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from annotations.models import (
    Assignment,
    AutomaticScore,
    Campaign,
    CampaignItem,
    CampaignRater,
    CampaignRubric,
    Criterion,
    CriterionScore,
    Dataset,
    Item,
    Question,
    Rating,
    Rubric,
    Scorer,
    Team,
    User,
)

numbers = count(1)


def levels(low: float, high: float, step: float = 1.0) -> list[dict[str, Any]]:
    values = [low + i * step for i in range(round((high - low) / step) + 1)]
    return [{"value": v, "label": f"{v:g}", "descriptor": f"what a {v:g} is"} for v in values]


def a_dataset(team: Team, name: str = "", **kwargs: Any) -> Dataset:
    return Dataset.objects.create(team=team, name=name or f"dataset {next(numbers)}", **kwargs)


def a_question(dataset: Dataset, key: str = "1", **kwargs: Any) -> Question:
    kwargs.setdefault("text", f"Question {key}?")
    return Question.objects.create(dataset=dataset, key=key, **kwargs)


def an_item(question: Question, key: str = "", **kwargs: Any) -> Item:
    number = next(numbers)
    kwargs.setdefault("text", f"Answer {number}.")
    return Item.objects.create(
        dataset=question.dataset, question=question, key=key or f"i{number}", position=number, **kwargs
    )


def items(question: Question, n: int, **kwargs: Any) -> list[Item]:
    return [an_item(question, **kwargs) for _i in range(n)]


def a_rubric(team: Team, weights: tuple[float, ...] = (40, 30, 30), **kwargs: Any) -> Rubric:
    """A published weighted rubric with criteria c1, c2 … on 0–5 (or `high`)."""
    high = kwargs.pop("high", 5)
    publish = kwargs.pop("publish", True)
    kwargs.setdefault("name", f"rubric {next(numbers)}")
    rubric = Rubric.objects.create(team=team, **kwargs)
    for i, weight in enumerate(weights, start=1):
        Criterion.objects.create(
            rubric=rubric, key=f"c{i}", name=f"Criterion {i}", position=i, weight=weight,
            scale="likert", low=0, high=high, levels=levels(0, high),
        )
    if publish:
        rubric.state = Rubric.State.PUBLISHED
        rubric.save()
    return rubric


def a_campaign(
    dataset: Dataset, rubric: Rubric, raters: list[User], k: int = 2, **kwargs: Any
) -> Campaign:
    """A running campaign over every item of the dataset: slots are open and unplanned."""
    number = next(numbers)
    values = {"name": f"campaign {number}", "slug": f"campaign-{number}", "kind": "evaluation",
              "state": "running", "ratings_per_item": k}
    campaign = Campaign.objects.create(team=dataset.team, dataset=dataset, **{**values, **kwargs})
    CampaignRubric.objects.create(campaign=campaign, rubric=rubric)
    for rater in raters:
        CampaignRater.objects.create(campaign=campaign, user=rater)
    for position, item in enumerate(dataset.items.all()):
        a_campaign_item(campaign, item, rubric, k, position=position)
    return campaign


@contextmanager
def as_draft(campaign: Campaign) -> Iterator[None]:
    """Write what is promised before the launch (policy, gates) for a campaign made launched."""
    rows, state = Campaign.objects.filter(pk=campaign.pk), campaign.state
    rows.update(state=Campaign.State.DRAFT)
    yield
    rows.update(state=state)


def a_campaign_item(
    campaign: Campaign, item: Item, rubric: Rubric, k: int = 2, **kwargs: Any
) -> CampaignItem:
    kwargs.setdefault("probability", 1.0)
    row = CampaignItem.objects.create(campaign=campaign, item=item, rubric=rubric, **kwargs)
    for slot in range(k):
        Assignment.objects.create(
            campaign=campaign, campaign_item=row, slot=slot, position=row.position
        )
    return row


def a_rating(campaign_item: CampaignItem, rater: User, scores: dict[str, float], **kwargs: Any) -> Rating:
    """A counted rating on the first open slot, with its composite."""
    from annotations.methods.composite import composite_and_mark

    slot = campaign_item.assignments.filter(state="open", kind="live").first()
    slot.state, slot.rater = "submitted", rater
    slot.save()
    question = campaign_item.item.question
    full = None if question.full_mark is None else float(question.full_mark)
    result = composite_and_mark(campaign_item.rubric.spec(full, float(question.step)), scores)
    rating = Rating.objects.create(
        campaign=campaign_item.campaign, campaign_item=campaign_item, assignment=slot, rater=rater,
        kind="live", composite=result.composite, mark=result.mark, is_vetoed=result.is_vetoed,
        **{"active_seconds": 20.0, **kwargs},
    )
    criteria = {c.key: c for c in campaign_item.rubric.criteria.all()}
    CriterionScore.objects.bulk_create(
        CriterionScore(rating=rating, criterion=criteria[key], value=value)
        for key, value in scores.items()
    )
    return rating


def a_scorer(team: Team, values: dict[Item, float], name: str = "machine", **kwargs: Any) -> Scorer:
    scorer = Scorer.objects.create(team=team, name=name, **{"scale": "mark", **kwargs})
    AutomaticScore.objects.bulk_create(
        AutomaticScore(item=item, scorer=scorer, value=value) for item, value in values.items()
    )
    return scorer
