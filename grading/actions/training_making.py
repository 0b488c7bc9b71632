"""The job that makes a training set: confirmed, claimed, carried out, cancelled, taken up again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from annotations.formats.problems import BadFile
from config.queue import has_job_died
from grading.actions.training_draft import make
from grading.models import TrainingDraft
from grading.training_collect import Collected

State = TrainingDraft.State
STALLED_AFTER = timedelta(minutes=5)


def confirm(*, draft: TrainingDraft) -> bool:
    """The preview has been seen, or a stopped making shall begin anew; False if it is at work."""
    if not may_start(draft):
        return False
    rows = TrainingDraft.objects.filter(pk=draft.pk, state=draft.state)
    return bool(
        rows.update(
            state=State.WAITING, done=0, error="", is_cancel_requested=False, finished_at=None
        )
    )


def may_start(draft: TrainingDraft) -> bool:
    if draft.state == State.RUNNING:
        is_silent = draft.beat_at is not None and draft.beat_at < timezone.now() - STALLED_AFTER
        return is_silent or bool(draft.job_id and has_job_died(draft.job_id))
    return draft.state != State.DONE and "found" in draft.facts


def claim(pk: int, job_id: str = "") -> TrainingDraft | None:
    """The draft, if it was waiting and is now this worker's."""
    now = timezone.now()
    claimed = TrainingDraft.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.RUNNING, started_at=now, beat_at=now, job_id=job_id
    )
    rows = TrainingDraft.objects.select_related("team", "dataset", "campaign__dataset")
    return rows.get(pk=pk) if claimed else None


def carry_out(*, draft: TrainingDraft) -> None:
    """Make the set and say how it ended. Nothing is stored before the end, so that a killed making just
    begins anew."""
    try:
        made = make(draft, lambda found: _beat(draft, found))
    except BadFile as error:
        finish(draft=draft, state=State.FAILED, error=error.problem.text)
        return
    is_done = made is not None or not TrainingDraft.objects.get(pk=draft.pk).is_cancel_requested
    finish(draft=draft, state=State.DONE if is_done else State.CANCELLED)


def _beat(draft: TrainingDraft, found: Collected) -> bool:
    """Tell how far it is; False when it is this worker's no more."""
    mine = TrainingDraft.objects.filter(
        pk=draft.pk, state=State.RUNNING, started_at=draft.started_at, is_cancel_requested=False
    )
    return bool(mine.update(done=found.read, beat_at=timezone.now()))


def finish(*, draft: TrainingDraft, state: str, error: str = "") -> None:
    """Unless another worker has taken it over."""
    mine = TrainingDraft.objects.filter(
        pk=draft.pk, state=State.RUNNING, started_at=draft.started_at
    )
    mine.update(state=state, error=error, finished_at=timezone.now())


def cancel(*, draft: TrainingDraft) -> None:
    """Ask the worker to stop; what nobody has begun stops at once."""
    rows = TrainingDraft.objects.filter(pk=draft.pk)
    idle = rows.filter(state__in=[State.DRAFT, State.WAITING, State.FAILED])
    if not idle.update(state=State.CANCELLED, finished_at=timezone.now()):
        rows.filter(state=State.RUNNING).update(is_cancel_requested=True)
