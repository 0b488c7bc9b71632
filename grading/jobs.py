"""What workers run. Each job takes ids, claims, calls an action and records how it ended."""

from __future__ import annotations

import logging
import traceback

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation

from annotations.actions.campaign_work import WorkCancelled, carry_out, claim_work, give_up
from annotations.models import CampaignWork, User
from config.queue import current_job_id, current_job_language
from grading.actions.launch import audit_for
from grading.actions.metric_batches import compute_metric_run
from grading.actions.run_life import Cancelled, claim_run, finish_run
from grading.actions.verdict_run import compute_verdict_run
from grading.metrics import MetricProblem, problem_text
from grading.models import MetricRun, VerdictRun
from grading.verdict_data import NoVerdict

log = logging.getLogger(__name__)


def compute_metrics(run_id: int) -> None:
    """Compute a metric run from where it stands; a run that is not waiting is left alone."""
    run = claim_run(MetricRun, run_id, current_job_id())
    if run is None:
        return
    try:
        compute_metric_run(run=run)
    except Cancelled:
        finish_run(run, MetricRun.State.CANCELLED)
    except MetricProblem as problem:
        with translation.override(language_of(run.created_by)):
            finish_run(run, MetricRun.State.FAILED, problem_text(problem))
    except Exception as error:
        log.error("metric run %s failed: %s", run_id, where(error))
        finish_run(run, MetricRun.State.FAILED, type(error).__name__)
    else:
        finish_run(run, MetricRun.State.DONE)


def run_campaign_work(work_id: int) -> None:
    """Launch or extend a campaign; work that is not waiting is left alone."""
    work = claim_work(work_id)
    if work is None:
        return
    with translation.override(language_of(work.created_by)):
        try:
            carry_out(work=work, audit=audit_for(work))
        except WorkCancelled:
            give_up(work=work, state=CampaignWork.State.CANCELLED)
        except ValidationError as problem:
            failed = CampaignWork.State.FAILED
            give_up(work=work, state=failed, error=" ".join(problem.messages))
        except Exception as error:
            log.error("campaign work %s failed: %s", work_id, where(error))
            give_up(work=work, state=CampaignWork.State.FAILED, error=type(error).__name__)


def compute_verdicts(run_id: int) -> None:
    """Weigh the candidates of a large campaign; a run that is not waiting is left alone."""
    run = claim_run(VerdictRun, run_id, current_job_id())
    if run is None:
        return
    with translation.override(language_of(run.created_by)):
        try:
            compute_verdict_run(run=run)
        except Cancelled:
            finish_run(run, VerdictRun.State.CANCELLED)
        except NoVerdict as problem:
            finish_run(run, VerdictRun.State.FAILED, str(problem))
        except Exception as error:
            log.error("verdict run %s failed: %s", run_id, where(error))
            finish_run(run, VerdictRun.State.FAILED, type(error).__name__)
        else:
            finish_run(run, VerdictRun.State.DONE)


def language_of(user: User | None) -> str:
    """What is stored as a sentence is stored in the language of whoever asked for the work: the one they
    chose, else that of the page on which they asked."""
    return (user.language if user else "") or current_job_language() or settings.LANGUAGE_CODE


def where(error: Exception) -> str:
    """Kind and places of an error without its message, which may quote an answer."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} in {places}"
