"""A comparison of two candidates in words and as a picture."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.methods.scales import minus
from annotations.templatetags.agreement import p_value
from grading.methods.comparison import Comparison
from grading.methods.interval import Interval
from grading.reports.charts.intervals import Estimate, intervals
from grading.verdict_compare import Compared
from grading.verdict_reasons import word
from grading.verdict_words import candidate_name, in_a_row

REASONS = {
    "too_few_items": gettext_lazy("fewer than two pairs have been rated"),
    "incomplete": gettext_lazy("a score is missing"),
    "all_alike": gettext_lazy(
        "every pair differs by the same amount, so there is no spread to lay an interval by"
    ),
    "one_rater": gettext_lazy("one rater alone scored a side, and so cannot be told from other raters"),
}
ENDS = (5, 10, 20, 50, 100)
THESE, LIKE = 0, 1  # colours


def compare_sentence(found: Compared) -> str:
    """Which of the two is better, by the headline."""
    row = found.rows[""]
    values = {
        "a": candidate_name(found.a),
        "b": candidate_name(found.b),
        "what": found.names[""],
        "span": difference_span(row),
        "pairs": row.items,
    }
    if row.low is None:
        return _("%(a)s and %(b)s cannot be compared: %(why)s.") % {
            **values, "why": word(REASONS, row.reason),
        }  # fmt: skip
    texts = {
        "a": _(
            "%(a)s is better than %(b)s: the %(what)s differs by %(span)s points over %(pairs)s pairs."
        ),
        "b": _(
            "%(a)s is worse than %(b)s: the %(what)s differs by %(span)s points over %(pairs)s pairs."
        ),
        "": _(
            "%(a)s and %(b)s cannot be told apart: the %(what)s differs by %(span)s points over %(pairs)s pairs."
        ),
    }
    return in_a_row(texts[better(row)] % values, _others(row))


def _others(row: Comparison) -> str:
    """Whether raters like these would find so too."""
    side, like = better(row), row.like
    if like.low is None:
        text = _("Whether other raters would see it so cannot be told: %(why)s.")
        return text % {"why": word(REASONS, like.reason)} if side else ""
    if side and better(like) == side:
        text = _("It holds for raters like these too: %(span)s.")
    elif side:
        text = _("That holds for these raters alone: others may see it otherwise (raters like these: %(span)s).")
    else:
        text = _("For raters like these: %(span)s.")
    return text % {"span": like_span(row)}


def better(row: Comparison | Interval) -> str:
    """ "a", "b" or "" by an interval of the difference."""
    if row.low is None or row.high is None or row.low <= 0 <= row.high:
        return ""
    return "a" if row.low > 0 else "b"


def difference_span(row: Comparison) -> str:
    """ "+3.1 [+0.4, +5.8]" on the scale 0–100, for these raters."""
    return _span(row.difference, row.low, row.high)


def like_span(row: Comparison) -> str:
    """The same for raters like these; the dash where that cannot be told."""
    return "–" if row.like.low is None else _span(row.difference, row.like.low, row.like.high)


def _span(difference: float | None, low: float | None, high: float | None) -> str:
    if difference is None:
        return "–"
    if low is None or high is None:
        return _points(difference)
    return f"{_points(difference)} [{_points(low)}, {_points(high)}]"


def _points(difference: float) -> str:
    return minus(f"{100 * difference:+.1f}")


def compare_rows(found: Compared) -> list[dict[str, Any]]:
    """A line a criterion, the headline first."""
    return [
        {
            "name": found.names[key],
            "is_headline": not key,
            "items": row.items,
            "span": difference_span(row),
            "like": like_span(row),
            "p": p_text(row.p),
            "p_holm": p_text(row.p_holm),
            "better": _better_words(found, row),
            "reason": word(REASONS, row.reason or row.like.reason),
        }
        for key, row in found.rows.items()
    ]


def _better_words(found: Compared, row: Comparison) -> str:
    """Which one, and for whom: what the scores of these raters show is not yet so for others."""
    side = _side(row)
    if not side:
        return _("cannot be told")
    name = candidate_name(found.a if side == "a" else found.b)
    return name if better(row.like) == side else _("%(name)s, by these raters") % {"name": name}


def _side(row: Comparison) -> str:
    """Among several criteria only what survives the correction counts."""
    if row.p_holm is not None and row.p_holm > 0.05:
        return ""
    return better(row)


def p_text(p: float | None) -> str:
    return "–" if p is None else p_value(p)


def compare_picture(found: Compared) -> SafeString | None:
    """The differences around zero; None where there is no number."""
    rows = [line for key, row in found.rows.items() for line in _lines(found.names[key], row)]
    known = [abs(value) for row in rows for value in (row.value, row.low, row.high) if value is not None]
    if not known:
        return None
    end = next((end for end in ENDS if end >= max(known)), 100)
    title = _("Difference, points of 100: %(a)s less %(b)s") % {
        "a": candidate_name(found.a), "b": candidate_name(found.b),
    }  # fmt: skip
    return intervals(
        rows, title=title, low=-end, high=end, threshold=0, threshold_name=_("no difference")
    )


def _lines(name: str, row: Comparison) -> list[Estimate]:
    """A criterion's interval for these raters, and for raters like these where there is one."""
    lines = [Estimate(name, *map(_hundred, (row.difference, row.low, row.high)), THESE)]
    if row.like.low is not None:
        others = _("%(criterion)s, raters like these") % {"criterion": name}
        lines.append(
            Estimate(others, *map(_hundred, (row.difference, row.like.low, row.like.high)), LIKE)
        )
    return lines


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value
