"""A rater submits: exactly one rating is stored, whatever happens around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from annotations.actions.claim_assignment import (
    can_scout,
    claim_assignment,
    held_assignments,
    scout,
)
from annotations.actions.frozen_rubrics import frozen_rubric
from annotations.actions.rater_training import advance_training
from annotations.actions.read_slot import Slot, read_slot
from annotations.actions.save_draft import keep_draft
from annotations.actions.seen import note_seen
from annotations.actions.slots import LIVE, TRAINING
from annotations.actions.store_rating import Judged, store_rating
from annotations.methods.composite import Result, RubricSpec, check_scores, composite_and_mark
from annotations.models import Assignment, Campaign, CampaignRater, Rating, User

REFUSALS = {
    "paused": _("The campaign is paused. Your rating is kept as a draft until it goes on."),
    "closed": _("The campaign is closed. Your rating is kept as a draft and does not count."),
    "draft": _("The campaign has not started. Your rating is kept as a draft."),
    "stopped": _("You do not rate in this campaign any more. Your rating is kept as a draft."),
    "training": _("Live items open after the qualification. Your rating is kept as a draft."),
}


class RatingRefused(Exception):
    """Nothing was stored but a draft. `code` is a key of REFUSALS; str() is for the rater."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(REFUSALS[self.code])


@dataclass(frozen=True)
class Submitted:
    """What was stored, on which slot, and what was claimed along with it."""

    rating_id: int
    state: str
    slot: Slot
    is_repeat: bool = False
    next: tuple[Assignment, ...] = ()


def submit_rating(
    *,
    assignment_id: int,
    rater: User,
    scores: Mapping[str, float],
    note: str = "",
    flag_reason: str = "",
    active_seconds: float | None = None,
    submission_key: UUID | None = None,
    claim: str = "",
    in_hand: tuple[int, ...] = (),
    want: int = 0,
) -> Submitted:
    """Store a rating and its criterion scores; the same `submission_key` twice is one rating,
    unless the second says something else: that is an edit.

    Args:
        scores: criterion key → value; with a `flag_reason` some or all may be missing.
        active_seconds: without idle time.
        claim: `claim_proof` of the slot, needed once the lease is lost.
        want: how many further slots to claim in the same transaction, besides those
            `in_hand` (assignment ids that the rater's page holds already).
    Returns:
        What was stored; `state` is *current*, *surplus* (the slot went to another) or, for a
        belated one after a newer of the same rater, *superseded*.
    Raises:
        NoSuchSlot, NotHeld: not this person's business.
        RatingRefused: campaign or rater do not rate now; the work is kept as a draft.
        ScoreProblem: a score is unknown, missing or off its scale; nothing is stored.
    """
    key = submission_key or uuid4()
    attempt = _Attempt(rater, dict(scores), note, flag_reason, active_seconds, key, claim)
    for is_last in (False, True):
        try:
            return _submit(assignment_id, attempt, in_hand, want)
        except IntegrityError:
            # The same submission a moment earlier: read again and find it there.
            if is_last:
                raise
    raise AssertionError("unreachable")


@dataclass(frozen=True)
class _Attempt:
    rater: User
    scores: dict[str, float]
    note: str
    flag_reason: str
    active_seconds: float | None
    key: UUID
    claim: str


def _submit(
    assignment_id: int, attempt: _Attempt, in_hand: tuple[int, ...], want: int
) -> Submitted:
    slot = read_slot(assignment_id, attempt.rater, attempt.key)
    if slot.same_rating_id and not _is_same(slot.same_rating_id, attempt):
        return _submit(assignment_id, _with_key_of_its_own(attempt), in_hand, want)
    if slot.same_rating_id:
        state = slot.same_rating_state or ""
        following = _lost(slot, {*in_hand, assignment_id}, want)
        return Submitted(slot.same_rating_id, state, slot, is_repeat=True, next=following)
    _refuse_unless_open(slot, attempt)
    judged = _judge(slot, attempt)
    may_scout = want > 0 and can_scout()
    scouted = scout(slot.place) if may_scout else None
    with transaction.atomic():
        rating_id, state, is_repeat = store_rating(slot, judged)
        if slot.assignment.kind in TRAINING:
            advance_training(slot.place)
        note_seen(slot.place)
        following = _next(slot, want, scouted, may_scout)
    return Submitted(rating_id, state, slot, is_repeat, following)


def _is_same(rating_id: int, attempt: _Attempt) -> bool:
    """Whether a rating under the submission's key says what is submitted now."""
    rating = Rating.objects.get(pk=rating_id)
    scores = dict(rating.scores.values_list("criterion__key", "value"))
    texts = (rating.note, rating.flag_reason) == (attempt.note, attempt.flag_reason)
    return texts and scores == attempt.scores


def _with_key_of_its_own(attempt: _Attempt) -> _Attempt:
    """Another content under a used key is no retry: somebody went back to the page and changed it.

    The new key is made of the old one and the content, so a double click stays one rating.
    """
    content = (sorted(attempt.scores.items()), attempt.note, attempt.flag_reason)
    return replace(attempt, key=uuid5(attempt.key, repr(content)))


def _next(
    slot: Slot, want: int, scouted: Assignment | None = None, has_scouted: bool = False
) -> tuple[Assignment, ...]:
    found: list[Assignment] = []
    after = slot.assignment.position if slot.assignment.kind in LIVE else None
    while len(found) < want:
        claimed = claim_assignment(
            campaign_rater=slot.place, after=after, scouted=scouted, has_scouted=has_scouted
        )
        if claimed is None:
            break
        found.append(claimed)
        scouted, has_scouted = None, False
    return tuple(found)


def _lost(slot: Slot, in_hand: set[int], want: int) -> tuple[Assignment, ...]:
    """The first answer never arrived: first what it had brought, then new slots."""
    held = [one for one in held_assignments(slot.place) if one.pk not in in_hand][:want]
    return (*held, *_next(slot, want - len(held)))


def _refuse_unless_open(slot: Slot, attempt: _Attempt) -> None:
    code = _refusal(slot)
    if code:
        kept = ("scores", "note", "flag_reason", "active_seconds")
        data = {name: getattr(attempt, name) for name in kept}
        keep_draft(slot.assignment.pk, attempt.rater.pk, data)
        raise RatingRefused(code)


def _refusal(slot: Slot) -> str | None:
    if slot.assignment.campaign.state != Campaign.State.RUNNING:
        return slot.assignment.campaign.state
    if slot.place.state in (CampaignRater.State.STOPPED, CampaignRater.State.FAILED):
        return "stopped"
    if slot.place.state == CampaignRater.State.TRAINING and slot.assignment.kind in LIVE:
        return "training"
    return None


def _judge(slot: Slot, attempt: _Attempt) -> Judged:
    """Check the scores and compute composite and mark; a flagged item has neither."""
    rubric = frozen_rubric(slot.assignment.campaign_item.rubric)
    spec = rubric.spec_for(slot.assignment.campaign_item.item.question)
    if attempt.flag_reason:
        check_scores(_nothing_required(spec), attempt.scores)
        result = Result(None, None)
    else:
        result = composite_and_mark(spec, attempt.scores)
    return Judged(
        rater=attempt.rater, scores=attempt.scores, criterion_ids=rubric.criterion_ids,
        result=result, note=attempt.note, flag_reason=attempt.flag_reason,
        active_seconds=attempt.active_seconds, key=attempt.key, claim=attempt.claim,
    )  # fmt: skip


def _nothing_required(spec: RubricSpec) -> RubricSpec:
    return replace(spec, criteria=tuple(replace(c, is_required=False) for c in spec.criteria))
