"""How far a rater is, how fast, and what is left: honest figures or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Q
from django.utils import timezone

from annotations.actions.slots import LIVE, TRAINING, State
from annotations.models import Assignment, CampaignRater, Rating

# Fewer ratings than this say little about anybody's pace.
ENOUGH = 5
RECENT = 20
AT_WORK = timedelta(minutes=30)


@dataclass(frozen=True)
class Progress:
    """`left` is the rater's own, or the whole pool's when `is_pool`; `seconds` the recent
    active seconds a rating, oldest first; `sharing` how many work on the pool."""

    done: int
    left: int
    is_pool: bool
    seconds: tuple[float, ...]
    sharing: int = 1

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def pace(self) -> float | None:
        """Median active seconds a rating; None before there are enough."""
        return median(self.seconds) if len(self.seconds) >= ENOUGH else None

    @property
    def seconds_left(self) -> float | None:
        return None if self.pace is None else self.pace * self.left / self.sharing


def rater_progress(place: CampaignRater) -> Progress:
    """The progress of a rater: in training over the training items, else over live work."""
    slots = Assignment.objects.filter(campaign_id=place.campaign_id)
    if place.state == CampaignRater.State.TRAINING:
        mine = slots.filter(planned_for_id=place.user_id, kind__in=TRAINING)
        done = mine.filter(state=State.SUBMITTED).count()
        return Progress(done, mine.count() - done, False, ())
    live = slots.filter(kind__in=LIVE)
    held = Q(rater_id=place.user_id, state=State.CLAIMED)
    done = live.filter(rater_id=place.user_id, state=State.SUBMITTED).count()
    own = live.filter(held | Q(planned_for_id=place.user_id, state=State.OPEN)).count()
    pool = live.filter(planned_for__isnull=True, state=State.OPEN).count()
    seconds = _recent_seconds(place)
    if pool and not live.filter(planned_for_id=place.user_id).exists():
        return Progress(done, own + pool, True, seconds, _sharing(place))
    return Progress(done, own, False, seconds)


def _recent_seconds(place: CampaignRater) -> tuple[float, ...]:
    mine = Rating.objects.filter(
        campaign_id=place.campaign_id,
        rater_id=place.user_id,
        state=Rating.State.CURRENT,
        kind__in=LIVE,
        active_seconds__isnull=False,
    )
    rows = mine.order_by("-id").values_list("active_seconds", flat=True)[:RECENT]
    return tuple(float(seconds) for seconds in reversed(rows))


def _sharing(place: CampaignRater) -> int:
    since = timezone.now() - AT_WORK
    others = CampaignRater.objects.filter(campaign_id=place.campaign_id, last_seen_at__gt=since)
    return 1 + others.exclude(pk=place.pk).count()
