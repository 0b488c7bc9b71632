"""Jobs of the graders' worker. They take ids, claim, call an action and record how it ended.

A run of generated answers is its where a version of our own answers; endpoints are asked by other workers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from config.queue import GRADERS, current_job_id, enqueue, has_job_died, queued_work
from grading.actions import run_life
from grading.actions.fine_tuning_work import carry_out_fine_tuning
from grading.actions.generate import carry_out_generation_run
from grading.actions.grading_work import carry_out_grading_run
from grading.actions.metric_batches import asks_a_model
from grading.backends.base_models import BaseModelMissing
from grading.backends.encoder_settings import SettingsProblem
from grading.backends.memory import OutOfMemory
from grading.backends.progress import Cancelled
from grading.backends.version_missing import VersionMissing
from grading.grader_words import memory_advice, missing_base, settings_problem
from grading.jobs import compute_metrics, language_of, where
from grading.models import FineTuning, GenerationRun, GradingRun, MetricRun
from grading.training_rows import DamagedSet

log = logging.getLogger(__name__)
State = FineTuning.State
OurRun = FineTuning | GradingRun | GenerationRun | MetricRun
Job = Callable[[int], None]


def fine_tune(run_id: int) -> None:
    """Train a version; a run that is not waiting is left alone."""
    if run := run_life.claim_run(FineTuning, run_id, current_job_id()):
        _carry_out(run, lambda: carry_out_fine_tuning(run))


def grade(run_id: int) -> None:
    """Mark what has not been marked; a run that is not waiting is left alone."""
    if run := run_life.claim_run(GradingRun, run_id, current_job_id()):
        _carry_out(run, lambda: carry_out_grading_run(run))


def generate(run_id: int) -> None:
    """Let a version write what it has not written; a run that is not waiting is left alone."""
    if run := run_life.claim_run(GenerationRun, run_id, current_job_id()):
        _carry_out(run, lambda: carry_out_generation_run(run=run))


def take_up_again() -> None:
    """Runs whose worker was killed, and those that wait though nobody queued them, go on."""
    for run, job in _unfinished():
        _take_up(run, job)


def take_up_lost() -> None:
    """As `take_up_again`, while a worker may be at work: one that is silent may be at a slow step, and what waits
    may be in the queue."""
    queued = queued_work(GRADERS)
    for run, job in _unfinished():
        if run.state == State.WAITING:
            is_lost = (f"{job.__module__}.{job.__qualname__}", (run.pk,)) not in queued
        else:
            is_lost = bool(run.job_id) and has_job_died(run.job_id)
        if is_lost:
            _take_up(run, job)


def _take_up(run: OurRun, job: Job) -> None:
    """What was to be cancelled when its worker died is cancelled."""
    if run.is_cancel_requested:
        run_life.cancel_run(run)
    elif run_life.is_resumable(run) and run_life.resume_run(run):
        enqueue(job, run.pk, queue=GRADERS)


def _unfinished() -> Iterator[tuple[OurRun, Job]]:
    """Runs of this worker, each with its job."""
    kinds = (
        (FineTuning.objects, fine_tune),
        (GradingRun.objects, grade),
        (GenerationRun.objects.filter(version__isnull=False), generate),
        (MetricRun.objects, compute_metrics),
    )
    for rows, job in kinds:
        for run in rows.filter(state__in=(State.RUNNING, State.WAITING)):
            if not isinstance(run, MetricRun) or asks_a_model(run):
                yield run, job


def _carry_out(run: FineTuning | GradingRun | GenerationRun, work: Callable[[], None]) -> None:
    with translation.override(language_of(run.created_by)):
        try:
            work()
        except (Cancelled, run_life.Cancelled):
            run_life.finish_run(run, State.CANCELLED)
        except BaseModelMissing as problem:
            run_life.finish_run(run, State.FAILED, missing_base(problem))
        except SettingsProblem as problem:
            run_life.finish_run(run, State.FAILED, settings_problem(problem))
        except OutOfMemory as problem:
            run_life.finish_run(run, State.FAILED, memory_advice(problem))
        except DamagedSet:
            told = _("The file of the training set has been changed. Make the set again.")
            run_life.finish_run(run, State.FAILED, told)
        except VersionMissing:
            told = _("The files of this version are not there. Train it again.")
            run_life.finish_run(run, State.FAILED, told)
        except Exception as error:
            log.error("%s %s failed: %s", type(run).__name__, run.pk, where(error))
            run_life.finish_run(run, State.FAILED, type(error).__name__)
        else:
            run_life.finish_run(run, State.DONE)
