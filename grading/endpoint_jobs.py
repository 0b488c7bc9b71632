"""Jobs that ask endpoints. They take ids, claim, call an action and record how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils import translation

from config.queue import current_job_id
from grading.actions.generate import carry_out_generation_run
from grading.actions.judge_work import carry_out_judge_run
from grading.actions.run_life import Cancelled, claim_run, finish_run
from grading.backends.endpoint_errors import EndpointError
from grading.endpoint_words import problem_text
from grading.jobs import language_of, where
from grading.models import GenerationRun, JudgeRun

log = logging.getLogger(__name__)
State = JudgeRun.State


def judge(run_id: int) -> None:
    """Let a judge score what it has not scored; a run that is not waiting is left alone."""
    if run := claim_run(JudgeRun, run_id, current_job_id()):
        _carry_out(run, lambda: carry_out_judge_run(run=run))


def generate(run_id: int) -> None:
    """Sample what has not been sampled; a run that is not waiting is left alone."""
    if run := claim_run(GenerationRun, run_id, current_job_id()):
        _carry_out(run, lambda: carry_out_generation_run(run=run))


def _carry_out(run: JudgeRun | GenerationRun, work: Callable[[], None]) -> None:
    with translation.override(language_of(run.created_by)):
        try:
            work()
        except Cancelled:
            finish_run(run, State.CANCELLED)
        except EndpointError as problem:
            finish_run(run, State.FAILED, problem_text(problem.code, problem.detail))
        except ValidationError as problem:
            finish_run(run, State.FAILED, " ".join(problem.messages))
        except Exception as error:
            log.error("%s %s failed: %s", type(run).__name__, run.pk, where(error))
            finish_run(run, State.FAILED, type(error).__name__)
        else:
            finish_run(run, State.DONE)
