"""Stacked bars: how many of a kind, and how they are divided."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, fluid_picture, label, percent, text

Stack = tuple[str, Sequence[int]]
LEFT, RIGHT = 0.16, 0.88  # of the width: names before the bars, sums behind them
HEAD, ROW, BAR, KEY = 34.0, 24.0, 14.0, 30.0  # px: a group's name, a bar with its room, a bar, the key
MOST_LABEL = 320.0  # a phone's width
NAME = 48.0  # px before a bar on a phone


def stacks(
    groups: Sequence[tuple[str, Sequence[Stack]]], parts: Sequence[str], *, title: str
) -> SafeString:
    """Groups of named bars, each made of `parts`; all bars on one scale that begins at 0."""
    most = max((sum(counts) for _group, bars in groups for _name, counts in bars), default=0) or 1
    drawn, y = _key(parts), KEY
    for name, bars in groups:
        drawn.append(label(name, 0, y + 20, MOST_LABEL, class_="row-name"))
        y += HEAD
        for bar in bars:
            drawn += _bar(bar, most, y)
            y += ROW
    return fluid_picture(y + 4, title, *drawn)


def _bar(bar: Stack, most: int, y: float) -> list[SafeString]:
    name, counts = bar
    at = {"text_anchor": "end", "dx": -8}
    drawn = [label(name, percent(LEFT), y + 12, NAME, class_="tick", **at)]
    start = 0
    for index, count in enumerate(counts):
        if count:
            drawn.append(_part(start, count, most, y, index))
        start += count
    end = LEFT + (RIGHT - LEFT) * start / most
    return [*drawn, text(str(start), percent(end), y + 12, dx=6, class_="tick")]


def _part(start: int, count: int, most: int, y: float, index: int) -> SafeString:
    scale = (RIGHT - LEFT) / most
    place = {"x": percent(LEFT + scale * start), "width": percent(max(scale * count, 0.002))}
    return element("rect", y=y, height=BAR, class_=f"bar s{index % 8}", **place)


def _key(parts: Sequence[str]) -> list[SafeString]:
    drawn = []
    for index, name in enumerate(parts):
        x = index / max(1, len(parts))
        drawn.append(element("rect", x=percent(x), y=4, width=12, height=12, class_=f"bar s{index % 8}"))
        drawn.append(text(name, percent(x), 15, dx=18, class_="tick"))
    return drawn
