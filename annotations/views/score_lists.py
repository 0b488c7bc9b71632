"""Automatic scores of an item as pages list them: wholes, and by scorer what it gives each criterion."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from annotations.models import AutomaticScore, CampaignRubric, Criterion, Item
from annotations.models.rating_table import COMPOSITE


@dataclass(frozen=True)
class ScorerList:
    """What one scorer says of the item: `whole` (None: nothing), then (name, score) by criterion."""

    name: str
    whole: AutomaticScore | None
    criteria: list[tuple[str, AutomaticScore]]


def score_lists(item: Item) -> list[ScorerList]:
    """By the names of the scorers; criteria in the order of the rubric, by name where it is known which."""
    by_scorer: dict[str, list[AutomaticScore]] = {}
    for score in item.automatic_scores.select_related("scorer").order_by("scorer__name", "criterion"):
        by_scorer.setdefault(score.scorer.name, []).append(score)
    names = _criterion_names(item) if any(len(scores) > 1 for scores in by_scorer.values()) else {}
    return [_list(name, scores, names) for name, scores in by_scorer.items()]


def _list(name: str, scores: list[AutomaticScore], names: dict[str, str]) -> ScorerList:
    places = {key: place for place, key in enumerate(names)}
    parts = [score for score in scores if score.criterion and score.criterion != COMPOSITE]
    parts.sort(key=lambda score: places.get(score.criterion, len(places)))
    whole = next((score for score in scores if not score.criterion), None)
    return ScorerList(name, whole, [(names.get(s.criterion) or s.criterion, s) for s in parts])


def _criterion_names(item: Item) -> dict[str, str]:
    """Key → name in the rubrics by which campaigns judge this question; a key with two names has none."""
    of_question = Q(question=item.question_id) | Q(question=None)
    rubrics = CampaignRubric.objects.filter(of_question, campaign__dataset=item.dataset_id)
    criteria = Criterion.objects.filter(rubric__in=rubrics.values("rubric"))
    found: dict[str, str] = {}
    for key, name in criteria.order_by("position", "pk").values_list("key", "name"):
        found[key] = name if found.get(key, name) == name else ""
    return found

