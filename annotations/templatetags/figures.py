"""Small figures on pages: an interval on its axis, a duration in words."""

from __future__ import annotations

import re
from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

WIDTH = 200.0
DIGIT_BEFORE_CHINESE = re.compile(r"(\d)\s?(?=[\u4e00-\u9fff])")


@register.inclusion_tag("_interval.html")
def interval(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    min: float = 0.0,
    max: float = 1.0,
    threshold: float | None = None,
    label: str = "",
) -> dict[str, object]:
    """An estimate with its interval on an axis from `min` to `max`; None parts are not drawn."""

    def x(number: float | None) -> str | None:
        return None if number is None else _position(float(number), float(min), float(max))

    has_range = low is not None and high is not None
    return {
        "x_value": x(value),
        "x_low": x(low) if has_range else None,
        "x_high": x(high) if has_range else None,
        "x_threshold": x(threshold),
        "label": label or _in_words(value, low, high, threshold),
    }


def _position(number: float, low: float, high: float) -> str:
    """SVG wants a point as the decimal sign in every language, hence a string."""
    share = (number - low) / (high - low)
    return f"{WIDTH * sorted((0.0, share, 1.0))[1]:.1f}"


def _in_words(
    value: float | None, low: float | None, high: float | None, threshold: float | None
) -> str:
    if value is None:
        return _("undefined")
    words = f"{value:.3g}"
    if low is not None and high is not None:
        words += f" [{low:.3g}, {high:.3g}]"
    if threshold is not None:
        words += ", " + _("threshold %(threshold)s") % {"threshold": f"{threshold:.3g}"}
    return words


@register.filter
def as_percent(number: object) -> str:
    """A number of per cent with its sign, set as the language does: "40 %", 40%; None is a dash."""
    return "–" if number is None or number == "" else _("%(number)s %%") % {"number": number}


@register.filter
def as_share(share: float | None) -> str:
    """A share in [0, 1] as per cent with one decimal; None is a dash."""
    return as_percent(None if share is None or share == "" else f"{100 * share:.1f}")


@register.filter
def as_threshold(share: float | None) -> str:
    """A share that somebody has set, with the decimals that it has: a threshold reads alike wherever it stands."""
    return as_percent(None if share is None else f"{100 * share:.2f}".rstrip("0").rstrip("."))


@register.filter
def as_signed(share: float | None) -> str:
    """A difference of shares in percentage points with its sign: "+1.5", "−0.4"."""
    return "–" if share is None else f"{100 * share:+.1f}".replace("-", "−")


@register.filter
def with_sign(number: float | None) -> str:
    """A difference with two decimals and its sign: "+0.12", "−1.50"."""
    return "–" if number is None else f"{number:+.2f}".replace("-", "−")


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a space in English, nothing in Chinese."""
    return _("%(first)s %(second)s") % {"first": "", "second": ""}


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds in words, in the two largest units: "1 h 10 min", "3 min", "20 s"."""
    if seconds is None:
        return ""
    minutes = round(float(seconds) / 60)
    if minutes < 1:
        return _("%(number)d s") % {"number": round(float(seconds))}
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return _("%(number)d min") % {"number": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


@register.filter
def minutes(delta: timedelta) -> str:
    """A timedelta in whole minutes, at least one."""
    number = max(1, round(delta.total_seconds() / 60))
    return ngettext("%(number)d minute", "%(number)d minutes", number) % {"number": number}


@register.filter
def spaced(text: str) -> str:
    """A space between digits and Chinese, which Django's own texts leave out: "4 小时之前"."""
    return DIGIT_BEFORE_CHINESE.sub(r"\1 ", text)
