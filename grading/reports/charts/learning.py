"""A learning curve: one measure over the steps, a line each for what is learnt from and what is held out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, marker, nice_ticks, number, picture, text

LEFT, RIGHT, TOP, BOTTOM = 52.0, 470.0, 34.0, 216.0
LEGEND = 150.0
Pair = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """`points`: (step, value), steps ascending; `colour` as in charts.css."""

    name: str
    points: Sequence[Pair]
    colour: int


def learning_curve(
    lines: Sequence[Line], *, title: str, x_title: str, top: float | None = None, best: int | None = None
) -> SafeString:
    """`top`: the upper end of the axis, None fits it. `best`: the step whose weights were kept."""
    values = [y for line in lines for _x, y in line.points]
    low, high = min([0.0, *values]), top if top is not None else (max(values, default=1.0) or 1.0)
    steps = max([x for line in lines for x, _y in line.points], default=1.0) or 1.0

    def at(x: float, y: float) -> Pair:
        return LEFT + (RIGHT - LEFT) * x / steps, BOTTOM - (BOTTOM - TOP) * (y - low) / (high - low)

    parts = [_across(at(0, t)[1], t) for t in nice_ticks(low, high, 4)]
    parts += [
        text(number(t, 0), at(t, 0)[0], BOTTOM + 16, text_anchor="middle", class_="tick")
        for t in nice_ticks(0, steps, 5)
        if t == int(t)
    ]
    parts.append(text(x_title, RIGHT, BOTTOM + 34, text_anchor="end", class_="tick"))
    if best is not None:
        x = at(best, low)[0]
        parts.append(element("line", x1=x, x2=x, y1=TOP, y2=BOTTOM, class_="threshold"))
    for i, line in enumerate(lines):
        parts += _line(line, at, i)
    return picture(RIGHT + 20, BOTTOM + 42, title, *parts)


def _line(line: Line, at, place: int) -> list[SafeString]:  # type: ignore[no-untyped-def]
    points = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in line.points)
    drawn = [element("polyline", points=points, class_=f"path s{line.colour} dash{line.colour}")]
    few = line.points if len(line.points) <= 40 else line.points[:: math.ceil(len(line.points) / 40)]
    drawn += [marker(*at(*point), line.colour, 2.6) for point in few]
    x = LEFT + place * LEGEND
    return [*drawn, marker(x + 6, 14, line.colour), text(line.name, x + 16, 18, class_="tick")]


def _across(y: float, value: float) -> SafeString:
    return element(
        "g",
        element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="grid"),
        text(number(value), LEFT - 8, y + 4, text_anchor="end", class_="tick"),
    )
