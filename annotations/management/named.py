"""What commands call by name. What is not there is answered with what there is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.models import Campaign, Dataset, Team

NAMED = 10
"""So many names are told; more would hide the message."""


def campaign_named(slug: str) -> Campaign:
    """Raises CommandError with the newest campaigns."""
    rows = Campaign.objects.select_related("team", "dataset")
    found = rows.filter(slug=slug).first()
    if found is None:
        message = _("There is no campaign “%(slug)s”. There are: %(known)s.")
        raise CommandError(message % {"slug": slug, "known": names_of(rows.order_by("-pk"), "slug")})
    return found


def dataset_named(team: Team, name: str) -> Dataset:
    """Raises CommandError with the newest datasets of the team."""
    rows = Dataset.objects.filter(team=team)
    found = rows.filter(name=name).first()
    if found is None:
        message = _("There is no dataset “%(name)s”. There are: %(known)s.")
        raise CommandError(message % {"name": name, "known": names_of(rows.order_by("-pk"), "name")})
    return found


def names_of(rows: QuerySet[Any], field: str) -> str:
    """The first of them, to choose from."""
    found = [str(name) for name in rows.values_list(field, flat=True)[: NAMED + 1]]
    return ", ".join(found[:NAMED]) + (", …" if len(found) > NAMED else "") or "–"
