"""A learning curve: one measure over the steps, a line each for what is learnt from and what is held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from grading.reports.charts.plot import Plot, legend_height
from grading.reports.charts.svg import element, nice_ticks, number

HEIGHT = 182.0  # px


@dataclass(frozen=True)
class Line:
    """`points`: (step, value), steps ascending; `colour` as in charts.css."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: int


def learning_curve(
    lines: Sequence[Line], *, title: str, x_title: str, top: float | None = None, best: int | None = None
) -> SafeString:
    """`top`: the upper end of the axis, None fits it. `best`: the step whose weights were kept."""
    values = [y for line in lines for _x, y in line.points]
    low, high = min([0.0, *values]), top if top is not None else (max(values, default=1.0) or 1.0)
    steps = max([x for line in lines for x, _y in line.points], default=1.0) or 1.0
    above = legend_height(len(lines))
    plot = Plot(steps, low, high, above, above + HEIGHT)
    parts = []
    if best is not None:
        x = plot.x(best)
        parts.append(element("line", x1=x, x2=x, y1=plot.top, y2=plot.bottom, class_="threshold"))
    for line in lines:
        parts.append(plot.line(line.points, f"s{line.colour} dash{line.colour}"))
        parts += plot.markers(line.points, line.colour, 2.6)
    parts += plot.legend([(line.name, line.colour) for line in lines])
    ticks = [(t, number(t, 0)) for t in nice_ticks(0, steps, 5) if t == int(t)]
    return plot.picture(title, x_title, ticks, *parts)
