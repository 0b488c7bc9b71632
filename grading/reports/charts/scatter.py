"""Human against machine: one bubble for each pair of values, its area the number of items."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, nice_ticks, number, picture, text

SIDE, LEFT, TOP = 320.0, 52.0, 10.0
GRID = 40  # at most so many bubbles a side: a hundred thousand points stay a small picture


def scatter(
    points: Sequence[tuple[float, float]],
    *,
    title: str,
    x_title: str,
    y_title: str,
    low: float,
    high: float,
    colour: int = 0,
) -> SafeString:
    """Both axes run from `low` to `high`; the dashed diagonal is full agreement."""
    span = (high - low) or 1.0
    parts = [_axes(low, high, span), *_titles(x_title, y_title)]
    counts = Counter(
        (round((x - low) / span * GRID), round((y - low) / span * GRID)) for x, y in points
    )
    biggest = max(counts.values(), default=1)
    parts += [
        element(
            "circle", element("title", str(count)), cx=f"{LEFT + SIDE * column / GRID:.1f}",
            cy=f"{TOP + SIDE * (1 - row / GRID):.1f}", r=f"{2.5 + 9 * math.sqrt(count / biggest):.1f}",
            class_=f"bubble s{colour % 8}",
        )
        for (column, row), count in sorted(counts.items())
    ]  # fmt: skip
    return picture(LEFT + SIDE + 20, TOP + SIDE + 50, title, *parts)


def _axes(low: float, high: float, span: float) -> SafeString:
    lines = [
        element(
            "line", x1=LEFT, y1=TOP + SIDE, x2=LEFT + SIDE, y2=TOP, class_="diagonal"
        )
    ]
    for tick in nice_ticks(low, high):
        x, y = LEFT + SIDE * (tick - low) / span, TOP + SIDE * (1 - (tick - low) / span)
        lines += [
            element("line", x1=x, x2=x, y1=TOP, y2=TOP + SIDE, class_="grid"),
            element("line", x1=LEFT, x2=LEFT + SIDE, y1=y, y2=y, class_="grid"),
            text(number(tick), x, TOP + SIDE + 18, text_anchor="middle", class_="tick"),
            text(number(tick), LEFT - 8, y + 4, text_anchor="end", class_="tick"),
        ]
    return element("g", *lines)


def _titles(x_title: str, y_title: str) -> list[SafeString]:
    middle = TOP + SIDE / 2
    return [
        text(x_title, LEFT + SIDE / 2, TOP + SIDE + 40, text_anchor="middle"),
        text(y_title, 14, middle, text_anchor="middle", transform=f"rotate(-90 14 {middle:.0f})"),
    ]
