"""What the clock has workers do: look at graders in service, tell people of alarms, delete what is no longer
needed, and take up what a killed graders' worker has left.

Imports are made when they are needed: the clock only names these functions, and would otherwise load all
of the statistics to keep time.
"""

from __future__ import annotations

import logging

from grading.models import Grader

log = logging.getLogger(__name__)


def monitor_graders() -> None:
    """Every grader that is or was in service; one that fails does not keep the others from it."""
    from grading.actions.alarm_notices import deliver_notices
    from grading.actions.monitor import monitor_grader
    from grading.jobs import where

    for grader in Grader.objects.filter(deployments__isnull=False).distinct():
        try:
            monitor_grader(grader)
        except Exception as error:
            log.error("monitoring of grader %s failed: %s", grader.pk, where(error))
    deliver_notices()


def purge_answers() -> None:
    """Served answers that nobody needs are not kept for ever."""
    from grading.actions.purge_served import purge_served
    from grading.jobs import where

    for grader in Grader.objects.filter(deployments__isnull=False).distinct():
        try:
            purge_served(grader)
        except Exception as error:
            log.error("purging of grader %s failed: %s", grader.pk, where(error))


def look_after_service() -> None:
    from grading.actions.alarm_notices import deliver_notices
    from grading.actions.alarms import look_at_service

    look_at_service()
    deliver_notices()


def take_up_lost() -> None:
    from grading import grader_jobs

    grader_jobs.take_up_lost()
