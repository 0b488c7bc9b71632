"""Items on which raters differ, the most disputed first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Max, Min, Q
from numpy.typing import NDArray

from annotations.models.campaign import Campaign
from annotations.models.gold import Adjudication
from annotations.models.rating_table import Floats, Ints, RatingTable, counted_ratings

PLACES = 9  # composites are sums of floats; spreads that differ by less are equal


@dataclass(frozen=True)
class Disputes:
    """Disputed items, most disputed first; arrays of shape (items,).

    `spread`: the largest less the smallest composite, in [0, 1] (0 where fewer than two have one);
    `mark_spread` the same in marks (NaN: none); `low` and `high` the composites; `flags`: raters who
    say that it cannot be judged; `first_row`: where an item's ratings begin in the table.
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
    first_row: Ints

    def where(self, mask: NDArray[np.bool_]) -> Disputes:
        return Disputes(**{name: column[mask] for name, column in self.__dict__.items()})

    def __len__(self) -> int:
        return len(self.campaign_item)


def disputes_of(table: RatingTable) -> Disputes:
    """The items of `table` whose composites differ or which somebody flagged."""
    starts = np.flatnonzero(np.diff(table.campaign_item, prepend=-1))
    if not len(starts):
        return _no_disputes()
    low = np.fmin.reduceat(table.composite, starts)
    high = np.fmax.reduceat(table.composite, starts)
    marks = np.fmax.reduceat(table.mark, starts) - np.fmin.reduceat(table.mark, starts)
    found = Disputes(
        campaign_item=table.campaign_item[starts],
        question=table.question[starts],
        rubric=table.rubric[starts],
        ratings=np.diff(starts, append=len(table)),
        low=low,
        high=high,
        spread=np.round(np.nan_to_num(high - low), PLACES),
        mark_spread=marks,
        flags=np.add.reduceat(table.is_flagged.astype(np.int64), starts),
        first_row=starts,
    )
    found = found.where((found.spread > 0) | (found.flags > 0))
    order = np.lexsort((found.campaign_item, -found.flags, -found.spread))
    return Disputes(**{name: column[order] for name, column in found.__dict__.items()})


def _no_disputes() -> Disputes:
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Disputes(
        campaign_item=whole,
        question=whole,
        rubric=whole,
        ratings=whole,
        low=real,
        high=real,
        spread=real,
        mark_spread=real,
        flags=whole,
        first_row=whole,
    )


def decided_items(campaign: Campaign) -> set[int]:
    """Campaign items that have an adjudication."""
    rows = Adjudication.objects.filter(campaign_item__campaign=campaign).order_by()
    return set(rows.values_list("campaign_item_id", flat=True))


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
    keys = [
        (-round((high or 0.0) - (low or 0.0), PLACES), -flags, pk) for pk, low, high, flags in rows
    ]
    return [pk for spread, flags, pk in sorted(keys) if spread or flags]


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
