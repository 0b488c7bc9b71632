"""Which slot of its item a rating of a file takes."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from annotations.models import Assignment


class ImportedSlots:
    """The live slots of some items, locked until the transaction ends if `is_locked`.

    A slot goes to who holds it, then to whom it is planned for, then to anybody; where none is open
    the rating is surplus on the first slot. What was taken is written by `save`, at once.
    """

    def __init__(self, item_ids: set[int], is_locked: bool) -> None:
        self._by_item: dict[int, list[Assignment]] = {}
        self._taken: dict[tuple[str, int | None, int | None], list[int]] = {}
        self._released: list[int] = []
        rows = Assignment.objects.filter(campaign_item__in=item_ids, kind=Assignment.Kind.LIVE)
        for slot in sorted(_lock(rows) if is_locked else rows, key=lambda slot: slot.slot):
            self._by_item.setdefault(slot.campaign_item_id, []).append(slot)

    def take(self, item_id: int, rater_id: int | None) -> tuple[int, bool]:
        """(assignment id, whether the rating counts)."""
        slots = self._by_item[item_id]
        ranked = [(rank, slot) for slot in slots if (rank := _rank(slot, rater_id)) is not None]
        if not ranked:
            return slots[0].pk, False
        _, slot = min(ranked, key=lambda pair: pair[0])
        self._taken.setdefault((slot.state, slot.rater_id, rater_id), []).append(slot.pk)
        slot.state, slot.rater_id = Assignment.State.SUBMITTED, rater_id
        self._release_others(item_id, rater_id)
        return slot.pk, True

    def _release_others(self, item_id: int, rater_id: int | None) -> None:
        """What else of the item was planned for the rater is anybody's now, or it would starve."""
        for slot in self._by_item[item_id]:
            if slot.planned_for_id == rater_id and slot.state == Assignment.State.OPEN:
                self._released.append(slot.pk)
                slot.planned_for_id = None

    def save(self) -> None:
        """One update for each rater. Conditional all the same: were a slot not as it was read,
        the batch is undone as a whole.

        Raises:
            DatabaseError: a slot has changed in spite of the lock.
        """
        for (state, holder, rater_id), ids in self._taken.items():
            same = Assignment.objects.filter(pk__in=ids, state=state, rater=holder)
            changed = same.update(
                state=Assignment.State.SUBMITTED, rater=rater_id, lease_expires_at=None
            )
            if changed != len(ids):
                raise DatabaseError("A slot was taken while its ratings were imported.")
        Assignment.objects.filter(pk__in=self._released).update(planned_for=None)


def _lock(slots: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Row by row, in one order; SQLite, which has no such locks, has one writer at a time."""
    if connection.features.has_select_for_update:
        slots = slots.select_for_update()
    return slots.order_by("pk")


def _rank(slot: Assignment, rater_id: int | None) -> int | None:
    if slot.state == Assignment.State.CLAIMED:
        return 0 if slot.rater_id == rater_id else None
    if slot.state == Assignment.State.SUBMITTED:
        return None
    if slot.planned_for_id == rater_id:
        return 1
    return 2 if slot.planned_for_id is None else 3
