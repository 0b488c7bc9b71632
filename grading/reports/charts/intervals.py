"""Estimates with their intervals on the scale's real ends, and the threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from grading.reports.charts.svg import (
    element,
    label,
    marker,
    nice_ticks,
    number,
    picture,
    text,
    text_width,
)

ROW = 30.0
MOST_LABEL = 190.0


@dataclass(frozen=True)
class Estimate:
    """A point with an interval; `value` None = undefined, `low`/`high` None = no interval."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    colour: int = 0


def intervals(
    rows: Sequence[Estimate],
    *,
    title: str,
    low: float,
    high: float,
    threshold: float | None = None,
    threshold_name: str = "",
    width: float = 540,
) -> SafeString:
    """A line a row: whiskers for the interval, a marker for the estimate."""
    left = min(MOST_LABEL, max((text_width(r.name) for r in rows), default=0)) + 12
    right, top = width - 24, 22.0 if threshold is not None else 6.0
    bottom = top + len(rows) * ROW

    def at(value: float) -> float:
        return left + (right - left) * (min(max(value, low), high) - low) / (high - low)

    parts = [_tick(at(t), top, bottom, t) for t in nice_ticks(low, high)]
    if threshold is not None:
        parts.append(_threshold(at(threshold), top, bottom, threshold, threshold_name, width))
    for i, row in enumerate(rows):
        y = top + i * ROW + ROW / 2
        parts.append(label(row.name, left - 8, y + 5, left - 12, text_anchor="end"))
        parts += _estimate(row, y, at, left)
    return picture(width, bottom + 24, title, *parts)


def _estimate(
    row: Estimate, y: float, at: Callable[[float], float], left: float
) -> list[SafeString]:
    if row.value is None:
        return [text("–", left + 6, y + 5, class_="value")]
    parts = []
    if row.low is not None and row.high is not None:
        a, b = at(row.low), at(row.high)
        css = f"whisker s{row.colour % 8}"
        parts.append(element("line", x1=a, x2=b, y1=y, y2=y, class_=css))
        parts += [element("line", x1=x, x2=x, y1=y - 5, y2=y + 5, class_=css) for x in (a, b)]
    tip = element("title", _words(row))
    return [*parts, element("g", tip, marker(at(row.value), y, row.colour))]


def _words(row: Estimate) -> SafeString:
    if row.low is None or row.high is None:
        return format_html("{} {}", row.name, number(row.value))
    return format_html(
        "{} {} [{}, {}]", row.name, number(row.value), number(row.low), number(row.high)
    )


def _tick(x: float, top: float, bottom: float, value: float) -> SafeString:
    return element(
        "g",
        element("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid"),
        text(number(value), x, bottom + 16, text_anchor="middle", class_="tick"),
    )


def _threshold(
    x: float, top: float, bottom: float, value: float, name: str, width: float
) -> SafeString:
    words = f"{name} {number(value)}".strip()
    half = text_width(words) / 2
    return element(
        "g",
        element("line", x1=x, x2=x, y1=top - 4, y2=bottom, class_="threshold"),
        text(words, min(max(x, half), width - half), 13, text_anchor="middle", class_="tick"),
    )
