"""What raters said about one item: the table of scores, the trail, the final word."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.access import rates_in
from annotations.models import Assignment, CampaignItem, Criterion, Rating, User
from annotations.models.rating_table import COMPOSITE, MARK
from annotations.rater_numbers import adjustments


@dataclass(frozen=True)
class ScoreRow:
    """A criterion and each rater's score on it (None: not given); `width` is the range."""

    criterion: Criterion
    scores: list[float | None]
    width: float | None
    is_disputed: bool
    definitive: float | None


@dataclass(frozen=True)
class Revision:
    """One submission of the trail; `changes` are (criterion, before, after)."""

    rating: Rating
    changes: list[tuple[str, float | None, float | None]]


@dataclass(frozen=True)
class AdjustedScore:
    """`key` is composite (0–100) or mark."""

    key: str
    mean: float
    adjusted: float


def ratings_of(campaign_item: CampaignItem) -> list[Rating]:
    """Every revision by everybody, oldest first within a rater."""
    rows = campaign_item.ratings.select_related("rater").prefetch_related("scores")
    return list(rows.order_by("rater__display_name", "rater_id", "created_at", "id"))


def counted(ratings: list[Rating]) -> list[Rating]:
    """The ones that count: current, and live on a live item."""
    return [
        r for r in ratings if r.state == Rating.State.CURRENT and r.kind == Assignment.Kind.LIVE
    ]


def score_rows(
    criteria: list[Criterion], ratings: list[Rating], definitive: dict[str, float]
) -> list[ScoreRow]:
    by_rating = [scores_of(rating) for rating in ratings]
    return [
        _score_row(criterion, [scores.get(criterion.pk) for scores in by_rating], definitive)
        for criterion in criteria
    ]


def _score_row(
    criterion: Criterion, scores: list[float | None], definitive: dict[str, float]
) -> ScoreRow:
    width = width_of(scores)
    return ScoreRow(criterion, scores, width, bool(width), definitive.get(criterion.key))


def width_of(scores: list[float | None]) -> float | None:
    """The largest less the smallest; None where fewer than two were given."""
    given = [score for score in scores if score is not None]
    return max(given) - min(given) if len(given) > 1 else None


def scores_of(rating: Rating) -> dict[int, float]:
    return {score.criterion_id: score.value for score in rating.scores.all()}


def trail(criteria: list[Criterion], ratings: list[Rating]) -> list[Revision]:
    """All submissions with what changed against the same rater's one before."""
    before: dict[int, dict[int, float]] = {}
    revisions = []
    for rating in ratings:
        now, old = scores_of(rating), before.get(rating.rater_id, {})
        changes = [
            (c.name, old.get(c.pk), now.get(c.pk))
            for c in criteria
            if old.get(c.pk) != now.get(c.pk)
        ]
        revisions.append(Revision(rating, changes))
        before[rating.rater_id] = now
    return revisions


def adjusted(campaign_item: CampaignItem, ratings: list[Rating]) -> list[AdjustedScore]:
    """Composite, and mark where there are marks: the mean beside the one adjusted for severity."""
    scales = {COMPOSITE: 100.0}
    if campaign_item.item.question.full_mark is not None:
        scales[MARK] = 1.0
    rows = [_adjusted(campaign_item, ratings, key, scale) for key, scale in scales.items()]
    return [row for row in rows if row is not None]


def _adjusted(
    campaign_item: CampaignItem, ratings: list[Rating], key: str, scale: float
) -> AdjustedScore | None:
    """None where nobody gave a score or severities are undefined."""
    given = {r.rater_id: getattr(r, key) for r in ratings if getattr(r, key) is not None}
    full_mark = campaign_item.item.question.full_mark
    added = adjustments(campaign_item.campaign, key, None if full_mark is None else float(full_mark))
    if not given or not added:
        return None
    mean = scale * sum(given.values()) / len(given)
    return AdjustedScore(key, mean, mean + sum(added[pk] for pk in given) / len(given))


def is_blind(user: User, campaign_item: CampaignItem) -> bool:
    """Whether `user` may still have to rate this item, and so must not see what others gave."""
    campaign = campaign_item.campaign
    if campaign.state == campaign.State.CLOSED:
        return False
    has_rated = campaign_item.ratings.filter(rater=user, state=Rating.State.CURRENT)
    return rates_in(user, campaign) and not has_rated.exists() and not _is_full(campaign_item)


def _is_full(campaign_item: CampaignItem) -> bool:
    """No slot is left that could be given to anybody."""
    return not campaign_item.assignments.exclude(state=Assignment.State.SUBMITTED).exists()
