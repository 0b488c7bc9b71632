"""Invitations: a link that gives whoever opens it first a role."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from annotations.models import Invitation, Membership, Team, User


class InvitationClosed(Exception):
    """Used, expired or taken back."""


def invite(*, team: Team, role: str, note: str, expires_at: datetime, by: User) -> Invitation:
    return Invitation.objects.create(
        team=team, role=role, note=note, expires_at=expires_at, created_by=by
    )


def revoke_invitation(*, invitation: Invitation) -> None:
    """Lets an open invitation expire now; a used one stays as it is."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(expires_at=timezone.now())


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> bool:
    """Gives `user` the role and closes the link; False if they had the role and it stays open.

    The conditional update lets exactly one of two guests in. Raises InvitationClosed.
    """
    has = Membership.objects.filter(team=invitation.team, user=user, role=invitation.role)
    if has.exists():
        return False
    now = timezone.now()
    free = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now)
    if not free.update(accepted_at=now, accepted_by=user):
        raise InvitationClosed
    Membership.objects.create(team=invitation.team, user=user, role=invitation.role)
    return True


@transaction.atomic
def join_with_new_account(*, invitation: Invitation, user: User) -> None:
    """Saves the new `user` and accepts; neither happens if the link closed meanwhile."""
    user.save()
    accept_invitation(invitation=invitation, user=user)
