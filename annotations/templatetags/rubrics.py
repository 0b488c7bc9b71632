"""What a rubric computes, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.methods.scales import number_text
from annotations.models import Criterion, Rubric
from annotations.templatetags.figures import as_percent

register = template.Library()


@register.filter
def plain(value: float | None) -> str:
    """A number as one would type it, in every language: 3, 0.5, -1."""
    return "" if value is None else number_text(float(value))


@register.filter
def percent(value: float, places: int = 4) -> str:
    """A share in [0, 1] as a number of per cent, without the sign."""
    return number_text(round(float(value) * 100, places))


@register.filter
def formula(rubric: Rubric) -> str:
    """One line: how composite and mark come about under a stored rubric."""
    return formula_of(rubric.kind, rubric.pass_mark, list(rubric.criteria.all()))


def formula_of(kind: str, pass_mark: float | None, criteria: Sequence[Criterion]) -> str:
    """The same for a rubric that is still being built (`pass_mark` in [0, 1] or None)."""
    if not criteria:
        return _("Add criteria to see how the composite is computed.")
    parts = _points(criteria) if kind == Rubric.Kind.POINTS else _weighted(criteria)
    parts += [_veto(criterion) for criterion in criteria if criterion.veto_at is not None]
    if pass_mark is not None:
        parts.append(_("passed from %(pass)s") % {"pass": percent(pass_mark)})
    return " · ".join(parts)


@register.filter
def scale_words(criterion: Criterion) -> str:
    """The scale in a few words: "0 to 2 by 0.5", "3 categories"."""
    ends = {"low": number_text(criterion.low), "high": number_text(criterion.high)}
    if criterion.scale == Criterion.Scale.CATEGORIES:
        number = len(criterion.levels)
        return ngettext("%(number)d category", "%(number)d categories", number) % {"number": number}
    if criterion.scale == Criterion.Scale.YES_NO:
        return criterion.get_scale_display()
    if criterion.step == 1:
        return _("%(low)s to %(high)s") % ends
    return _("%(low)s to %(high)s by %(step)s") % {**ends, "step": number_text(criterion.step)}


def _points(criteria: Sequence[Criterion]) -> list[str]:
    most = number_text(sum(criterion.high for criterion in criteria))
    return [
        _("mark = sum of the points (%(most)s here), at most the question’s full mark")
        % {"most": most},
        _("composite = mark ÷ full mark"),
    ]


def _weighted(criteria: Sequence[Criterion]) -> list[str]:
    total = sum(criterion.weight for criterion in criteria)
    if total <= 0:
        return [_("composite: undefined, no criterion has a weight")]
    shares = [
        f"{as_percent(number_text(round(100 * c.weight / total, 1)))} {c.name}"
        for c in criteria
        if c.weight > 0
    ]
    parts = [_("composite = %(sum)s, each scaled to 0–100") % {"sum": " + ".join(shares)}]
    if any(not criterion.is_required for criterion in criteria):
        parts.append(_("optional criteria left out do not count"))
    return [
        *parts,
        _("mark = composite × full mark, rounded to the question’s step, where it has one"),
    ]


def _veto(criterion: Criterion) -> str:
    values = {"name": criterion.name, "level": plain(criterion.veto_at)}
    return _("0 when %(name)s is %(level)s or less") % values


@register.filter
def last_label(levels: Sequence[dict[str, Any]]) -> str:
    """The name of the highest level of a scale."""
    return str(levels[-1]["label"]) if levels else ""
