"""The rubric as the rating screen lays it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from annotations.models import Criterion, Question, Rubric

register = template.Library()

# Letters that are not commands of the rating screen (F flag, N note, P pause, S skip, U undo).
LETTERS = "ABCDEGHIJKLMOQRTVWXYZ"


@dataclass(frozen=True)
class Level:
    """`value` is written with a point in every language; `key` is what one types."""

    value: str
    key: str
    label: str
    descriptor: str
    is_chosen: bool


@dataclass(frozen=True)
class Line:
    """A criterion; `entry` is how it is typed: "digit", "letter", or "number" and Enter."""

    criterion: Criterion
    entry: str
    share: float | None
    levels: list[Level]
    is_described: bool


@register.simple_tag
def question_panel(question: Question, is_reference_shown: bool) -> SafeString:
    """What is asked, at least its number. Hundreds of answers to one question follow each other, so it is
    kept."""
    facts = (question.text or question.key, question.context, question.reference, question.full_mark)
    points = json.dumps(question.scoring_points)
    return _question_html(*facts, points, bool(is_reference_shown), get_language())


@lru_cache(maxsize=128)
def _question_html(
    text: str, context: str, reference: str, full_mark: Any, points: str, is_shown: bool, _lang: str
) -> SafeString:
    question = {"text": text, "context": context, "reference": reference, "full_mark": full_mark}
    question["scoring_points"] = json.loads(points)
    shown = {"question": question, "is_reference_shown": is_shown}
    return get_template("annotations/_question_panel.html").render(shown)


@register.simple_tag
def rubric_lines(
    rubric: Rubric, criteria: list[Criterion], scores: dict[str, float] | None = None
) -> list[Line]:
    """One Line a criterion; `share` is the weight in percent of a weighted rubric."""
    criteria = list(criteria)
    weights = sum(criterion.weight for criterion in criteria)
    is_weighted = rubric.kind == Rubric.Kind.WEIGHTED and weights > 0
    return [
        _line(c, 100 * c.weight / weights if is_weighted else None, scores or {}) for c in criteria
    ]


def _line(criterion: Criterion, share: float | None, scores: dict[str, float]) -> Line:
    entry = entry_of(criterion)
    levels = [
        _level(level, place, entry, scores.get(criterion.key))
        for place, level in enumerate(criterion.levels)
    ]
    is_described = any(level.descriptor or level.label for level in levels)
    return Line(criterion, entry, share, levels, is_described)


def entry_of(criterion: Criterion) -> str:
    if criterion.scale == Criterion.Scale.CATEGORIES and len(criterion.levels) <= len(LETTERS):
        return "letter"
    values = criterion.values
    is_digits = values and all(value == int(value) and 0 <= value <= 9 for value in values)
    return "digit" if is_digits else "number"


def _level(level: dict[str, Any], place: int, entry: str, chosen: float | None) -> Level:
    value = plain(float(level["value"]))
    label = str(level.get("label") or "")
    return Level(
        value=value,
        key=LETTERS[place] if entry == "letter" else value,
        label="" if label in (value, str(level["value"])) else label,
        descriptor=str(level.get("descriptor") or ""),
        is_chosen=chosen is not None and abs(chosen - float(level["value"])) < 1e-9,
    )


@register.filter
def plain(value: float | None) -> str:
    """A number as scripts and inputs read it: 3, 2.5, never 2,5."""
    if value is None:
        return ""
    number = float(value)
    return str(int(number)) if number == int(number) else repr(number)
