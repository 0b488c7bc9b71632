"""Publishing: what must hold before a rubric is frozen, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.models import Criterion, Rubric, Team, User

WEIGHT_TOLERANCE = 0.005  # per cent
LONGEST_DESCRIBED = 12  # levels; of a longer scale only the ends must be explained


def lock_rubrics_of(team: Team) -> None:
    """Names and versions are given one after the other, whoever asks at the same time."""
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=team.pk)


def rubric_content(rubric: Rubric) -> dict[str, Any]:
    """Everything a rater is shown or judged by, as plain data with stable types."""
    return {
        "name": rubric.name,
        "version": rubric.version,
        "kind": rubric.kind,
        "pass_mark": float(rubric.pass_mark),
        "guidelines": rubric.guidelines,
        "criteria": [criterion_content(criterion) for criterion in rubric.criteria.all()],
    }


def criterion_content(criterion: Criterion) -> dict[str, Any]:
    return {
        "key": criterion.key,
        "name": criterion.name,
        "description": criterion.description,
        "weight": float(criterion.weight),
        "scale": str(criterion.scale),
        "low": float(criterion.low),
        "high": float(criterion.high),
        "step": float(criterion.step),
        "is_required": criterion.is_required,
        "veto_at": None if criterion.veto_at is None else float(criterion.veto_at),
        "levels": [{**level, "value": float(level["value"])} for level in criterion.levels],
    }


def rubric_digest(rubric: Rubric) -> str:
    """SHA-256 (hex) of the rubric's content as canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        rubric_content(rubric), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def publish_rubric(*, rubric: Rubric, by: User | None) -> Rubric:
    """Freeze a draft. `by` is who publishes (a rubric without a maker becomes theirs).

    Raises ValidationError with one sentence per problem; a published rubric is returned as it is.
    """
    stored = Rubric.objects.select_for_update(no_key=True).get(pk=rubric.pk)
    if stored.is_published:
        return stored
    if problems := publishing_problems(stored):
        raise ValidationError(problems)
    stored.digest = rubric_digest(stored)
    stored.state = Rubric.State.PUBLISHED
    stored.published_at = timezone.now()
    stored.created_by = stored.created_by or by
    stored.save()
    return stored


def publishing_problems(rubric: Rubric) -> list[str]:
    """What keeps a stored draft from being published; empty when nothing does."""
    criteria = list(rubric.criteria.all())
    if not criteria:
        return [_("A rubric needs at least one criterion.")]
    problems = [text for criterion in criteria for text in _criterion_problems(criterion)]
    if rubric.kind == Rubric.Kind.WEIGHTED:
        problems += weight_problems([criterion.weight for criterion in criteria])
    elif sum(criterion.high for criterion in criteria) <= 0:
        problems.append(_("The scoring points add up to no marks."))
    return problems


def undescribed_levels(rubric: Rubric) -> list[str]:
    """One sentence for each criterion with levels that nothing explains; they do not forbid publishing.

    A name explains a level ("yes"), and so do the marks of a scoring point. On a scale too long to be
    described in full the two ends are enough.
    """
    if rubric.kind == Rubric.Kind.POINTS:
        return []
    found = ((criterion, _bare_values(criterion)) for criterion in rubric.criteria.all())
    return [
        _("“%(name)s” does not say what these levels mean: %(levels)s.")
        % {"name": criterion.name, "levels": pgettext("between names", ", ").join(bare)}
        for criterion, bare in found
        if bare
    ]


def _bare_values(criterion: Criterion) -> list[str]:
    levels = criterion.levels
    asked = levels if len(levels) <= LONGEST_DESCRIBED else [levels[0], levels[-1]]
    return [
        f"{level['value']:g}"
        for level in asked
        if not level.get("descriptor", "").strip() and _is_number(level.get("label", ""))
    ]


def _is_number(label: str) -> bool:
    """True where the label adds nothing to the number, or is missing."""
    return not label.strip().strip("+-−.,/%0123456789")


def weight_problems(weights: list[float]) -> list[str]:
    total = sum(weights)
    if abs(total - 100) <= WEIGHT_TOLERANCE:
        return []
    return [_("The weights sum to %(total)s %%, not to 100 %%.") % {"total": f"{total:.4g}"}]


def _criterion_problems(criterion: Criterion) -> list[str]:
    names = {"name": criterion.name}
    values = criterion.values
    problems = []
    if not criterion.name.strip():
        problems.append(_("A criterion has no name."))
    if len(set(values)) < 2 or len(set(values)) != len(values):
        problems.append(_("“%(name)s” needs at least two different levels.") % names)
    elif (min(values), max(values)) != (criterion.low, criterion.high):
        problems.append(_("The levels of “%(name)s” do not cover its scale.") % names)
    if criterion.veto_at is not None and not criterion.low <= criterion.veto_at < criterion.high:
        problems.append(_("The veto of “%(name)s” must be below its highest level.") % names)
    return problems
