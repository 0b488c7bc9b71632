"""Items that wait for a final word: somebody appeals, or raters differ; the most disputed first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Max, Min, Q
from numpy.typing import NDArray

from annotations.models.appeal import open_appeals
from annotations.models.campaign import Campaign, CampaignItem
from annotations.models.gold import Adjudication
from annotations.models.rating_table import Floats, Ints, RatingTable, counted_ratings

PLACES = 9  # composites are sums of floats; spreads that differ by less are equal


@dataclass(frozen=True)
class Disputes:
    """Disputed items, most disputed first; arrays of shape (items,).

    `spread`: the largest less the smallest composite, in [0, 1] (0 where fewer than two have one);
    `mark_spread` the same in marks (NaN: none); `low` and `high` the composites; `flags`: raters who
    say that it cannot be judged; `appeals`: 1 where an appeal has no answer yet; `first_row`: where an
    item's ratings begin in the table.
    """

    campaign_item: Ints
    question: Ints
    rubric: Ints
    ratings: Ints
    low: Floats
    high: Floats
    spread: Floats
    mark_spread: Floats
    flags: Ints
    appeals: Ints
    first_row: Ints

    def where(self, mask: NDArray[np.bool_]) -> Disputes:
        return Disputes(**{name: column[mask] for name, column in self.__dict__.items()})

    def __len__(self) -> int:
        return len(self.campaign_item)


def disputes_of(table: RatingTable, appealed: Sequence[CampaignItem] = ()) -> Disputes:
    """The items of `table` whose composites differ or which somebody flagged, and those appealed against."""
    found = _joined(_rated(table), appealed)
    found = found.where((found.spread > 0) | (found.flags > 0) | (found.appeals > 0))
    order = np.lexsort((found.campaign_item, -found.flags, -found.spread, -found.appeals))
    return Disputes(**{name: column[order] for name, column in found.__dict__.items()})


def _rated(table: RatingTable) -> Disputes:
    """Every item that has a rating."""
    starts = np.flatnonzero(np.diff(table.campaign_item, prepend=-1))
    if not len(starts):
        return _unrated([])
    low = np.fmin.reduceat(table.composite, starts)
    high = np.fmax.reduceat(table.composite, starts)
    marks = np.fmax.reduceat(table.mark, starts) - np.fmin.reduceat(table.mark, starts)
    return Disputes(
        campaign_item=table.campaign_item[starts],
        question=table.question[starts],
        rubric=table.rubric[starts],
        ratings=np.diff(starts, append=len(table)),
        low=low,
        high=high,
        spread=np.round(np.nan_to_num(high - low), PLACES),
        mark_spread=marks,
        flags=np.add.reduceat(table.is_flagged.astype(np.int64), starts),
        appeals=np.zeros(len(starts), dtype=np.int64),
        first_row=starts,
    )


def _joined(rated: Disputes, appealed: Sequence[CampaignItem]) -> Disputes:
    """With those appealed against that nobody has rated."""
    known = set(rated.campaign_item.tolist())
    alone = _unrated([row for row in appealed if row.pk not in known])
    columns = {
        name: np.concatenate([column, getattr(alone, name)]) for name, column in rated.__dict__.items()
    }
    columns["appeals"] = np.isin(columns["campaign_item"], [row.pk for row in appealed]).astype(np.int64)
    return Disputes(**columns)


def _unrated(rows: Sequence[CampaignItem]) -> Disputes:
    nothing, unknown = np.zeros(len(rows), dtype=np.int64), np.full(len(rows), np.nan)
    return Disputes(
        campaign_item=np.array([row.pk for row in rows], dtype=np.int64),
        question=np.array([row.item.question_id for row in rows], dtype=np.int64),
        rubric=np.array([row.rubric_id for row in rows], dtype=np.int64),
        ratings=nothing,
        low=unknown,
        high=unknown,
        spread=np.zeros(len(rows)),
        mark_spread=unknown,
        flags=nothing,
        appeals=nothing,
        first_row=nothing,
    )


def decided_items(campaign: Campaign) -> set[int]:
    """Campaign items that have an adjudication which nobody has appealed against since."""
    rows = Adjudication.objects.filter(campaign_item__campaign=campaign).order_by()
    decided = set(rows.values_list("campaign_item_id", flat=True))
    return decided - {row.pk for row in open_appeals(campaign)}


def dispute_order(campaign: Campaign) -> list[int]:
    """Campaign items as `disputes_of` orders them, without loading the ratings."""
    rows = (
        counted_ratings(campaign)
        .order_by()
        .values_list("campaign_item_id")
        .annotate(
            low=Min("composite"),
            high=Max("composite"),
            flags=Count("id", filter=~Q(flag_reason="")),
        )
    )
    differ = {
        pk: (-round((high or 0.0) - (low or 0.0), PLACES), -flags) for pk, low, high, flags in rows
    }
    appealed = {row.pk for row in open_appeals(campaign)}
    keys = [(pk not in appealed, *differ.get(pk, (0.0, 0)), pk) for pk in {*differ, *appealed}]
    return [pk for is_at_rest, spread, flags, pk in sorted(keys) if spread or flags or not is_at_rest]


def neighbours(campaign: Campaign, campaign_item_id: int) -> tuple[int | None, int | None]:
    """The disputed items before and after this one; for any other item None and the first."""
    order = dispute_order(campaign)
    if campaign_item_id not in order:
        return None, order[0] if order else None
    place = order.index(campaign_item_id)
    before = order[place - 1] if place else None
    return before, order[place + 1] if place + 1 < len(order) else None


def next_undecided(campaign: Campaign, campaign_item_id: int) -> int | None:
    """The most disputed item that nobody has decided, other than this one."""
    decided = decided_items(campaign) | {campaign_item_id}
    return next((pk for pk in dispute_order(campaign) if pk not in decided), None)
