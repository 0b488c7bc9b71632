"""What workers run. Each job takes ids, claims, calls an action and records how it ended."""

from __future__ import annotations

import logging
import traceback

from grading.actions.metric_batches import Cancelled, compute_metric_run
from grading.actions.metric_run import claim_metric_run, finish_metric_run
from grading.models import MetricRun

log = logging.getLogger(__name__)


def compute_metrics(run_id: int) -> None:
    """Compute a metric run from where it stands; a run that is not waiting is left alone."""
    run = claim_metric_run(run_id)
    if run is None:
        return
    try:
        compute_metric_run(run=run)
    except Cancelled:
        finish_metric_run(run=run, state=MetricRun.State.CANCELLED)
    except Exception as error:
        log.error("metric run %s failed: %s", run_id, _where(error))
        finish_metric_run(run=run, state=MetricRun.State.FAILED, error=type(error).__name__)
    else:
        finish_metric_run(run=run, state=MetricRun.State.DONE)


def _where(error: Exception) -> str:
    """Kind and places of an error without its message, which may quote an answer."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} in {places}"
