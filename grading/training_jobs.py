"""Making training sets in a worker."""

from __future__ import annotations

import logging

from django.utils import translation

from config.queue import current_job_id
from grading.actions import training_making as making
from grading.jobs import language_of, where
from grading.models import TrainingDraft

log = logging.getLogger(__name__)


def make_training_set(draft_id: int) -> None:
    """Make what was confirmed; a draft that is not waiting is left alone."""
    draft = making.claim(draft_id, current_job_id())
    if draft is None:
        return
    with translation.override(language_of(draft.created_by)):
        try:
            making.carry_out(draft=draft)
        except Exception as error:
            log.error("training set %s failed: %s", draft_id, where(error))
            failed = TrainingDraft.State.FAILED
            making.finish(draft=draft, state=failed, error=type(error).__name__)
