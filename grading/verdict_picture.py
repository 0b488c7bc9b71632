"""Coordinates of the picture of estimates, intervals and threshold on one axis from 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.methods.text_width import shortened
from grading.verdict_words import limit, span

WIDTH, START, END = 800.0, 40.0, 760.0
TOP, ROW, FOOT = 72.0, 70.0, 46.0
TEXT = 33.0  # of a row, for its name and numbers: the threshold leaves it free
NARROW, SIGN = 150.0, 50.0  # a zone in which its word, or even its sign, has no room
LONGEST_NAME = 27  # columns; more would run into the numbers beside it


@dataclass(frozen=True)
class Line:
    """One interval to draw. `ends`: estimate, low, high in [0, 1] (any may be None).

    `tone` is a CSS class: an outcome, or "side" for an interval that does not decide.
    """

    name: str
    ends: dict[str, Any]
    tone: str
    is_deciding: bool = True
    url: str = ""


@dataclass(frozen=True)
class DrawnLine:
    """All numbers as strings: SVG wants a point as the decimal sign in every language."""

    name: str
    short_name: str
    span: str
    tone: str
    is_deciding: bool
    url: str
    y_text: str
    y_bar: str
    y_low: str
    y_high: str
    y_clear: str
    y_next: str
    x_value: str | None
    x_low: str | None
    x_high: str | None


@dataclass(frozen=True)
class Picture:
    """What templates/grading/verdict_picture.html draws; `label` says it all in words."""

    height: str
    lines: list[DrawnLine]
    ticks: list[dict[str, str]]
    x_threshold: str
    threshold: str
    anchor: str
    y_axis: str
    y_tick: str
    fail_width: str
    pass_width: str
    body_height: str
    has_fail_word: bool
    has_pass_word: bool
    has_pass_sign: bool
    label: str


def picture(lines: Sequence[Line], threshold: float) -> Picture:
    """The picture of `lines`, from the top down. threshold in [0, 1]."""
    bottom = TOP + ROW * len(lines) + 8
    at = _x(threshold)
    return Picture(
        height=_s(bottom + FOOT),
        lines=[_line(line, TOP + ROW * i) for i, line in enumerate(lines)],
        ticks=[{"x": _s(_x(n / 100)), "text": str(n)} for n in range(0, 101, 20)],
        x_threshold=_s(at),
        threshold=limit(threshold),
        anchor="start" if threshold < 0.15 else "end" if threshold > 0.85 else "middle",
        y_axis=_s(bottom),
        y_tick=_s(bottom + 32),
        fail_width=_s(at - START),
        pass_width=_s(END - at),
        body_height=_s(bottom - 36),
        has_fail_word=at - START >= NARROW,
        has_pass_word=END - at >= NARROW,
        has_pass_sign=END - at >= SIGN,
        label=_in_words(lines, threshold),
    )


def _line(line: Line, top: float) -> DrawnLine:
    low, high, value = (_place(line.ends.get(name)) for name in ("low", "high", "estimate"))
    half = 11 if line.is_deciding else 6
    middle = top + 48
    return DrawnLine(
        name=line.name,
        short_name=shortened(line.name, LONGEST_NAME),
        span=span(line.ends),
        tone=line.tone,
        is_deciding=line.is_deciding,
        url=line.url,
        y_text=_s(top + 24),
        y_bar=_s(middle),
        y_low=_s(middle - half),
        y_high=_s(middle + half),
        y_clear=_s(top + TEXT),
        y_next=_s(top + ROW),
        x_value=value,
        x_low=low if high else None,
        x_high=high if low else None,
    )


def _place(value: float | None) -> str | None:
    return None if value is None else _s(_x(value))


def _in_words(lines: Sequence[Line], threshold: float) -> str:
    parts = [f"{line.name}: {span(line.ends)}" for line in lines]
    words = _("threshold %(threshold)s") % {"threshold": limit(threshold)}
    return pgettext("between clauses", "; ").join([*parts, words])


def _x(value: float) -> float:
    return START + (END - START) * min(1.0, max(0.0, value))


def _s(number: float) -> str:
    return f"{number:.1f}"
