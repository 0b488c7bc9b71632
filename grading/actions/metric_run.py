"""Starting, cancelling and resuming a metric run; the counting is in metric_batches.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from annotations.models import Dataset, User
from config.queue import has_job_died
from grading.models import MetricRun

State = MetricRun.State
# A total over 100,000 texts takes minutes, and the worker gives no sign of life meanwhile.
STALLED_AFTER = timedelta(minutes=15)


def start_metric_run(
    *,
    dataset: Dataset,
    user: User,
    metrics: list[str],
    prediction: str,
    reference: str,
    options: dict[str, Any],
) -> MetricRun:
    """A run that waits for a worker. The view queues it afterwards."""
    return MetricRun.objects.create(
        dataset=dataset,
        created_by=user,
        metrics=metrics,
        prediction=prediction,
        reference=reference,
        options=options,
        state=State.WAITING,
        total=dataset.items.count(),
    )


def cancel_metric_run(*, run: MetricRun) -> None:
    """Ask the worker to stop after its batch; a run nobody has begun stops at once."""
    rows = MetricRun.objects.filter(pk=run.pk)
    if not rows.filter(state=State.WAITING).update(
        state=State.CANCELLED, finished_at=timezone.now()
    ):
        rows.filter(state=State.RUNNING).update(is_cancel_requested=True)


def resume_metric_run(*, run: MetricRun) -> bool:
    """Let a stopped run wait again, from the item it had reached; False if it cannot."""
    if not is_resumable(run):
        return False
    rows = MetricRun.objects.filter(pk=run.pk, state=run.state)
    return bool(
        rows.update(state=State.WAITING, is_cancel_requested=False, error="", finished_at=None)
    )


def is_resumable(run: MetricRun) -> bool:
    """Stopped, waiting in vain, or running with a worker that has died or gives no sign of life."""
    if run.state == State.RUNNING:
        is_silent = run.beat_at is not None and run.beat_at < timezone.now() - STALLED_AFTER
        return is_silent or bool(run.job_id and has_job_died(run.job_id))
    return run.state in (State.FAILED, State.CANCELLED, State.WAITING)


def claim_metric_run(run_id: int, job_id: str = "") -> MetricRun | None:
    """The run, if it was waiting and is now this worker's."""
    now = timezone.now()
    claimed = MetricRun.objects.filter(pk=run_id, state=State.WAITING).update(
        state=State.RUNNING, started_at=now, beat_at=now, job_id=job_id, done_before=F("done")
    )
    return MetricRun.objects.select_related("dataset").get(pk=run_id) if claimed else None


def finish_metric_run(*, run: MetricRun, state: str, error: str = "") -> None:
    """How it ended, unless somebody has let it wait again meanwhile."""
    MetricRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
        state=state, error=error, step="", finished_at=timezone.now()
    )
