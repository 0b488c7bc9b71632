"""What commands call by name: prompt templates and versions."""

from __future__ import annotations

import re

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations.management.named import NAMED, names_of
from annotations.models import Team
from grading.models import ModelVersion, PromptTemplate

_NUMBERED = re.compile(r"(.+)[:@](\d{1,9})")


def template_named(team: Team, told: str) -> PromptTemplate:
    """NAME is its newest version, NAME:2 (or NAME@2) that one. Raises CommandError."""
    rows = PromptTemplate.objects.filter(team=team)
    parts = _NUMBERED.fullmatch(told)
    found = rows.filter(name=told).order_by("-version").first()
    if found is None and parts:
        found = rows.filter(name=parts[1], version=int(parts[2])).first()
    if found is None:
        message = _("There is no prompt template “%(name)s”. There are: %(known)s.")
        known = names_of(rows.order_by("name").distinct(), "name")
        raise CommandError(message % {"name": told, "known": known})
    return found


def version_named(team: Team, told: str) -> ModelVersion:
    """GRADER:NUMBER, of those that write. Raises CommandError."""
    parts = _NUMBERED.fullmatch(told)
    rows = ModelVersion.objects.generators().filter(grader__team=team, trained_at__isnull=False)
    rows = rows.select_related("grader", "template")
    found = parts and rows.filter(grader__school_subject=parts[1], number=int(parts[2])).first()
    if not found:
        names = [f"{one.grader.school_subject}:{one.number}" for one in rows.order_by("-pk")[:NAMED]]
        message = _("There is no version “%(name)s” that writes. There are: %(known)s.")
        raise CommandError(message % {"name": told, "known": ", ".join(names) or "–"})
    return found
