"""Rubrics: made from a template, kept as drafts, published, and carried on in new versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.actions.question_rubrics import rubrics_for_questions, scoring_point_warnings
from annotations.actions.rubric_publishing import (
    lock_rubrics_of,
    publish_rubric,
    publishing_problems,
    rubric_digest,
    undescribed_levels,
)
from annotations.models import Campaign, Criterion, Rubric, Team, User
from annotations.models.campaign import CampaignItem, CampaignRubric

__all__ = [
    "create_rubric",
    "delete_draft",
    "new_version",
    "publish_rubric",
    "publishing_problems",
    "rubric_digest",
    "rubrics_for_questions",
    "save_draft",
    "scoring_point_warnings",
    "undescribed_levels",
]

COPIED = ("kind", "pass_mark", "guidelines")
COPIED_LINE = (
    "key", "name", "description", "position", "weight", "scale", "low", "high", "step", "levels",
    "is_required", "veto_at",
)  # fmt: skip


@transaction.atomic
def create_rubric(
    *, team: Team, name: str, by: User | None, head: dict[str, Any], lines: Sequence[dict[str, Any]]
) -> Rubric:
    """A draft, version 1 of a name that the team has not used. Raises ValidationError."""
    lock_rubrics_of(team)
    if Rubric.objects.filter(team=team, name=name).exists():
        raise ValidationError(_("This team already has a rubric of this name."))
    rubric = Rubric.objects.create(team=team, name=name, created_by=by, **head)
    _write_lines(rubric, lines)
    return rubric


@transaction.atomic
def save_draft(
    *, rubric: Rubric, head: dict[str, Any], lines: Sequence[dict[str, Any]]
) -> Rubric:
    """Replace a draft's fields and criteria. Raises ValidationError if it was published meanwhile."""
    stored = Rubric.objects.select_for_update(no_key=True).get(pk=rubric.pk)
    for field, value in head.items():
        setattr(stored, field, value)
    stored.save()
    stored.criteria.all().delete()
    _write_lines(stored, lines)
    return stored


def _write_lines(rubric: Rubric, lines: Sequence[dict[str, Any]]) -> None:
    Criterion.objects.bulk_create(
        Criterion(rubric=rubric, **{**line, "position": i}) for i, line in enumerate(lines)
    )


@transaction.atomic
def new_version(*, rubric: Rubric, by: User | None) -> Rubric:
    """A draft copy with the next free version number; a draft of that name is returned instead,
    so that pressing the button twice does not leave two."""
    lock_rubrics_of(rubric.team)
    family = Rubric.objects.filter(team_id=rubric.team_id, name=rubric.name)
    if draft := family.filter(state=Rubric.State.DRAFT).first():
        return draft
    latest = family.aggregate(latest=Max("version"))["latest"]
    copy = Rubric.objects.create(
        team_id=rubric.team_id, name=rubric.name, version=latest + 1, created_by=by,
        **{field: getattr(rubric, field) for field in COPIED},
    )
    rows = rubric.criteria.all()
    _write_lines(copy, [{f: getattr(row, f) for f in COPIED_LINE} for row in rows])
    return copy


@transaction.atomic
def delete_draft(*, rubric: Rubric) -> None:
    """Delete a draft. Raises ValidationError when it is published or a campaign has chosen it."""
    if campaigns := campaigns_using([rubric.pk]).get(rubric.pk):
        names = pgettext("between names", ", ").join(campaign.name for campaign in campaigns)
        raise ValidationError(_("Campaigns use this rubric: %(names)s.") % {"names": names})
    rubric.delete()


def campaigns_using(rubric_ids: Sequence[int]) -> dict[int, list[Campaign]]:
    """Rubric id → the campaigns that use it, newest first. Two queries."""
    pairs = set(
        CampaignRubric.objects.filter(rubric_id__in=rubric_ids).values_list("rubric_id", "campaign_id")
    )
    pairs |= set(
        CampaignItem.objects.filter(rubric_id__in=rubric_ids)
        .order_by()
        .values_list("rubric_id", "campaign_id")
        .distinct()
    )
    campaigns = Campaign.objects.filter(pk__in={campaign for _rubric, campaign in pairs})
    used: dict[int, list[Campaign]] = {}
    for campaign in campaigns:
        for rubric_id in {r for r, c in pairs if c == campaign.pk}:
            used.setdefault(rubric_id, []).append(campaign)
    return used
