"""Coordinates of the picture of an interval that closes in on the threshold."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from grading.verdict_course import Course, Look
from grading.verdict_words import hundred, limit, span

LEFT, RIGHT, TOP, BOTTOM = 62.0, 770.0, 24.0, 300.0
CLOSE_TO_AN_END = 0.9  # of the axis: a number there would run out of the picture


@dataclass(frozen=True)
class DrawnLook:
    """One look; coordinates are strings, as SVG wants a point in every language."""

    ratings: int
    estimate: str
    low: str
    high: str
    x: str
    y: str | None
    y_low: str | None
    y_high: str | None


@dataclass(frozen=True)
class CoursePicture:
    """`band` and `path` are SVG points of the interval and of the estimate; `to_come` the places of
    planned looks that are not due yet."""

    looks: list[DrawnLook]
    band: str
    path: str
    y_threshold: str
    threshold: str
    y_word: str
    y_ticks: list[tuple[str, str]]
    x_ticks: list[tuple[str, str, str]]
    sentence: str
    label: str
    to_come: list[str]


def course_picture(course: Course, threshold: float) -> CoursePicture | None:
    """The picture of a course; None until there is an interval. threshold in [0, 1]."""
    laid = [look for look in course.looks if look.low is not None]
    if not laid:
        return None
    plan = course.stopping
    most = plan["planned"] if plan else course.looks[-1].ratings
    upper = [f"{_x(look.ratings, most)},{_y(look.high)}" for look in laid]
    lower = [f"{_x(look.ratings, most)},{_y(look.low)}" for look in reversed(laid)]
    drawn = [_drawn(look, most) for look in course.looks]
    at = TOP + (BOTTOM - TOP) * (1 - threshold)
    return CoursePicture(
        looks=drawn,
        band=" ".join(upper + lower),
        path=" ".join(f"{look.x},{look.y}" for look in drawn if look.y),
        y_threshold=f"{at:.1f}",
        threshold=limit(threshold),
        y_word=f"{at + 24 if threshold > CLOSE_TO_AN_END else at - 8:.1f}",
        y_ticks=[(_y(n / 100) or "", str(n)) for n in range(0, 101, 20)],
        x_ticks=_x_ticks(most),
        sentence=_sentence(laid[-1], threshold, bool(plan)),
        label=_label(laid, threshold, bool(plan)),
        to_come=[_x(at, most) for at in plan["schedule"] if at > plan["done"]] if plan else [],
    )


def _drawn(look: Look, most: int) -> DrawnLook:
    return DrawnLook(
        ratings=look.ratings,
        estimate=hundred(look.estimate),
        low=hundred(look.low),
        high=hundred(look.high),
        x=_x(look.ratings, most),
        y=_y(look.estimate),
        y_low=_y(look.low),
        y_high=_y(look.high),
    )


def _sentence(last: Look, threshold: float, is_items: bool) -> str:
    """Where the interval stands at the last look that has one."""
    values = {
        "ratings": last.ratings,
        "span": span({"estimate": last.estimate, "low": last.low, "high": last.high}),
        "threshold": limit(threshold),
    }
    if is_items:
        text = _("At the look after %(ratings)s items: %(span)s; threshold %(threshold)s.")
    elif last.low is not None and last.low >= threshold:
        text = _("After %(ratings)s ratings: %(span)s, wholly above the threshold of %(threshold)s.")
    elif last.high is not None and last.high < threshold:
        text = _("After %(ratings)s ratings: %(span)s, wholly below the threshold of %(threshold)s.")
    else:
        text = _("After %(ratings)s ratings: %(span)s, with the threshold of %(threshold)s within.")
    return text % values


def _label(laid: list[Look], threshold: float, is_items: bool) -> str:
    first, last = laid[0], laid[-1]
    text = _(
        "The interval after %(few)s ratings: %(low)s to %(high)s; after %(many)s: %(lower)s to "
        "%(higher)s. Threshold %(threshold)s."
    )
    if is_items:
        text = _(
            "The interval after %(few)s items: %(low)s to %(high)s; after %(many)s: %(lower)s to "
            "%(higher)s. Threshold %(threshold)s."
        )
    return text % {
        "few": first.ratings, "low": hundred(first.low), "high": hundred(first.high),
        "many": last.ratings, "lower": hundred(last.low), "higher": hundred(last.high),
        "threshold": limit(threshold),
    }  # fmt: skip


def _x_ticks(most: int) -> list[tuple[str, str, str]]:
    """(x, text, anchor) of the beginning, the middle and the end."""
    middle = [(_x(most // 2, most), str(most // 2), "middle")] if most > 1 else []
    return [(_x(0, most), "0", "start"), *middle, (_x(most, most), str(most), "end")]


def _x(ratings: int, most: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * ratings / most:.1f}"


def _y(value: float | None) -> str | None:
    return None if value is None else f"{BOTTOM - (BOTTOM - TOP) * min(1.0, max(0.0, value)):.1f}"
