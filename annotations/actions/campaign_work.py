"""Large launches and extensions: waiting for a worker, carried out, cancelled, all or nothing.

A launch writes in batches, so that it shows how far it is and keeps no other writer waiting. What
it writes belongs to a draft, which no rater sees, and goes again when it is cancelled or
fails; one short transaction at the end opens the work. An extension touches a campaign that people
rate in, so it is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.actions.campaign_plan import CampaignPlan, plan_of, slots_foreseen
from annotations.actions.campaign_slots import add_items_and_slots, remove_written
from annotations.actions.campaigns import (
    locked,
    require_draft,
    require_no_work,
    require_open,
)
from annotations.actions.extend_sample import extend_sample
from annotations.actions.launch_campaign import open_work
from annotations.models import Campaign, CampaignWork, User
from annotations.models.campaign_work import ACTIVE

QUEUED_FROM = 2_000
"""Slots. Fewer are written within the request: that is quicker than the way to a worker."""
STALE = timedelta(seconds=60)
State, Step, Kind = CampaignWork.State, CampaignWork.Step, CampaignWork.Kind


class WorkCancelled(Exception):
    """Somebody cancelled it, or it was taken for dead; nothing of it may stay."""


def needs_worker(campaign: Campaign, n: int) -> bool:
    """Whether `n` items are too many to be written while the lead waits for the page."""
    return slots_foreseen(campaign, n) >= QUEUED_FROM


@transaction.atomic
def start_launch(*, campaign: Campaign, by: User, has_consent: bool = False) -> CampaignWork:
    """A launch that waits for a worker; the view queues it. Raises ValidationError."""
    require_draft(locked(campaign))
    return CampaignWork.objects.create(
        campaign=campaign, kind=Kind.LAUNCH, state=State.WAITING, created_by=by, has_consent=has_consent
    )


@transaction.atomic
def start_extension(*, campaign: Campaign, n: int, by: User) -> CampaignWork:
    """An extension that waits for a worker; the view queues it. Raises ValidationError."""
    campaign = locked(campaign)
    require_open(campaign)
    require_no_work(campaign)
    return CampaignWork.objects.create(
        campaign=campaign, kind=Kind.EXTENSION, n=n, state=State.WAITING, created_by=by
    )


def withdraw_work(*, work: CampaignWork) -> None:
    """The queue did not take it: it has never been."""
    work.delete()


def claim_work(pk: int) -> CampaignWork | None:
    """Take waiting work for this worker; None where there is none."""
    now = timezone.now()
    waiting = CampaignWork.objects.filter(pk=pk, state=State.WAITING)
    claimed = waiting.update(state=State.RUNNING, started_at=now, beat_at=now)
    return CampaignWork.objects.select_related("campaign", "created_by").get(pk=pk) if claimed else None


def carry_out(*, work: CampaignWork, audit: Mapping[str, float]) -> None:
    """Launch or extend. Raises WorkCancelled, or ValidationError with what is missing."""
    _beat(work, step=Step.DRAWING)
    if work.kind == Kind.EXTENSION:
        with transaction.atomic():
            extend_sample(campaign=work.campaign, n=work.n or 0, audit=audit)
            _close(work, State.DONE)
        return
    remove_written(work.campaign)
    plan = plan_of(work.campaign, audit, between=partial(_beat, work))
    _write(work, plan)
    _beat(work, step=Step.OPENING)
    with transaction.atomic():
        open_work(locked(work.campaign), plan, work.created_by)
        _close(work, State.DONE)


def _write(work: CampaignWork, plan: CampaignPlan) -> None:
    total = len(plan.sample) + plan.ratings

    def wrote(rows: int) -> None:
        work.done += rows
        _beat(work, done=work.done)

    # Speed and time left are those of the writing; the drawing before it counts nothing.
    _beat(work, step=Step.WRITING, done=0, total=total, started_at=timezone.now())
    add_items_and_slots(work.campaign, plan, wrote=wrote)


def give_up(*, work: CampaignWork, state: str, error: str = "") -> None:
    """Cancelled or failed: the draft is as it was before.

    A worker that was taken for dead comes here late: what a newer launch has written stays.
    """
    with transaction.atomic():
        campaign = locked(work.campaign)
        is_draft = work.kind == Kind.LAUNCH and campaign.state == Campaign.State.DRAFT
        if is_draft and not campaign.works.filter(state__in=ACTIVE).exclude(pk=work.pk).exists():
            remove_written(campaign)
        CampaignWork.objects.filter(pk=work.pk, state__in=ACTIVE).update(
            state=state, error=error, finished_at=timezone.now()
        )


def cancel_work(*, work: CampaignWork) -> None:
    """Ask the worker to stop; work that nobody has begun, or whose worker died, stops at once."""
    rows = CampaignWork.objects.filter(pk=work.pk)
    rows.filter(state=State.RUNNING).update(is_cancel_requested=True)
    idle = Q(state=State.WAITING) | Q(state=State.RUNNING, beat_at__lt=timezone.now() - STALE)
    if rows.filter(idle).exists():
        give_up(work=work, state=State.CANCELLED)


def is_stale(work: CampaignWork) -> bool:
    """At work, but without a sign of life."""
    is_silent = work.beat_at is None or work.beat_at < timezone.now() - STALE
    return work.state == State.RUNNING and is_silent


def _beat(work: CampaignWork, **values: object) -> None:
    """Record progress; stop when asked to."""
    mine = CampaignWork.objects.filter(
        pk=work.pk, state=State.RUNNING, is_cancel_requested=False
    )
    if not mine.update(beat_at=timezone.now(), **values):
        raise WorkCancelled


def _close(work: CampaignWork, state: str) -> None:
    """In the transaction of the last step, so that it is done exactly when this says so."""
    _beat(work, state=state, finished_at=timezone.now())
