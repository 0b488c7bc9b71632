"""Factories: the smallest thing of each kind that holds together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db.models import prefetch_related_objects

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
Scores = dict[str, float]


def levels(low: float, high: float, step: float = 1.0) -> list[dict[str, Any]]:
    values = [low + i * step for i in range(round((high - low) / step) + 1)]
    return [{"value": v, "label": f"{v:g}", "descriptor": f"what a {v:g} is"} for v in values]


def a_dataset(team: Team, name: str = "", **kwargs: Any) -> Dataset:
    return Dataset.objects.create(team=team, name=name or f"dataset {next(numbers)}", **kwargs)


def a_question(dataset: Dataset, key: str = "1", **kwargs: Any) -> Question:
    kwargs.setdefault("text", f"Question {key}?")
    return Question.objects.create(dataset=dataset, key=key, **kwargs)


def an_item(question: Question, key: str = "", **kwargs: Any) -> Item:
    return several_items(question, [{"key": key, **kwargs}])[0]


def items(question: Question, n: int, **kwargs: Any) -> list[Item]:
    return several_items(question, [kwargs] * n)


def several_items(question: Question, values: Iterable[dict[str, Any]]) -> list[Item]:
    """At once: one by one they take many times as long. The same is true of all that is made in numbers here."""
    return Item.objects.bulk_create(_item(question, **one) for one in values)


def _item(question: Question, key: str = "", **kwargs: Any) -> Item:
    number = next(numbers)
    kwargs.setdefault("text", f"Answer {number}.")
    return Item(
        dataset=question.dataset, question=question, key=key or f"i{number}", position=number, **kwargs
    )


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
    _campaign_items(campaign, rubric, k, [{"item": i, "position": n} for n, i in enumerate(dataset.items.all())])
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
    return _campaign_items(campaign, rubric, k, [{"item": item, **kwargs}])[0]


def _campaign_items(
    campaign: Campaign, rubric: Rubric, k: int, values: Iterable[dict[str, Any]]
) -> list[CampaignItem]:
    rows = CampaignItem.objects.bulk_create(
        CampaignItem(campaign=campaign, rubric=rubric, **{"probability": 1.0, **one}) for one in values
    )
    Assignment.objects.bulk_create(
        Assignment(campaign=campaign, campaign_item=row, slot=slot, position=row.position)
        for row in rows
        for slot in range(k)
    )
    return rows


def a_rating(campaign_item: CampaignItem, rater: User, scores: Scores, **kwargs: Any) -> Rating:
    """A counted rating on the first open slot, with its composite."""
    return ratings([(campaign_item, rater, scores)], **kwargs)[0]


def ratings(given: Sequence[tuple[CampaignItem, User, Scores]], **kwargs: Any) -> list[Rating]:
    """Counted ratings, each on the first open slot of its item, with their composites."""
    rows = [row for row, _rater, _scores in given]
    prefetch_related_objects(rows, "item__question", "rubric__criteria")
    slots: dict[int, list[Assignment]] = defaultdict(list)
    for slot in Assignment.objects.filter(campaign_item__in=rows, state="open", kind="live"):
        slots[slot.campaign_item_id].append(slot)
    made = Rating.objects.bulk_create(
        _rating(row, slots[row.pk].pop(0), rater, scores, kwargs) for row, rater, scores in given
    )
    for rater in {rating.rater for rating in made}:
        taken = [rating.assignment_id for rating in made if rating.rater == rater]
        Assignment.objects.filter(pk__in=taken).update(state="submitted", rater=rater)
    CriterionScore.objects.bulk_create(
        CriterionScore(rating=rating, criterion=criteria[key], value=value)
        for rating, (row, _rater, scores) in zip(made, given, strict=True)
        for criteria in [{criterion.key: criterion for criterion in row.rubric.criteria.all()}]
        for key, value in scores.items()
    )
    return made


def _rating(row: CampaignItem, slot: Assignment, rater: User, scores: Scores, kwargs: dict[str, Any]) -> Rating:
    from annotations.methods.composite import composite_and_mark

    slot.state, slot.rater = "submitted", rater
    question = row.item.question
    full = None if question.full_mark is None else float(question.full_mark)
    result = composite_and_mark(row.rubric.spec(full, float(question.step)), scores)
    return Rating(
        campaign_id=row.campaign_id, campaign_item=row, assignment=slot, rater=rater,
        kind="live", composite=result.composite, mark=result.mark, is_vetoed=result.is_vetoed,
        **{"active_seconds": 20.0, **kwargs},
    )  # fmt: skip


def a_scorer(team: Team, values: dict[Item, float], name: str = "machine", **kwargs: Any) -> Scorer:
    scorer = Scorer.objects.create(team=team, name=name, **{"scale": "mark", **kwargs})
    AutomaticScore.objects.bulk_create(
        AutomaticScore(item=item, scorer=scorer, value=value) for item, value in values.items()
    )
    return scorer
