"""A link by which a member sets a new password: no mail server is needed, a lead hands it over."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from annotations.models import Membership, PasswordLink, Role, Team, User


class PasswordTokens(PasswordResetTokenGenerator):
    """A token dies with its first use, with signing in, with any change of what the person may do,
    with a newer link and when a lead takes it back.

    It lives for settings.PASSWORD_RESET_TIMEOUT seconds and is stored nowhere.
    """

    key_salt = "annotations.actions.password_links"

    def check_token(self, user: User | None, token: str | None) -> bool:
        is_there = user is not None and PasswordLink.objects.filter(user=user).exists()
        return is_there and super().check_token(user, token)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        roles = sorted(user.memberships.values_list("team_id", "role"))
        made = PasswordLink.objects.filter(user=user).values_list("made_at", flat=True).first()
        rights = f"{user.is_staff}{user.is_superuser}{roles}{made}"
        return super()._make_hash_value(user, timestamp) + rights


tokens = PasswordTokens()


class PasswordLinkRefusal(Exception):
    """Said to the reader as it is."""


def why_no_password_link(*, team: Team, user: User, by: User) -> str:
    """Why a lead of `team` may not give `user` a link; empty where they may.

    Whoever holds the link becomes that person: so it must not open a team that the lead does not lead.
    """
    if user == by:
        return _("You change your own password in your settings.")
    if not user.is_active:
        return _("This account is closed.")
    led = Membership.objects.filter(user=by, role=Role.LEAD).values("team")
    elsewhere = Membership.objects.filter(user=user).exclude(team=team).exclude(team__in=led)
    if user.is_superuser or user.is_staff or elsewhere.exists():
        return _(
            "%(name)s has rights beyond this team, so only whoever runs this Concord can set a new password."
        ) % {"name": user}
    return ""


def make_password_link(*, team: Team, user: User, by: User) -> tuple[str, str]:
    """The two parts of the address, person and token; who made it for whom stays on record.

    It ends the link before it. Raises PasswordLinkRefusal.
    """
    if reason := why_no_password_link(team=team, user=user, by=by):
        raise PasswordLinkRefusal(reason)
    PasswordLink.objects.update_or_create(
        user=user, defaults={"made_by": by, "made_at": timezone.now()}
    )
    _log(user, by, "made a link to set a new password")
    return urlsafe_base64_encode(force_bytes(user.pk)), tokens.make_token(user)


def open_password_link(user: User) -> PasswordLink | None:
    """The link that may still be used."""
    link = PasswordLink.objects.select_related("user", "made_by").filter(user=user).first()
    return link if link and link.is_open else None


def withdraw_password_link(*, user: User, by: User) -> None:
    """The link works no more; nothing happens where there is none."""
    if PasswordLink.objects.filter(user=user).delete()[0]:
        _log(user, by, "took back the link to set a new password")


def _log(user: User, by: User, text: str) -> None:
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, text, single_object=True)
