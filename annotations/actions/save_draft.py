"""What a rater has entered so far, kept on the server."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from annotations.actions.leases import renew_leases
from annotations.models import Assignment, Draft, User


def save_draft(*, assignment: Assignment, rater: User, data: dict[str, Any]) -> Draft:
    """Keep {"scores": {criterion key: value}, "note": str, …} and renew the rater's leases.

    A draft is kept even if the slot went to another meanwhile: it belongs to the rater.
    """
    with transaction.atomic():
        # The slot before the draft, as who stores the rating: the other way round they could wait in a circle.
        renew_leases(assignment.campaign, rater.pk)
        return keep_draft(assignment.pk, rater.pk, data)


def keep_draft(assignment_id: int, rater_id: int, data: dict[str, Any]) -> Draft:
    draft, _is_new = Draft.objects.update_or_create(
        assignment_id=assignment_id, rater_id=rater_id, defaults={"data": data}
    )
    return draft
