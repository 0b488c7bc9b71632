"""Ratings over time as bars: counts by hour, day or week, and where to draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT = 640.0, 96.0
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
MOST_BARS = 60
GAP = 0.2  # of a bar's place
FEWEST_PLACES = 7  # so that a single bar is no wall


@dataclass(frozen=True)
class Bar:
    """`count` ratings in the unit that begins at `start`; x, y, width, height in the drawing."""

    start: datetime
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Activity:
    """`unit` is "hour", "day" or "week"; `top` the largest count."""

    unit: str
    top: int
    bars: tuple[Bar, ...]


def activity(ratings: Mapping[datetime, int]) -> Activity | None:
    """Bars from the first to the last time of `ratings` (local time → how many); None without any.

    The unit is the smallest of hour, day and week that gives at most MOST_BARS bars; of weeks
    there may be more.
    """
    if not ratings:
        return None
    first, last = min(ratings), max(ratings)
    unit = next((u for u in ("hour", "day") if _bars(u, first, last) <= MOST_BARS), "week")
    floor, step = UNITS[unit]
    counts: Counter[datetime] = Counter()
    for time, count in ratings.items():
        counts[floor(time)] += count
    starts = [floor(first) + i * step for i in range(_bars(unit, first, last))]
    top = max(counts.values())
    place = WIDTH / max(len(starts), FEWEST_PLACES)
    return Activity(
        unit, top, tuple(_bar(i, start, counts[start], top, place) for i, start in enumerate(starts))
    )


def _bar(i: int, start: datetime, count: int, top: int, place: float) -> Bar:
    height = HEIGHT * count / top
    width = place * (1 - GAP)
    return Bar(start, count, round(i * place, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2))


def _hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)


def _day(time: datetime) -> datetime:
    return _hour(time).replace(hour=0)


def _week(time: datetime) -> datetime:
    return _day(time) - timedelta(days=time.weekday())


UNITS: dict[str, tuple[Callable[[datetime], datetime], timedelta]] = {
    "hour": (_hour, HOUR),
    "day": (_day, DAY),
    "week": (_week, WEEK),
}


def _bars(unit: str, first: datetime, last: datetime) -> int:
    floor, step = UNITS[unit]
    return round((floor(last) - floor(first)) / step) + 1
