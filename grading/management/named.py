"""What commands call by name: prompt templates and versions."""

from __future__ import annotations

import re

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

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
        raise CommandError(_("There is no prompt template “%(name)s”.") % {"name": told})
    return found


def version_named(team: Team, told: str) -> ModelVersion:
    """GRADER:NUMBER. Raises CommandError."""
    parts = _NUMBERED.fullmatch(told)
    rows = ModelVersion.objects.filter(grader__team=team).select_related("grader", "template")
    found = parts and rows.filter(grader__school_subject=parts[1], number=int(parts[2])).first()
    if not found:
        raise CommandError(_("There is no version “%(name)s”.") % {"name": told})
    return found
