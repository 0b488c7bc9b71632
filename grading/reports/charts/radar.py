"""A radar: one axis a criterion or metric, one outline a candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, label, marker, picture, shortened, text

RADIUS, MIDDLE_X, MIDDLE_Y = 130.0, 270.0, 170.0
RINGS = (0.25, 0.5, 0.75, 1.0)
NAMED = (0.25, 0.5, 0.75)  # the outermost would run into the name of the first axis


@dataclass(frozen=True)
class Series:
    """One candidate; `values` are shares of each axis in [0, 1], None = undefined there."""

    name: str
    values: Sequence[float | None]
    colour: int


def radar(axes: Sequence[str], series: Sequence[Series], *, title: str) -> SafeString:
    """Needs three axes or more; an undefined value leaves a gap in the outline."""
    parts = [_ring(len(axes), ring) for ring in RINGS]
    parts += [_axis(i, len(axes), name) for i, name in enumerate(axes)]
    parts += [_outline(one, len(axes)) for one in series]
    parts += _legend(series)
    height = 2 * MIDDLE_Y + 26 * math.ceil(len(series) / 2) + 10
    return picture(2 * MIDDLE_X, height, title, *parts)


def _at(i: int, n: int, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * i / n - math.pi / 2
    reach = RADIUS * min(max(share, 0.0), 1.0)
    return MIDDLE_X + reach * math.cos(angle), MIDDLE_Y + reach * math.sin(angle)


def _ring(n: int, share: float) -> SafeString:
    points = " ".join("{:.1f},{:.1f}".format(*_at(i, n, share)) for i in range(n))
    ring = element("polygon", points=points, class_="ring")
    if share not in NAMED:
        return ring
    number = text(f"{share:.0%}", MIDDLE_X + 4, MIDDLE_Y - RADIUS * share - 2, class_="tick small")
    return element("g", ring, number)


def _axis(i: int, n: int, name: str) -> SafeString:
    x, y = _at(i, n, 1.0)
    side = math.cos(2 * math.pi * i / n - math.pi / 2)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    room = 240.0 if anchor == "middle" else 125.0
    lx = MIDDLE_X + (x - MIDDLE_X) * 1.08
    ly = MIDDLE_Y + (y - MIDDLE_Y) * 1.1 + 4
    return element(
        "g",
        element("line", x1=MIDDLE_X, y1=MIDDLE_Y, x2=x, y2=y, class_="grid"),
        label(name, lx, ly, room, text_anchor=anchor),
    )


def _outline(one: Series, n: int) -> SafeString:
    points = [None if v is None else _at(i, n, v) for i, v in enumerate(one.values)]
    known = [point for point in points if point is not None]
    css = f"outline s{one.colour % 8} dash{one.colour % 4}"
    marks = [marker(x, y, one.colour, 4.0) for x, y in known]
    if len(known) < n:
        return element("g", *_pieces(points, css), *marks)
    written = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
    return element("g", element("polygon", points=written, class_=css), *marks)


def _pieces(points: Sequence[tuple[float, float] | None], css: str) -> list[SafeString]:
    """The sides of an outline with gaps: only between neighbours that are both known."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return [
        element("line", x1=a[0], y1=a[1], x2=b[0], y2=b[1], class_=css)
        for a, b in pairs
        if a is not None and b is not None
    ]


def _legend(series: Sequence[Series]) -> list[SafeString]:
    parts = []
    for i, one in enumerate(series):
        x = 40 + (i % 2) * MIDDLE_X
        y = 2 * MIDDLE_Y + 8 + 26 * (i // 2)
        name = shortened(one.name, MIDDLE_X - 70)
        parts += [marker(x, y - 4, one.colour), text(name, x + 14, y)]
    return parts

