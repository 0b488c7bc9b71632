"""What a rater learns from a practice item: own scores beside the definitive ones."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.models import Criterion, Rating


@dataclass(frozen=True)
class FeedbackLine:
    """One criterion; `own` is None where the rater gave no score."""

    name: str
    own: float | None
    definitive: float
    is_within: bool


@dataclass(frozen=True)
class PracticeFeedback:
    lines: list[FeedbackLine]
    explanation: str
    tolerance: float

    @property
    def is_within(self) -> bool:
        return all(line.is_within for line in self.lines)


def practice_feedback(rating_id: int) -> PracticeFeedback:
    """The feedback on a practice rating, with the campaign's tolerance in marks a criterion."""
    rating = Rating.objects.select_related(
        "campaign", "campaign_item__gold", "campaign_item__rubric"
    ).get(pk=rating_id)
    own = dict(rating.scores.values_list("criterion__key", "value"))
    gold = rating.campaign_item.gold
    lines = [
        _line(criterion, own.get(criterion.key), float(gold.scores[criterion.key]), rating)
        for criterion in rating.campaign_item.rubric.criteria.all()
        if criterion.key in gold.scores
    ]
    return PracticeFeedback(lines, gold.explanation, rating.campaign.qualification_tolerance)


def _line(
    criterion: Criterion, own: float | None, definitive: float, rating: Rating
) -> FeedbackLine:
    tolerance = rating.campaign.qualification_tolerance
    is_within = own is not None and abs(own - definitive) <= tolerance + 1e-9
    return FeedbackLine(criterion.name, own, definitive, is_within)
