"""The life of a run of a machine: cancelled, taken up again, claimed by one worker, finished."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import F, QuerySet
from django.utils import timezone

from config.queue import has_job_died
from grading.models import (
    FineTuning,
    GenerationRun,
    GradingRun,
    JudgeRun,
    MetricRun,
    VerdictRun,
)

Run = TypeVar("Run", JudgeRun, GenerationRun, FineTuning, GradingRun, MetricRun, VerdictRun)
AnyRun = JudgeRun | GenerationRun | FineTuning | GradingRun | MetricRun | VerdictRun
State = JudgeRun.State

WAITS = timedelta(seconds=30)
STALLED_AFTER = timedelta(minutes=3)  # the worker gives a sign of life every few seconds
# A total over 100,000 texts, or a candidate, takes minutes, and the worker gives no sign of life meanwhile.
SELDOM_STALLED_AFTER = timedelta(minutes=15)


class Cancelled(Exception):
    """Somebody asked the run to stop, or another worker has it now."""


def cancel_run(run: AnyRun) -> None:
    """Ask the worker to stop; what has been asked is waited for. A run nobody has begun, or whose worker has died,
    stops at once."""
    rows = type(run).objects.filter(pk=run.pk)
    idle = rows.filter(state=State.WAITING)
    if run.state == State.RUNNING and is_resumable(run):
        idle = idle | _mine(run)
    if not idle.update(state=State.CANCELLED, finished_at=timezone.now()):
        rows.filter(state=State.RUNNING).update(is_cancel_requested=True)


def is_resumable(run: AnyRun) -> bool:
    """Stopped, waiting in vain, done but for failures, or running with a worker that has died."""
    if run.state == State.RUNNING:
        is_slow = isinstance(run, MetricRun | VerdictRun)
        patience = SELDOM_STALLED_AFTER if is_slow else STALLED_AFTER
        is_silent = run.beat_at is not None and run.beat_at < timezone.now() - patience
        return is_silent or bool(run.job_id and has_job_died(run.job_id))
    if run.state == State.DONE:
        return getattr(run, "failed", 0) > 0
    return run.state in (State.FAILED, State.CANCELLED, State.WAITING)


def is_stuck(run: AnyRun) -> bool:
    """Whether a page offers to go on with it: what was just sent is given the time to be taken up."""
    is_new = run.state == State.WAITING and run.created_at > timezone.now() - WAITS
    return is_resumable(run) and not is_new


def resume_run(run: AnyRun) -> bool:
    """Let it wait again; what failed will be asked once more. False if it cannot."""
    if not is_resumable(run):
        return False
    rows = type(run).objects.filter(pk=run.pk, state=run.state)
    return bool(
        rows.update(state=State.WAITING, is_cancel_requested=False, error="", finished_at=None)
    )


def claim_run(model: type[Run], run_id: int, job_id: str) -> Run | None:
    """The run, if it was waiting and is now this worker's."""
    now = timezone.now()
    # A verdict run begins anew: it stores all at its end, or nothing.
    before = {} if model is VerdictRun else {"done_before": F("done")}
    claimed = model.objects.filter(pk=run_id, state=State.WAITING).update(
        state=State.RUNNING, started_at=now, beat_at=now, job_id=job_id, **before
    )
    return model.objects.get(pk=run_id) if claimed else None


def finish_run(run: AnyRun, state: str, error: str = "") -> None:
    """How it ended, unless somebody has let it wait again meanwhile."""
    _mine(run).update(
        state=state, error=error, step="", finished_at=timezone.now()
    )


def restart_count(run: JudgeRun | GenerationRun, done: int, total: int) -> None:
    """What has been done is counted anew from what is stored."""
    run.done = run.done_before = done
    type(run).objects.filter(pk=run.pk).update(done=done, done_before=done, failed=0, total=total)


def beat(run: AnyRun, **progress: Any) -> bool:
    """A sign of life, with what has changed; the answer is whether the run has been asked to stop, or was
    taken away."""
    _mine(run).update(beat_at=timezone.now(), **progress)
    return not _mine(run).filter(is_cancel_requested=False).exists()


def count_answer(
    run: JudgeRun | GenerationRun, *, requests: int, tokens_in: int, tokens_out: int, is_failed: bool
) -> None:
    """One unit of work is done, and this is what it cost."""
    added: dict[str, Any] = {
        "done": 1, "requests": requests, "tokens_in": tokens_in, "tokens_out": tokens_out,
        "failed": int(is_failed),
    }  # fmt: skip
    changes = {name: F(name) + number for name, number in added.items()}
    type(run).objects.filter(pk=run.pk).update(beat_at=timezone.now(), **changes)


def _mine(run: AnyRun) -> QuerySet[Any]:
    """The row, as long as it is this worker's."""
    return type(run).objects.filter(
        pk=run.pk, state=State.RUNNING, started_at=run.started_at
    )
