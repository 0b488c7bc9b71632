"""One query that says all a submission must know: the slot, its rules and the rater's right to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import Signer
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.crypto import constant_time_compare

from annotations.actions.prepared import Prepared
from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    Criterion,
    Draft,
    Rating,
    User,
)

SHOWN = (
    "id", "kind", "state", "position", "rater", "planned_for", "campaign__slug",
    "campaign__state", "campaign__lease_minutes", "campaign__help_after_hours",
    "campaign__qualification_share", "campaign__qualification_tolerance",
    "campaign__is_reference_shown", "campaign_item__item__question__full_mark",
    "campaign_item__item__question__step", "campaign_item__rubric__created_at",
    "campaign_item__rubric__state",
)  # fmt: skip
FACTS = ("same_rating_id", "same_rating_state", "last_revision", "has_draft")
PLACE = ("state", "school_subjects", "question_keys", "last_seen_at")


class NoSuchSlot(Exception):
    """The assignment does not exist for this person."""


@dataclass(frozen=True)
class Slot:
    """An assignment with campaign, rubric and question, and what a submission decides on.

    `place` is the rater's place in the campaign, `same_rating_id` a rating stored under the
    submission's key and `last_revision` this rater's newest on this assignment.
    """

    assignment: Assignment
    place: CampaignRater
    same_rating_id: int | None
    same_rating_state: str | None
    last_revision: int | None
    has_draft: bool


def read_slot(assignment_id: int, rater: User, key: UUID) -> Slot:
    """Raises NoSuchSlot when the person does not rate in the assignment's campaign."""
    row = _READ.first(assignment=assignment_id, rater=rater.pk, key=key)
    if row is None:
        raise NoSuchSlot
    facts = {name: getattr(row, name) for name in FACTS}
    return Slot(assignment=row, place=_place(row, rater), **facts)


def _annotated(assignment: int, rater: int, key: UUID, **_rest: int) -> QuerySet[Assignment]:
    mine = Rating.objects.filter(rater_id=rater)
    here = mine.filter(assignment=OuterRef("pk")).order_by("-revision")
    drafts = Draft.objects.filter(assignment=OuterRef("pk"), rater_id=rater)
    related = ("campaign", "campaign_item__item__question", "campaign_item__rubric")
    return (
        Assignment.objects.filter(campaign__raters__user_id=rater, pk=assignment)
        .order_by()
        .select_related(*related)
        .only(*SHOWN)
        .annotate(
            place_id=F("campaign__raters__id"),
            same_rating_id=Subquery(mine.filter(submission_key=key).values("pk")[:1]),
            same_rating_state=Subquery(mine.filter(submission_key=key).values("state")[:1]),
            last_revision=Subquery(here.values("revision")[:1]),
            has_draft=Exists(drafts),
            **{f"place_{name}": F(f"campaign__raters__{name}") for name in PLACE},
        )
    )


_READ = Prepared(_annotated)


def _place(row: Any, rater: User) -> CampaignRater:
    values = {name: getattr(row, f"place_{name}") for name in PLACE}
    place = CampaignRater(pk=row.place_id, user=rater, campaign=row.campaign, **values)
    place._state.adding = False
    return place


def own_slot(place: CampaignRater, assignment_id: int, proof: str = "") -> Assignment | None:
    """The assignment, if the rater holds it, or was given it once and has not rated it yet."""
    slots = Assignment.objects.select_related("campaign", "campaign_item__item__question")
    slot = slots.filter(pk=assignment_id, campaign_id=place.campaign_id).first()
    if slot is None or (slot.state == "submitted" and slot.rater_id == place.user_id):
        return None
    is_mine = slot.rater_id == place.user_id or is_claim_proof(proof, slot.pk, place.user_id)
    return slot if is_mine else None


def criteria_of_slot(campaign: Campaign, assignment_id: int) -> list[Criterion]:
    """The criteria that judge an assignment of `campaign`, in order."""
    return list(
        Criterion.objects.filter(
            rubric__in=CampaignItem.objects.filter(
                campaign=campaign, assignments=assignment_id
            ).values("rubric")
        )
    )


def claim_proof(assignment_id: int, rater_id: int) -> str:
    """A signature that this rater was given this slot once; it outlives the lease."""
    return Signer(salt="claim").signature(f"{assignment_id}:{rater_id}")


def is_claim_proof(proof: str, assignment_id: int, rater_id: int) -> bool:
    return constant_time_compare(proof, claim_proof(assignment_id, rater_id))
