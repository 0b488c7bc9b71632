"""Estimates with their intervals on the scale's real ends, and the threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from grading.reports.charts.svg import (
    element,
    fluid_picture,
    label,
    marker,
    nice_ticks,
    number,
    percent,
    text,
)

ROW, NAME, LINE = 42.0, 15.0, 28.0  # px: a row, and in it the name above the line
MOST_LABEL = 320.0  # a phone's width
LEFT, RIGHT = 0.04, 0.96  # of the width: room for the numbers at both ends of the axis
NEAR_AN_END = 0.2


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
) -> SafeString:
    """A line a row, its name above it: whiskers for the interval, a marker for the estimate."""
    top = 22.0 if threshold is not None else 4.0
    bottom = top + len(rows) * ROW

    def at(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (min(max(value, low), high) - low) / (high - low)

    parts = [_tick(at(t), top, bottom, t) for t in nice_ticks(low, high)]
    if threshold is not None:
        parts.append(_threshold(at(threshold), top, bottom, threshold, threshold_name))
    for i, row in enumerate(rows):
        y = top + i * ROW
        parts.append(label(row.name, 0, y + NAME, MOST_LABEL, class_="row-name"))
        parts += _estimate(row, y + LINE, at)
    return fluid_picture(bottom + 24, title, *parts)


def _estimate(row: Estimate, y: float, at: Callable[[float], float]) -> list[SafeString]:
    if row.value is None:
        return [text("–", percent(LEFT), y + 5, class_="value")]
    parts = []
    if row.low is not None and row.high is not None:
        a, b = percent(at(row.low)), percent(at(row.high))
        css = f"whisker s{row.colour % 8}"
        parts.append(element("line", x1=a, x2=b, y1=y, y2=y, class_=css))
        parts += [element("line", x1=x, x2=x, y1=y - 5, y2=y + 5, class_=css) for x in (a, b)]
    point = element("svg", marker(0, 0, row.colour), x=percent(at(row.value)), y=y, overflow="visible")
    return [*parts, element("g", element("title", _words(row)), point)]


def _words(row: Estimate) -> str:
    if row.low is None or row.high is None:
        return f"{row.name} {number(row.value)}"
    return f"{row.name} {number(row.value)} [{number(row.low)}, {number(row.high)}]"


def _tick(share: float, top: float, bottom: float, value: float) -> SafeString:
    x = percent(share)
    return element(
        "g",
        element("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid"),
        text(number(value), x, bottom + 16, text_anchor="middle", class_="tick"),
    )


def _threshold(share: float, top: float, bottom: float, value: float, name: str) -> SafeString:
    """The line and its name, which near an end of the axis is written towards the middle."""
    x = percent(share)
    anchor = "start" if share < NEAR_AN_END else "end" if share > 1 - NEAR_AN_END else "middle"
    return element(
        "g",
        element("line", x1=x, x2=x, y1=top - 4, y2=bottom, class_="threshold"),
        text(f"{name} {number(value)}".strip(), x, 13, text_anchor=anchor, class_="tick"),
    )
