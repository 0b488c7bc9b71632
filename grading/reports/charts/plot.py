"""Two axes with lines between them, as wide as their place: text and points keep their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from grading.reports.charts.svg import (
    element,
    fluid_picture,
    marker,
    nice_ticks,
    number,
    percent,
    text,
)

LEFT, WIDTH = 52.0, "84%"  # of the lines within the picture
BELOW = 42.0  # px for the ticks and the title of the lower axis
MOST_POINTS = 40  # drawn of a line
Pair = tuple[float, float]


@dataclass(frozen=True)
class Plot:
    """x from 0 to `x_high`, y from `low` to `high`, drawn between `top` and `bottom` (px)."""

    x_high: float
    low: float
    high: float
    top: float
    bottom: float

    def x(self, value: float) -> str:
        return percent(value / self.x_high)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)

    def line(self, points: Sequence[Pair], css: str) -> SafeString:
        """Stretched to the width, but not in its strength."""
        drawn = " ".join(f"{100 * x / self.x_high:.2f},{self.y(y):.1f}" for x, y in points)
        path = element("polyline", points=drawn, vector_effect="non-scaling-stroke", class_=f"path {css}")
        box = f"0 0 100 {self.bottom:g}"
        return element(
            "svg", path, width="100%", height=self.bottom, viewBox=box, preserveAspectRatio="none", overflow="visible"
        )

    def markers(self, points: Sequence[Pair], index: int, size: float) -> list[SafeString]:
        some = points[:: max(1, math.ceil(len(points) / MOST_POINTS))]
        return [self._placed(marker(0, 0, index, size), self.x(x), self.y(y)) for x, y in some]

    def legend(self, names: Sequence[tuple[str, int]]) -> list[SafeString]:
        """Two in a row, above `top`; each with the index of its colour."""
        return [
            self._placed(
                element("g", marker(6, 0, index), text(name, 16, 4, class_="tick")),
                percent(0.5 * (i % 2)),
                legend_height(i + 1) - 20,
            )
            for i, (name, index) in enumerate(names)
        ]

    def picture(self, title: str, x_title: str, x_ticks: Sequence[tuple[float, str]], *parts: SafeString) -> SafeString:
        across = [self._across(value) for value in nice_ticks(self.low, self.high, 4)]
        along = [
            text(name, self.x(value), self.bottom + 16, text_anchor="middle", class_="tick") for value, name in x_ticks
        ]
        along.append(text(x_title, "100%", self.bottom + 34, text_anchor="end", class_="tick"))
        inner = element("svg", *across, *along, *parts, x=LEFT, width=WIDTH, overflow="visible")
        return fluid_picture(self.bottom + BELOW, title, inner, kind="chart-plot")

    def _across(self, value: float) -> SafeString:
        y = self.y(value)
        return element(
            "g",
            element("line", x1=0, x2="100%", y1=y, y2=y, class_="grid"),
            text(number(value), -8, y + 4, text_anchor="end", class_="tick"),
        )

    @staticmethod
    def _placed(part: SafeString, x: str, y: float) -> SafeString:
        return element("svg", part, x=x, y=y, overflow="visible")


def legend_height(names: int) -> float:
    """px that so many names take above the lines."""
    return 14.0 + 20.0 * math.ceil(names / 2)
