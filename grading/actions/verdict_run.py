"""Verdicts that take too long for a request: when, and how a worker computes them. A run's life is in run_life.py."""

from __future__ import annotations

from annotations.models import Campaign, User
from annotations.models.rating_table import counted_ratings
from grading.actions.run_life import Cancelled, beat, cancel_run, is_resumable, resume_run
from grading.actions.verdict import compute_verdicts, require_candidates
from grading.models import Gate, Verdict, VerdictRun

State = VerdictRun.State
ACTIVE = (State.WAITING, State.RUNNING)

# Measured on two cores at 2.5 GHz, answers of about 130 Chinese signs, in seconds.
AT_ONCE = 1.0
A_RATING = 0.0001
A_TEXT_COMPARED = 0.002  # BLEU, ROUGE, chrF
A_VALUE_COMPARED = 0.0002


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
    if resume_run(active):
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
    return run is not None and run.state == State.RUNNING and not is_resumable(run)


def compute_verdict_run(*, run: VerdictRun) -> list[Verdict]:
    """Weigh every candidate, then store all verdicts at once. Raises Cancelled, NoVerdict."""
    return compute_verdicts(
        campaign=run.campaign,
        by=run.created_by,
        keep_unchanged=True,
        on_progress=lambda done, total: _beat(run, done, total),
    )


def cancel_verdict_run(*, campaign: Campaign) -> None:
    """Ask the worker to stop after its candidate; a run nobody has begun stops at once."""
    for run in VerdictRun.objects.filter(campaign=campaign, state__in=ACTIVE):
        cancel_run(run)


def _beat(run: VerdictRun, done: int, total: int) -> None:
    """Write the progress. Raises Cancelled."""
    if beat(run, done=done, total=total):
        raise Cancelled
