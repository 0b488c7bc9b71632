"""Tokens of the HTTP API: made, found again by what a program sends, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from annotations.access import BUILD, has_role
from annotations.models import Team, User
from grading.models import ApiToken

START = "ccd_"
NOTED_EVERY = timedelta(minutes=1)


def make_token(
    *, team: Team, user: User, name: str, scopes: Sequence[str], per_minute: int = 120
) -> tuple[ApiToken, str]:
    """The token as it is kept, and the text that is shown this once."""
    text = START + secrets.token_urlsafe(32)
    kept = ApiToken.objects.create(
        team=team, user=user, name=name, scopes=sorted(scopes), per_minute=per_minute,
        digest=digest_of(text), beginning=text[:10],
    )  # fmt: skip
    return kept, text


def token_of(text: str) -> ApiToken | None:
    """The token in force with this text, as long as its person still builds for the team."""
    rows = ApiToken.objects.filter(digest=digest_of(text), revoked_at=None, user__is_active=True)
    found = rows.select_related("team", "user").first()
    if found is None or not has_role(found.user, found.team_id, BUILD):
        return None
    _note_use(found)
    return found


def revoke_token(*, token: ApiToken) -> None:
    """From now on it opens nothing; revoking twice changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _note_use(token: ApiToken) -> None:
    """To the minute: a write for each request would cost more than it tells."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
