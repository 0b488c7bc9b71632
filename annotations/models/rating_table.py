"""All counted ratings of a campaign as arrays: what agreement, verdict and report read.

Four queries whatever the size. Only ratings that count are in it: `state` current, `kind`
live, submitted on live campaign items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from annotations.methods.coefficient import Level
from annotations.methods.long_table import LongTable, long_table
from annotations.models.assignment import Assignment
from annotations.models.campaign import Campaign, CampaignItem
from annotations.models.rating import CriterionScore, Rating
from annotations.models.rubric import Criterion
from annotations.models.team import User

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPOSITE, MARK = "composite", "mark"
NEAR = 0.1  # composites at most so far apart count as adjacent: 10 of 100 points
LEVELS: dict[Criterion.Scale, Level] = {
    Criterion.Scale.POINTS: "interval",
    Criterion.Scale.LIKERT: "ordinal",
    Criterion.Scale.YES_NO: "nominal",
    Criterion.Scale.CATEGORIES: "nominal",
}


@dataclass(frozen=True)
class CriterionColumn:
    """A criterion as the ratings of a campaign see it.

    The same criterion in the rubrics of several questions (same key, name and levels) is one
    column. Where rubrics give one key to different criteria, `key` is "<rubric>/<key>".
    `domain` holds every value a rater may give, ascending; `level` is the level of
    measurement that its scale suggests (nominal, ordinal, interval).
    """

    key: str
    name: str
    level: Level
    domain: tuple[float, ...]
    low: float
    high: float
    step: float
    weight: float
    criterion_ids: tuple[int, ...]


@dataclass(frozen=True)
class RatingTable:
    """Counted ratings of a campaign; every array has one entry a rating, shape (n,).

    `rating`, `campaign_item`, `item`, `question`, `rater`, `rubric` are primary keys, ordered by
    campaign item and rater. `composite` in [0, 1] (rounded to 9 digits so that equal scores
    compare equal), `mark` on the question's scale, `seconds` active; NaN where there is none.
    `source` and `stratum` are strings, `probability` the inclusion probability (NaN: none
    stored). `values[key]` holds a criterion's scores, NaN where that rating has none.
    `is_flagged`: the rater said that it cannot be judged; composite and mark are NaN then.
    """

    rating: Ints
    campaign_item: Ints
    item: Ints
    question: Ints
    rubric: Ints
    rater: Ints
    composite: Floats
    mark: Floats
    seconds: Floats
    probability: Floats
    source: NDArray[np.object_]
    stratum: NDArray[np.object_]
    is_flagged: NDArray[np.bool_]
    criteria: Mapping[str, CriterionColumn]
    values: Mapping[str, Floats]
    rater_names: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.rating)

    @cached_property
    def item_count(self) -> int:
        return len(np.unique(self.campaign_item))

    def long(self, key: str = COMPOSITE) -> LongTable:
        """The ratings of one criterion, or of COMPOSITE or MARK, ready for agreement methods.

        Rater labels are primary keys, as in `rater_names`. Raises KeyError for an unknown key.
        """
        if key in (COMPOSITE, MARK):
            return long_table(self.campaign_item, self.rater, getattr(self, key))
        domain = self.criteria[key].domain
        return long_table(self.campaign_item, self.rater, self.values[key], domain or None)

    def level_of(self, key: str) -> Level:
        """The level of measurement that a criterion's scale suggests; interval for sums."""
        return "interval" if key in (COMPOSITE, MARK) else self.criteria[key].level

    def where_rater(self, raters: Sequence[int]) -> RatingTable:
        """The ratings of these raters."""
        return self.where(np.isin(self.rater, np.asarray(raters, dtype=np.int64)))

    def where(self, mask: NDArray[np.bool_]) -> RatingTable:
        """The rows where `mask` (shape (n,)) is true, e.g. those of one question or source."""
        return replace(
            self,
            **{name: getattr(self, name)[mask] for name in ROW_ARRAYS},
            values={key: column[mask] for key, column in self.values.items()},
        )


ROW_ARRAYS = (
    "rating", "campaign_item", "item", "question", "rubric", "rater", "composite", "mark",
    "seconds", "probability", "source", "stratum", "is_flagged",
)  # fmt: skip

FIELDS = (
    "id", "campaign_item_id", "campaign_item__item_id", "campaign_item__item__question_id",
    "campaign_item__rubric_id", "rater_id", "composite", "mark", "active_seconds",
    "campaign_item__probability", "campaign_item__item__source", "campaign_item__stratum",
    "flag_reason",
)  # fmt: skip


def rating_table(campaign: Campaign) -> RatingTable:
    """Load the counted live ratings of `campaign` (empty arrays where there are none)."""
    rows = counted_ratings(campaign).order_by("campaign_item_id", "rater_id").values_list(*FIELDS)
    columns = list(zip(*rows, strict=True)) or [()] * len(FIELDS)
    rating, campaign_item, item, question, rubric, rater = map(_ints, columns[:6])
    composite, mark, seconds, probability = map(_floats, columns[6:10])
    criteria = criterion_columns(campaign)
    return RatingTable(
        rating=rating,
        campaign_item=campaign_item,
        item=item,
        question=question,
        rubric=rubric,
        rater=rater,
        composite=np.round(composite, 9),
        mark=mark,
        seconds=seconds,
        probability=probability,
        source=np.array(columns[10], dtype=object),
        stratum=np.array(columns[11], dtype=object),
        is_flagged=np.array([bool(reason) for reason in columns[12]], dtype=bool),
        criteria={column.key: column for column in criteria},
        values=_values(campaign, rating, criteria),
        rater_names=_rater_names(rater),
    )


def counted_ratings(campaign: Campaign) -> QuerySet[Rating]:
    """QuerySet of the ratings that count: current, live, on live items."""
    return Rating.objects.filter(
        campaign=campaign,
        state=Rating.State.CURRENT,
        kind=Assignment.Kind.LIVE,
        campaign_item__purpose=CampaignItem.Purpose.LIVE,
    )


def criterion_columns(campaign: Campaign) -> list[CriterionColumn]:
    """The criteria of the campaign's rubrics in rubric order, the same ones merged."""
    criteria = (
        Criterion.objects.filter(rubric__in=campaign.rubrics.values("rubric"))
        .select_related("rubric")
        .order_by("rubric_id", "position", "id")
    )
    groups: dict[tuple[object, ...], list[Criterion]] = {}
    for criterion in criteria:
        identity = (criterion.key, criterion.name, criterion.scale, tuple(criterion.values))
        groups.setdefault(identity, []).append(criterion)
    keys = [identity[0] for identity in groups]
    return [_column(group, keys.count(group[0].key) > 1) for group in groups.values()]


def _column(group: list[Criterion], is_ambiguous: bool) -> CriterionColumn:
    first = group[0]
    return CriterionColumn(
        key=f"{first.rubric}/{first.key}" if is_ambiguous else first.key,
        name=f"{first.name} ({first.rubric})" if is_ambiguous else first.name,
        level=LEVELS[Criterion.Scale(first.scale)],
        domain=tuple(sorted(set(first.values))),
        low=first.low,
        high=first.high,
        step=first.step,
        weight=first.weight,
        criterion_ids=tuple(criterion.pk for criterion in group),
    )


def _values(campaign: Campaign, rating: Ints, columns: list[CriterionColumn]) -> dict[str, Floats]:
    scores = CriterionScore.objects.filter(rating__in=counted_ratings(campaign)).order_by()
    rows = scores.values_list("rating_id", "criterion_id", "value")
    fields = list(zip(*rows, strict=True)) or [(), (), ()]
    score_rating, score_criterion, value = _ints(fields[0]), _ints(fields[1]), _floats(fields[2])
    by_id = np.argsort(rating)
    row = by_id[np.searchsorted(rating[by_id], score_rating)] if len(rating) else score_rating
    table = {}
    for column in columns:
        mine = np.isin(score_criterion, column.criterion_ids)
        table[column.key] = np.full(len(rating), np.nan)
        table[column.key][row[mine]] = value[mine]
    return table


def _rater_names(raters: Ints) -> dict[int, str]:
    people = User.objects.filter(pk__in=np.unique(raters).tolist())
    return {user.pk: str(user) for user in people}


def _ints(column: Iterable[int]) -> Ints:
    return np.array(list(column), dtype=np.int64)


def _floats(column: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)
