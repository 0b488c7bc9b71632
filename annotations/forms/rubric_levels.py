"""The levels of a criterion while it is being built: text as typed, fitted to the scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from annotations.methods.scales import number_text, scale_values
from annotations.models import Criterion

Scale = Criterion.Scale


@dataclass(frozen=True)
class Level:
    """One level as typed; `error` says what is wrong with it."""

    value: str = ""
    label: str = ""
    descriptor: str = ""
    error: str = ""

    @property
    def number(self) -> float | None:
        return parse_number(self.value)

    def stored(self) -> dict[str, float | str]:
        return {"value": self.number or 0.0, "label": self.label, "descriptor": self.descriptor}


def parse_number(text: str) -> float | None:
    """A finite number, a Chinese or European comma allowed as the decimal sign; else None."""
    try:
        number = float(str(text).strip().replace("，", ".").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def values_of(scale: str, low: str, high: str, step: str) -> tuple[float, ...] | None:
    """The values a scale derives from its ends; None for named categories.

    Raises ValueError where the ends or the step make no scale.
    """
    if scale == Scale.CATEGORIES:
        return None
    if scale == Scale.YES_NO:
        return (0.0, 1.0)
    is_points = scale == Scale.POINTS
    lowest, highest = 0.0 if is_points else parse_number(low), parse_number(high)
    width = parse_number(step) if is_points else 1.0
    if lowest is None or highest is None or width is None:
        raise ValueError("not a number")
    return scale_values(lowest, highest, width)


def fit_levels(
    scale: str, values: Sequence[float] | None, typed: Sequence[Level]
) -> tuple[list[Level], list[Level]]:
    """Levels of the scale with the words typed for these values, and what no longer fits.

    What no longer fits is carried along unseen: going back to the longer scale brings it back.
    """
    if values is None:
        shown = [level for level in typed if level.value or level.label or level.descriptor]
        return shown + [Level()] * (2 - len(shown)), []
    known = {level.number: level for level in typed if level.number is not None}
    shown = [_level(scale, value, known.pop(value, Level())) for value in values]
    return shown, [level for level in known.values() if level.descriptor]


def _level(scale: str, value: float, old: Level) -> Level:
    text = number_text(value)
    label = text
    if scale == Scale.YES_NO:
        is_own = old.label and parse_number(old.label) is None
        label = old.label if is_own else (_("Yes") if value else _("No"))
    return replace(old, value=text, label=label, error="")


def checked(levels: Sequence[Level]) -> list[Level]:
    """Named categories with an error at each level that has one."""
    seen: set[float] = set()
    result = []
    for level in levels:
        result.append(replace(level, error=_problem(level, seen)))
        if level.number is not None:
            seen.add(level.number)
    return result


def _problem(level: Level, seen: set[float]) -> str:
    if not level.label.strip():
        return _("Name this category.")
    if level.number is None:
        return _("Give this category a number.")
    if level.number in seen:
        return _("Another category has this number already.")
    return ""
