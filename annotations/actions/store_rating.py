"""Where a judged rating goes: its slot, another slot of the item, or the surplus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from annotations.actions.rating_rows import finish_slot, insert_rating, insert_scores
from annotations.actions.read_slot import Slot, is_claim_proof
from annotations.actions.slots import State
from annotations.methods.composite import Result
from annotations.models import Assignment, Draft, Rating, User

DONE = {"state": State.SUBMITTED, "lease_expires_at": None}


class NotHeld(Exception):
    """The rater was never given this slot."""


@dataclass(frozen=True)
class Judged:
    """A submission whose scores were checked."""

    rater: User
    scores: Mapping[str, float]
    criterion_ids: Mapping[str, int]
    result: Result
    note: str
    flag_reason: str
    active_seconds: float | None
    key: UUID
    claim: str


def store_rating(slot: Slot, judged: Judged) -> tuple[int, str, bool]:
    """(rating id, its state, whether it was there already). Call inside a transaction.

    `slot` is as `read_slot` gave it, read before the transaction began, so nothing is
    believed of it that the conditional update does not confirm.
    """
    if finish_slot(slot.assignment.pk, judged.rater.pk):
        return _insert(slot, judged, Rating.State.CURRENT, slot.last_revision), "current", False
    return _store_late(slot, judged)


def _store_late(slot: Slot, judged: Judged) -> tuple[int, str, bool]:
    now = _lock(slot.assignment.pk)
    former = Rating.objects.filter(
        campaign_item_id=slot.assignment.campaign_item_id, rater_id=judged.rater.pk,
        state__in=(Rating.State.CURRENT, Rating.State.SURPLUS),
    ).exclude(kind=Assignment.Kind.REPEAT)  # fmt: skip
    if slot.assignment.kind == Assignment.Kind.REPEAT:
        former = Rating.objects.filter(assignment_id=slot.assignment.pk, state=Rating.State.CURRENT)
    earlier = former.first()
    if earlier is not None:
        return _revise(slot, judged, earlier)
    if not is_claim_proof(judged.claim, slot.assignment.pk, judged.rater.pk):
        raise NotHeld
    return _place_late(now, slot, judged)


def _revise(slot: Slot, judged: Judged, earlier: Rating) -> tuple[int, str, bool]:
    """The rater has a rating of this item: the same again, an edit, or an old one come late."""
    if earlier.submission_key == judged.key or _is_same(earlier, judged):
        return earlier.pk, earlier.state, True
    if earlier.assignment_id != slot.assignment.pk:
        state = Rating.State.SUPERSEDED
        return _insert(slot, judged, state, slot.last_revision), state, False
    Rating.objects.filter(pk=earlier.pk).update(state=Rating.State.SUPERSEDED)
    return _insert(slot, judged, earlier.state, earlier.revision), earlier.state, False


def _is_same(earlier: Rating, judged: Judged) -> bool:
    stored = dict(earlier.scores.values_list("criterion_id", "value"))
    sent = {judged.criterion_ids[key]: float(value) for key, value in judged.scores.items()}
    texts = (earlier.note, earlier.flag_reason) == (judged.note, judged.flag_reason)
    return texts and stored == sent


def _place_late(now: Assignment, slot: Slot, judged: Judged) -> tuple[int, str, bool]:
    """The lease was lost. Open still: it counts. Given away: another slot of the item, or surplus."""
    rater_id = judged.rater.pk
    spare = _spare_slot(now, slot, rater_id)
    if spare is None:
        state = Rating.State.SURPLUS
        return _insert(slot, judged, state, slot.last_revision), state, False
    Assignment.objects.filter(pk=spare.pk).update(rater_id=rater_id, **DONE)
    _give_up_other_slots(slot, rater_id, spare.pk)
    return _insert(slot, judged, Rating.State.CURRENT, None, spare.pk), "current", False


def _spare_slot(now: Assignment, slot: Slot, rater_id: int) -> Assignment | None:
    siblings = Assignment.objects.filter(
        campaign_item_id=slot.assignment.campaign_item_id, kind=slot.assignment.kind
    )
    if connection.features.has_select_for_update:
        siblings = siblings.select_for_update()
    usable = [s for s in siblings if s.rater_id == rater_id and s.state == State.CLAIMED]
    if now.state == State.OPEN:
        usable.append(now)
    usable += [
        s for s in siblings if s.state == State.OPEN and s.planned_for_id in (None, rater_id)
    ]
    return usable[0] if usable else None


def _give_up_other_slots(slot: Slot, rater_id: int, kept: int) -> None:
    """What else of this item was meant for the rater is anybody's now, or it would starve."""
    rest = Assignment.objects.filter(
        campaign_item_id=slot.assignment.campaign_item_id, planned_for_id=rater_id, state=State.OPEN
    )
    rest.exclude(pk=kept).exclude(kind=Assignment.Kind.REPEAT).update(planned_for=None)


def _lock(assignment_id: int) -> Assignment:
    rows = Assignment.objects.filter(pk=assignment_id)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return rows.get()


def _insert(
    slot: Slot,
    judged: Judged,
    state: str,
    last_revision: int | None,
    assignment_id: int | None = None,
) -> int:
    rating_id = insert_rating(
        campaign_id=slot.assignment.campaign_id,
        campaign_item_id=slot.assignment.campaign_item_id,
        assignment_id=assignment_id or slot.assignment.pk,
        rater_id=judged.rater.pk,
        kind=slot.assignment.kind,
        state=str(state),
        revision=(last_revision or 0) + 1,
        submission_key=judged.key,
        composite=judged.result.composite,
        mark=judged.result.mark,
        is_vetoed=judged.result.is_vetoed,
        flag_reason=judged.flag_reason,
        note=judged.note,
        active_seconds=judged.active_seconds,
    )
    insert_scores(rating_id, {judged.criterion_ids[k]: v for k, v in judged.scores.items()})
    if slot.has_draft:
        Draft.objects.filter(assignment_id=slot.assignment.pk, rater_id=judged.rater.pk).delete()
    return rating_id
