"""What people gave on each criterion, for the answers whose marks of record a grader learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from statistics import fmean
from typing import Any

from annotations.models import (
    Adjudication,
    Campaign,
    CampaignRubric,
    Criterion,
    CriterionScore,
    Gold,
)
from annotations.models.rating_table import counted_ratings
from grading.methods.marks_of_record import ADJUDICATED, HUMAN
from grading.reports.marks import queues_of

Given = dict[int, dict[int, list[float]]]
"""Item id → criterion id → what was given."""


def criteria_taken(campaign: Campaign, origins: Mapping[int, str]) -> dict[int, list[dict[str, Any]]]:
    """Item id → [{"name", "weight", "points"}], the mean of those whose mark is the mark of record; only where
    the rubric has several criteria, and the mark is of people alone. `origins`: item id → ORIGINS."""
    together = [*queues_of(campaign), campaign]
    criteria = _criteria(together)
    if not criteria:
        return {}
    given = {HUMAN: _rated(together), ADJUDICATED: _definitive(together, criteria)}
    found = {item: _lines(given[origin].get(item, {}), criteria) for item, origin in origins.items() if origin in given}
    return {item: lines for item, lines in found.items() if lines}


def _criteria(campaigns: Iterable[Campaign]) -> dict[int, Criterion]:
    """By id, of the rubrics that have several."""
    rubrics = CampaignRubric.objects.filter(campaign__in=campaigns).values("rubric")
    rows = Criterion.objects.filter(rubric__in=rubrics)
    by_rubric: dict[int, list[Criterion]] = defaultdict(list)
    for criterion in rows.order_by("rubric", "position", "pk"):
        by_rubric[criterion.rubric_id].append(criterion)
    return {one.pk: one for several in by_rubric.values() if len(several) > 1 for one in several}


def _rated(campaigns: Iterable[Campaign]) -> Given:
    found: Given = defaultdict(lambda: defaultdict(list))
    for campaign in campaigns:
        scores = CriterionScore.objects.filter(rating__in=counted_ratings(campaign))
        rows = scores.values_list("rating__campaign_item__item", "criterion", "value")
        for item, criterion, value in rows.iterator(chunk_size=2000):
            found[item][criterion].append(value)
    return found


def _definitive(campaigns: Iterable[Campaign], criteria: Mapping[int, Criterion]) -> Given:
    """The newest adjudication counts, gold where there is none."""
    ids = {(one.rubric_id, one.key): pk for pk, one in criteria.items()}
    return {
        item: {ids[rubric, key]: [value] for key, value in scores.items() if (rubric, key) in ids}
        for campaign in campaigns
        for item, rubric, scores in _decided(campaign)
    }


def _decided(campaign: Campaign) -> Iterator[tuple[int, int, dict[str, float]]]:
    """What comes later counts."""
    fields = "campaign_item__item", "campaign_item__rubric", "scores"
    yield from Gold.objects.filter(campaign_item__campaign=campaign).values_list(*fields)
    rows = Adjudication.objects.filter(campaign_item__campaign=campaign, mark__isnull=False)
    yield from rows.order_by("created_at", "pk").values_list(*fields)


def _lines(given: Mapping[int, list[float]], criteria: Mapping[int, Criterion]) -> list[dict[str, Any]]:
    """In the order of the rubric; none where the ratings follow two rubrics. Categories that differ have no mean."""
    told = {criteria[pk]: values for pk, values in given.items() if pk in criteria}
    if len({criterion.rubric_id for criterion in told}) != 1:
        return []
    return [
        {"name": one.name, "weight": one.weight, "points": round(fmean(told[one]), 6)}
        for one in sorted(told, key=lambda one: (one.position, one.pk))
        if one.scale != Criterion.Scale.CATEGORIES or len(set(told[one])) == 1
    ]
