"""A curve: one number against another, with a point marked and a level to compare with."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.plot import LEFT, Plot
from grading.reports.charts.svg import element, nice_ticks, number, text

TOP, BOTTOM = 26.0, 268.0  # px
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
    x_high = max([x for x, _y in points], default=1.0) or 1.0
    y_high = 1.1 * max([*(y for _x, y in points), level or 0.0], default=1.0) or 1.0
    plot = Plot(x_high, 0.0, y_high, TOP, BOTTOM)
    parts = [text(y_title, 4 - LEFT, 14, class_="tick")]
    if level is not None:
        y = plot.y(level)
        parts.append(element("line", x1=0, x2="100%", y1=y, y2=y, class_="threshold"))
        parts.append(text(level_name, "100%", y - 6, text_anchor="end", class_="tick"))
    parts += [plot.line(points, "s0"), *plot.markers(points, 0, 3.0)]
    if chosen is not None:
        parts += plot.markers([chosen], 1, 7.0)
    return plot.picture(title, x_title, [(t, number(t)) for t in nice_ticks(0, x_high)], *parts)
