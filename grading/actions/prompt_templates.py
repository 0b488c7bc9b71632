"""Prompt templates: stored as a draft, or as the next version of one that has been used."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotations.models import Team, User
from grading.methods.prompt_text import StrayBrace
from grading.models import PromptTemplate


@transaction.atomic
def save_template(
    *, team: Team, name: str, text: str, system: str, by: User | None, changed: PromptTemplate | None
) -> PromptTemplate:
    """Change a version that nobody has used; otherwise make the next version of that name."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if changed is not None and not PromptTemplate.objects.get(pk=changed.pk).is_frozen:
        changed.text, changed.system = text, system
        changed.save()
        return changed
    same = PromptTemplate.objects.filter(team=team, name=name)
    last = same.aggregate(last=Max("version"))["last"] or 0
    return PromptTemplate.objects.create(
        team=team, name=name, version=last + 1, text=text, system=system, created_by=by
    )


def stray_brace_text(text: str, brace: StrayBrace) -> str:
    line = text.count("\n", 0, brace.at) + 1
    return _("A brace in line %(line)d has no partner. Write it twice to have it as it is.") % {"line": line}
