"""What every page knows about its reader."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from annotations.models import Membership


def roles(request: HttpRequest) -> dict[str, object]:
    """`my_roles`: the set of roles the reader has in any team (one query, only if used)."""
    return {"my_roles": SimpleLazyObject(lambda: _roles(request))}


def _roles(request: HttpRequest) -> set[str]:
    if not request.user.is_authenticated:
        return set()
    return set(Membership.objects.filter(user=request.user).values_list("role", flat=True))
