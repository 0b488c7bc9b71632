"""Horizontal bars: one number a candidate."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, label, nice_ticks, number, picture, text, text_width

Row = tuple[str, float | None, int]  # name, value, colour index
ROW = 26.0
MOST_LABEL = 170.0


def bars(rows: Sequence[Row], *, title: str, low: float, high: float, width: float = 420) -> SafeString:
    """Bars from zero (or the low end of the scale) on an axis `low`…`high`; None is a dash."""
    left = min(MOST_LABEL, max((text_width(r[0]) for r in rows), default=0)) + 12
    right = width - 52
    bottom = len(rows) * ROW + 8

    def at(value: float) -> float:
        return left + (right - left) * (min(max(value, low), high) - low) / (high - low)

    parts = [_tick(at(t), bottom, t) for t in nice_ticks(low, high, 4)]
    for i, (name, value, index) in enumerate(rows):
        y = i * ROW + 8
        parts.append(label(name, left - 8, y + 15, left - 12, text_anchor="end"))
        if value is not None:
            start, end = sorted((at(max(low, 0.0)), at(value)))
            parts.append(
                element(
                    "rect", x=start, y=y, width=max(end - start, 1.0), height=ROW - 8,
                    class_=f"bar s{index % 8}",
                )
            )  # fmt: skip
        end = at(value) if value is not None else left
        parts.append(text(number(value), end + 6, y + 15, class_="value"))
    return picture(width, bottom + 24, title, *parts)


def _tick(x: float, bottom: float, value: float) -> SafeString:
    return element(
        "g",
        element("line", x1=x, x2=x, y1=2, y2=bottom, class_="grid"),
        text(number(value), x, bottom + 16, text_anchor="middle", class_="tick"),
    )
