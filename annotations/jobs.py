"""Jobs of the human side. They take ids, claim their work, call an action and record how it ended."""

from __future__ import annotations

from annotations.actions.item_imports import claim_import, run_claimed
from config.queue import current_job_id


def run_item_import(item_import_id: int) -> None:
    """Import a confirmed file. Started twice, the second does nothing."""
    item_import = claim_import(item_import_id, current_job_id())
    if item_import is not None:
        run_claimed(item_import)
