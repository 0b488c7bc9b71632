"""How far an import is, written in the transaction of what it counts."""

from __future__ import annotations

from django.utils import timezone

from annotations.formats.limits import MAX_KEPT_PROBLEMS
from annotations.formats.problems import Problem, refused_among
from annotations.models import ItemImport


class TakenOver(Exception):
    """Another run of the same import is at work, or it was cancelled: stop at once."""


def record(
    item_import: ItemImport,
    records: int,
    *,
    added: int,
    unchanged: int,
    problems: list[Problem],
    surplus: int = 0,
) -> None:
    """Count a batch of so many records.

    Raises:
        TakenOver: the import is not this run's any more; the batch is undone.
    """
    item_import.done += records
    item_import.added += added
    item_import.unchanged += unchanged
    item_import.surplus += surplus
    item_import.refused += refused_among(problems)
    room = MAX_KEPT_PROBLEMS - len(item_import.problems)
    problems.sort(key=lambda problem: problem.line or 0)
    item_import.problems += [problem.as_data() for problem in problems[:room]]
    mine = ItemImport.objects.filter(
        pk=item_import.pk,
        state=ItemImport.State.RUNNING,
        started_at=item_import.started_at,
        is_cancel_requested=False,
    )
    is_mine = mine.update(
        done=item_import.done,
        added=item_import.added,
        unchanged=item_import.unchanged,
        surplus=item_import.surplus,
        refused=item_import.refused,
        problems=item_import.problems,
        step=step_of(item_import),
        beat_at=timezone.now(),
    )
    if not is_mine:
        raise TakenOver


def step_of(item_import: ItemImport) -> str:
    return ItemImport.Step.RATINGS if item_import.campaign_id else ItemImport.Step.ITEMS
