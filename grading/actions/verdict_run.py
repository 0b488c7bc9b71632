"""Verdicts that take too long for a request: when, and how a worker computes them."""

from __future__ import annotations

from django.utils import timezone

from annotations.models import Campaign, User
from annotations.models.rating_table import counted_ratings
from config.queue import has_job_died
from grading.actions.run_life import SELDOM_STALLED_AFTER
from grading.actions.verdict import compute_verdicts, require_candidates
from grading.models import Gate, Verdict, VerdictRun

State = VerdictRun.State
ACTIVE = (State.WAITING, State.RUNNING)

# Measured on two cores at 2.5 GHz, answers of about 130 Chinese signs, in seconds.
AT_ONCE = 1.0
A_RATING = 0.0001
A_TEXT_COMPARED = 0.002  # BLEU, ROUGE, chrF
A_VALUE_COMPARED = 0.0002


class Cancelled(Exception):
    """Somebody asked the run to stop."""


def takes_long(campaign: Campaign) -> bool:
    """Whether weighing all candidates is expected to take longer than a reader waits."""
    seconds = A_RATING * counted_ratings(campaign).count()
    prices = [
        A_TEXT_COMPARED if gate.prediction == "text" else A_VALUE_COMPARED
        for gate in Gate.objects.filter(campaign=campaign)
    ]
    if prices:
        seconds += sum(prices) * campaign.dataset.items.count()
    return seconds > AT_ONCE


def start_verdict_run(*, campaign: Campaign, user: User) -> VerdictRun:
    """The run to queue: the one that waits already, or a new one where none is at work.

    Raises NoVerdict with a sentence where nothing can be computed.
    """
    candidates = require_candidates(campaign)
    active = VerdictRun.objects.filter(campaign=campaign, state__in=ACTIVE).first()
    if active is None:
        return VerdictRun.objects.create(
            campaign=campaign, created_by=user, state=State.WAITING, total=len(candidates)
        )
    if not is_at_work(active):
        dead = VerdictRun.objects.filter(pk=active.pk, state=State.RUNNING)
        dead.update(state=State.WAITING, is_cancel_requested=False)
        active.refresh_from_db()
    return active


def shown_run(campaign: Campaign) -> VerdictRun | None:
    """The newest run while it is of interest: at work, or stopped with no newer verdict."""
    run = VerdictRun.objects.filter(campaign=campaign).first()
    if run is None or run.state == State.DONE:
        return None
    later = Verdict.objects.filter(campaign=campaign, created_at__gt=run.created_at)
    return run if run.is_active or not later.exists() else None


def is_at_work(run: VerdictRun | None) -> bool:
    """A worker has it, has not died and has given a sign of life lately."""
    if run is None or run.state != State.RUNNING or (run.job_id and has_job_died(run.job_id)):
        return False
    return run.beat_at is None or run.beat_at > timezone.now() - SELDOM_STALLED_AFTER


def compute_verdict_run(*, run: VerdictRun) -> list[Verdict]:
    """Weigh every candidate, then store all verdicts at once. Raises Cancelled, NoVerdict."""
    return compute_verdicts(
        campaign=run.campaign,
        by=run.created_by,
        keep_unchanged=True,
        on_progress=lambda done, total: _beat(run, done, total),
    )


def claim_verdict_run(run_id: int, job_id: str = "") -> VerdictRun | None:
    """The run, if it was waiting and is now this worker's."""
    now = timezone.now()
    claimed = VerdictRun.objects.filter(pk=run_id, state=State.WAITING).update(
        state=State.RUNNING, started_at=now, beat_at=now, job_id=job_id
    )
    return VerdictRun.objects.select_related("campaign").get(pk=run_id) if claimed else None


def finish_verdict_run(*, run: VerdictRun, state: str, error: str = "") -> None:
    """How it ended, unless it was taken for dead and waits again meanwhile."""
    VerdictRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
        state=state, error=error, finished_at=timezone.now()
    )


def cancel_verdict_run(*, campaign: Campaign) -> None:
    """Ask the worker to stop after its candidate; a run nobody has begun stops at once."""
    runs = VerdictRun.objects.filter(campaign=campaign)
    runs.filter(state=State.WAITING).update(state=State.CANCELLED, finished_at=timezone.now())
    runs.filter(state=State.RUNNING).update(is_cancel_requested=True)


def _beat(run: VerdictRun, done: int, total: int) -> None:
    """Write the progress; stop when asked to."""
    rows = VerdictRun.objects.filter(pk=run.pk)
    rows.update(beat_at=timezone.now(), done=done, total=total)
    if rows.filter(is_cancel_requested=True).exists():
        raise Cancelled
