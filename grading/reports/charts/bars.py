"""Horizontal bars: one number a candidate."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.svg import (
    element,
    fluid_picture,
    label,
    nice_ticks,
    number,
    percent,
    text,
)

Row = tuple[str, float | None, int]  # name, value, colour index
ROW, NAME, BAR = 40.0, 14.0, 14.0  # px: a row, its name above the bar, and the bar
MOST_LABEL = 320.0  # a phone's width
LEFT, RIGHT = 0.01, 0.84  # of the width: the number stands behind the bar


def bars(rows: Sequence[Row], *, title: str, low: float, high: float) -> SafeString:
    """Bars from zero (or the low end of the scale) on an axis `low`…`high`; None is a dash."""
    bottom = len(rows) * ROW + 4

    def at(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (min(max(value, low), high) - low) / (high - low)

    parts = [_tick(at(t), bottom, t) for t in nice_ticks(low, high, 4)]
    for i, (name, value, index) in enumerate(rows):
        y = i * ROW
        parts.append(label(name, 0, y + NAME, MOST_LABEL, class_="row-name"))
        if value is not None:
            start, end = sorted((at(max(low, 0.0)), at(value)))
            parts.append(
                element(
                    "rect", x=percent(start), y=y + NAME + 6, width=percent(max(end - start, 0.003)),
                    height=BAR, class_=f"bar s{index % 8}",
                )
            )  # fmt: skip
        end = at(value) if value is not None else LEFT
        parts.append(text(number(value), percent(end), y + NAME + 18, dx=6, class_="value"))
    return fluid_picture(bottom + 24, title, *parts)


def _tick(share: float, bottom: float, value: float) -> SafeString:
    x = percent(share)
    anchor = "start" if share == LEFT else "middle"
    return element(
        "g",
        element("line", x1=x, x2=x, y1=2, y2=bottom, class_="grid"),
        text(number(value), x, bottom + 16, text_anchor=anchor, class_="tick"),
    )
