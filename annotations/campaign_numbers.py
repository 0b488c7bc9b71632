"""A campaign in numbers, for its page: ratings, questions, raters, days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import CharField, Count, F, Q
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from annotations.models import Assignment, Campaign, CampaignRater
from annotations.models.rating_table import counted_ratings

State = Assignment.State
LIVE = Assignment.Kind.LIVE
DISPUTED_RANGE = 0.25  # of the composite scale: scores this far apart need a look


@dataclass(frozen=True)
class RatingRows:
    """Counted ratings as parallel arrays of shape (n,), in no order.

    `composite` NaN where flagged, `seconds` NaN where not measured.
    """

    campaign_item: np.ndarray
    rater: np.ndarray
    composite: np.ndarray
    seconds: np.ndarray
    is_flagged: np.ndarray

    def __len__(self) -> int:
        return len(self.campaign_item)

    @cached_property
    def median_seconds(self) -> float | None:
        return _median(self.seconds)

    def pace_of(self, rater: int) -> float | None:
        """Median active seconds a rating of one rater."""
        return _median(self.seconds[self.rater == rater])

    @cached_property
    def disputed_items(self) -> set[int]:
        """Campaign items whose composites lie DISPUTED_RANGE or more apart."""
        known = np.isfinite(self.composite)
        ids, row = np.unique(self.campaign_item[known], return_inverse=True)
        low, high = np.full(len(ids), np.inf), np.full(len(ids), -np.inf)
        np.minimum.at(low, row, self.composite[known])
        np.maximum.at(high, row, self.composite[known])
        return set(ids[high - low >= DISPUTED_RANGE - 1e-9].tolist())

    @cached_property
    def flagged_items(self) -> set[int]:
        return set(self.campaign_item[self.is_flagged].tolist())


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def rating_rows(campaign: Campaign) -> RatingRows:
    """One query, whatever the size."""
    fields = ("campaign_item_id", "rater_id", "composite", "active_seconds", "flag_reason")
    rows = counted_ratings(campaign).order_by().values_list(*fields)
    item, rater, composite, seconds, flag = list(zip(*rows, strict=True)) or [()] * 5
    return RatingRows(
        campaign_item=np.array(item, dtype=np.int64),
        rater=np.array(rater, dtype=np.int64),
        composite=np.round(np.array(composite, dtype=np.float64), 9),
        seconds=np.array(seconds, dtype=np.float64),
        is_flagged=np.array([bool(reason) for reason in flag], dtype=bool),
    )


def ratings_by_time(campaign: Campaign) -> dict[datetime, int]:
    """Counted ratings in each ten minutes (aware, UTC).

    The database cuts the time off as text: to make 10,000 datetimes takes longer than all the
    rest of the campaign page.
    """
    ten_minutes = Substr(Cast("created_at", CharField()), 1, len("2026-01-31 12:3"))
    rows = counted_ratings(campaign).order_by().values_list(ten_minutes).annotate(Count("pk"))
    return {datetime.fromisoformat(f"{text}0+00:00"): count for text, count in rows}


@dataclass(frozen=True)
class QuestionProgress:
    """Live slots of one question: `done` of `total`."""

    key: str
    school_subject: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means that nothing is left."""
        return 100 * self.done // self.total


def question_progress(campaign: Campaign) -> list[QuestionProgress]:
    """In the order of the questions; one query."""
    slots = Assignment.objects.filter(campaign=campaign, kind=LIVE).order_by()
    rows = (
        slots.annotate(question=F("campaign_item__item__question"))
        .values("question")
        .annotate(
            done=Count("pk", filter=Q(state=State.SUBMITTED)),
            total=Count("pk"),
            key=F("campaign_item__item__question__key"),
            school_subject=F("campaign_item__item__question__school_subject"),
        )
        .order_by("campaign_item__item__question__position", "question")
    )
    return [
        QuestionProgress(row["key"], row["school_subject"], row["done"], row["total"])
        for row in rows
    ]


@dataclass(frozen=True)
class RaterProgress:
    """One rater: live ratings done, live slots left in their plan, pace and presence."""

    place: CampaignRater
    done: int
    left: int
    seconds: float | None
    away_after: timedelta

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def percent(self) -> int | None:
        return 100 * self.done // self.total if self.total else None

    @property
    def seen_at(self) -> datetime | None:
        return self.place.last_seen_at

    @property
    def is_away(self) -> bool:
        """Has work left, may do it and has not been seen for longer than the campaign allows."""
        seen = self.place.last_seen_at or self.place.joined_at
        at_work = (CampaignRater.State.ACTIVE, CampaignRater.State.TRAINING)
        return bool(self.left) and self.place.state in at_work and (
            seen < timezone.now() - self.away_after
        )  # fmt: skip


def rater_progress_rows(campaign: Campaign, ratings: RatingRows) -> list[RaterProgress]:
    """Every rater of the campaign; three queries."""
    live = Assignment.objects.filter(campaign=campaign, kind=LIVE).order_by()
    done = dict(
        live.filter(state=State.SUBMITTED).values_list("rater_id").annotate(Count("pk"))
    )
    left = dict(
        live.exclude(state=State.SUBMITTED).values_list("planned_for_id").annotate(Count("pk"))
    )
    away_after = timedelta(hours=campaign.help_after_hours or 24)
    return [
        RaterProgress(
            place=place,
            done=done.get(place.user_id, 0),
            left=left.get(place.user_id, 0),
            seconds=ratings.pace_of(place.user_id),
            away_after=away_after,
        )
        for place in campaign.raters.select_related("user")
    ]
