"""How far the rating is: of one rater in their campaigns, and of campaigns as a whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from annotations.models import Assignment, User

LIVE = Assignment.Kind.LIVE
OPEN = Assignment.State.OPEN
SUBMITTED = Assignment.State.SUBMITTED


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` slots; `pool` slots more are planned for nobody and open to all."""

    done: int
    total: int
    pool: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means that nothing is left; None for nothing to do."""
        return None if not self.total else 100 * self.done // self.total


def _by_campaign(slots: QuerySet[Assignment]) -> dict[int, int]:
    return dict(slots.order_by().values_list("campaign_id").annotate(number=Count("pk")))


def rater_progress(user: User, campaign_ids: Collection[int]) -> dict[int, Progress]:
    """campaign id → what `user` has rated and has still planned; three queries in all."""
    live = Assignment.objects.filter(campaign_id__in=campaign_ids, kind=LIVE)
    done = _by_campaign(live.filter(rater=user, state=SUBMITTED))
    left = _by_campaign(live.filter(planned_for=user).exclude(state=SUBMITTED))
    pool = _by_campaign(live.filter(planned_for=None, state=OPEN))
    return {
        pk: Progress(done.get(pk, 0), done.get(pk, 0) + left.get(pk, 0), pool.get(pk, 0))
        for pk in campaign_ids
    }


def campaign_progress(campaign_ids: Collection[int]) -> dict[int, Progress]:
    """campaign id → slots submitted of all live slots; one query."""
    live = Assignment.objects.filter(campaign_id__in=campaign_ids, kind=LIVE).order_by()
    counted = live.values_list("campaign_id").annotate(
        done=Count("pk", filter=Q(state=SUBMITTED)), total=Count("pk")
    )
    return {pk: Progress(0, 0) for pk in campaign_ids} | {
        pk: Progress(done, total) for pk, done, total in counted
    }
