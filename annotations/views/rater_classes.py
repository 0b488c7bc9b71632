"""Accuracy and confusion of the raters as the page shows them: shares with a shade."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.class_numbers import ClassNumbers, RaterClasses
from annotations.methods.coefficient import Reason

SHADES = 6


@dataclass(frozen=True)
class ClassRow:
    """One class as the truth: how often the rater said each class, as (share, shade 0–5)."""

    name: str
    cells: list[tuple[float, int]]


@dataclass(frozen=True)
class ClassPicture:
    """`classes` are (name, share of the items); `raters` are (numbers, confusion)."""

    classes: list[tuple[str, float]]
    names: list[str]
    raters: list[tuple[RaterClasses, list[ClassRow]]]
    reason: Reason | None


def class_picture(found: ClassNumbers | None) -> ClassPicture | None:
    if found is None:
        return None
    classes = [] if found.reason else list(zip(found.names, found.shares, strict=True))
    raters = [(one, _confusion(found.names, one)) for one in found.raters]
    return ClassPicture(classes, found.names, raters, found.reason)


def _confusion(names: list[str], one: RaterClasses) -> list[ClassRow]:
    return [
        ClassRow(name, [(share, min(SHADES - 1, int(share * SHADES))) for share in row])
        for name, row in zip(names, one.errors.tolist(), strict=True)
    ]
