"""A curve: one number against another, with a point marked and a level to compare with."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, marker, nice_ticks, number, picture, text

LEFT, RIGHT, TOP, BOTTOM = 58.0, 620.0, 26.0, 268.0
Pair = tuple[float, float]


def curve(
    points: Sequence[Pair],
    *,
    title: str,
    x_title: str,
    y_title: str,
    chosen: Pair | None = None,
    level: float | None = None,
    level_name: str = "",
) -> SafeString:
    """points: (x, y) ≥ 0 in the order they are joined; both axes begin at 0."""
    x_top = max([x for x, _y in points], default=1.0) or 1.0
    y_top = 1.1 * max([*(y for _x, y in points), level or 0.0], default=1.0) or 1.0

    def at(x: float, y: float) -> Pair:
        return LEFT + (RIGHT - LEFT) * x / x_top, BOTTOM - (BOTTOM - TOP) * y / y_top

    parts = [_across(at(0, t)[1], t) for t in nice_ticks(0, y_top)]
    parts += [text(number(t), at(t, 0)[0], BOTTOM + 16, text_anchor="middle", class_="tick") for t in nice_ticks(0, x_top)]
    parts.append(text(x_title, RIGHT, BOTTOM + 34, text_anchor="end", class_="tick"))
    parts.append(text(y_title, 4, 14, class_="tick"))
    if level is not None:
        y = at(0, level)[1]
        parts.append(element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="threshold"))
        parts.append(text(level_name, RIGHT, y - 6, text_anchor="end", class_="tick"))
    line = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in points)
    parts.append(element("polyline", points=line, class_="path s0"))
    parts += [marker(*at(*point), 0, 3.0) for point in points]
    if chosen is not None:
        parts.append(marker(*at(*chosen), 1, 7.0))
    return picture(RIGHT + 20, BOTTOM + 42, title, *parts)


def _across(y: float, value: float) -> SafeString:
    return element(
        "g",
        element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="grid"),
        text(number(value), LEFT - 8, y + 4, text_anchor="end", class_="tick"),
    )
