"""All counted ratings of a campaign as arrays: what agreement, verdict and report read.

Five queries whatever the size. Only ratings that count are in it: `state` current, `kind`
live, submitted on live campaign items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from annotations.methods.coefficient import Level
from annotations.methods.long_table import LongTable, long_table
from annotations.methods.text_width import shortened
from annotations.models.assignment import Assignment
from annotations.models.campaign import Campaign, CampaignItem
from annotations.models.rating import CriterionScore, Rating
from annotations.models.rubric import Criterion, Rubric
from annotations.models.team import User

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPOSITE, MARK = "composite", "mark"
CHUNK = 2_000  # rows fetched at once
TOLD_APART = 20  # columns for what tells criteria of like key apart
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
    measurement that its scale suggests (nominal, ordinal, interval). `has_order` is False
    for named categories, whose numbers say nothing of more or less.
    """

    key: str
    name: str
    level: Level
    has_order: bool
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
        column = self.criteria[key]
        table = long_table(self.campaign_item, self.rater, self.values[key], column.domain or None)
        return replace(table, has_distances=column.has_order)

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

RATING_FIELDS = (
    "id", "campaign_item_id", "rater_id", "composite", "mark", "active_seconds", "flag_reason",
)  # fmt: skip
ITEM_FIELDS = (
    "id", "item_id", "item__question_id", "rubric_id", "probability", "item__source", "stratum",
)  # fmt: skip


def rating_table(campaign: Campaign, *, with_criteria: bool = True) -> RatingTable:
    """Load the counted live ratings of `campaign` (empty arrays where there are none).

    Without criteria it takes half the time: `criteria` and `values` are empty then.
    """
    rating, campaign_item, rater, *numbers, flags = _columns(
        counted_ratings(campaign).values_list(*RATING_FIELDS), len(RATING_FIELDS)
    )
    live = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    pk, *facts = _columns(live.values_list(*ITEM_FIELDS), len(ITEM_FIELDS))
    row, place = _matched(_ints(campaign_item), _ints(rater), _ints(pk))
    item, question, rubric = (_ints(column)[place] for column in facts[:3])
    composite, mark, seconds = (_floats(column)[row] for column in numbers)
    criteria = criterion_columns(campaign) if with_criteria else []
    raters = _ints(rater)[row]
    return RatingTable(
        rating=_ints(rating)[row],
        campaign_item=_ints(campaign_item)[row],
        item=item,
        question=question,
        rubric=rubric,
        rater=raters,
        composite=np.round(composite, 9),
        mark=mark,
        seconds=seconds,
        probability=_floats(facts[3])[place],
        source=np.array(facts[4], dtype=object)[place],
        stratum=np.array(facts[5], dtype=object)[place],
        is_flagged=np.array([bool(reason) for reason in flags], dtype=bool)[row],
        criteria={column.key: column for column in criteria},
        values=_values(campaign, _ints(rating)[row], criteria) if criteria else {},
        rater_names=_rater_names(raters),
    )


def _columns(rows: QuerySet[Any, Any], width: int) -> list[list[Any]]:
    """The columns of a query. The rows are not kept: so many tuples at once take half as long again."""
    cells = list(chain.from_iterable(rows.order_by().iterator(chunk_size=CHUNK)))
    return [cells[column::width] for column in range(width)]


def _matched(campaign_item: Ints, rater: Ints, live: Ints) -> tuple[Ints, Ints]:
    """Ratings on live items by campaign item and rater, and the place of each one's item in `live`."""
    order = np.lexsort((rater, campaign_item))
    row = order[np.isin(campaign_item[order], live)]
    by_pk = np.argsort(live)
    return row, by_pk[np.searchsorted(live[by_pk], campaign_item[row])]


def counted_ratings(campaign: Campaign) -> QuerySet[Rating]:
    """QuerySet of the ratings that count: current and live."""
    return Rating.objects.filter(
        campaign=campaign, state=Rating.State.CURRENT, kind=Assignment.Kind.LIVE
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
        name=f"{first.name} ({_told_apart(first.rubric)})" if is_ambiguous else first.name,
        level=LEVELS[Criterion.Scale(first.scale)],
        has_order=first.scale != Criterion.Scale.CATEGORIES,
        domain=tuple(sorted(set(first.values))),
        low=first.low,
        high=first.high,
        step=first.step,
        weight=first.weight,
        criterion_ids=tuple(criterion.pk for criterion in group),
    )


def _values(campaign: Campaign, rating: Ints, columns: list[CriterionColumn]) -> dict[str, Floats]:
    scores = CriterionScore.objects.filter(
        rating__campaign=campaign,
        rating__state=Rating.State.CURRENT,
        rating__kind=Assignment.Kind.LIVE,
    )
    fields = _columns(scores.values_list("rating_id", "criterion_id", "value"), 3)
    of_rating, criterion, value = _ints(fields[0]), _ints(fields[1]), _floats(fields[2])
    known = np.isin(of_rating, rating)
    of_rating, criterion, value = of_rating[known], criterion[known], value[known]
    by_id = np.argsort(rating)
    row = by_id[np.searchsorted(rating[by_id], of_rating)]
    table = {}
    for column in columns:
        mine = np.isin(criterion, column.criterion_ids)
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


def _told_apart(rubric: Rubric) -> str:
    """What a rubric is called beside its criteria: rubrics made for questions begin with the data set's name,
    and go on with the question's number."""
    name = shortened(rubric.name.rpartition(" · ")[2], TOLD_APART)
    return name if rubric.version == 1 else f"{name} v{rubric.version}"
