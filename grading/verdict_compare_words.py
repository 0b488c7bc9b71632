"""A comparison of two candidates in words and as a picture."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.methods.comparison import Comparison
from grading.reports.charts.intervals import Estimate, intervals
from grading.verdict_compare import Compared
from grading.verdict_reasons import word
from grading.verdict_words import candidate_name

REASONS = {
    "too_few_items": gettext_lazy("fewer than two pairs have been rated"),
    "incomplete": gettext_lazy("a score is missing"),
    "all_alike": gettext_lazy(
        "every pair differs by the same amount, so there is no spread to lay an interval by"
    ),
}
ENDS = (5, 10, 20, 50, 100)


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
    return texts[better(row)] % values


def better(row: Comparison) -> str:
    """ "a", "b" or "" by the interval of the difference."""
    if row.low is None or row.high is None or row.low <= 0 <= row.high:
        return ""
    return "a" if row.low > 0 else "b"


def difference_span(row: Comparison) -> str:
    """ "+3.1 [+0.4, +5.8]" on the scale 0–100."""
    if row.difference is None:
        return "–"
    if row.low is None or row.high is None:
        return f"{100 * row.difference:+.1f}"
    return f"{100 * row.difference:+.1f} [{100 * row.low:+.1f}, {100 * row.high:+.1f}]"


def compare_rows(found: Compared) -> list[dict[str, Any]]:
    """A line a criterion, the headline first."""
    names = {"a": candidate_name(found.a), "b": candidate_name(found.b), "": _("cannot be told")}
    return [
        {
            "name": found.names[key],
            "is_headline": not key,
            "items": row.items,
            "span": difference_span(row),
            "p": p_text(row.p),
            "p_holm": p_text(row.p_holm),
            "better": names[_side(row)],
            "reason": word(REASONS, row.reason),
        }
        for key, row in found.rows.items()
    ]


def _side(row: Comparison) -> str:
    """Among several criteria only what survives the correction counts."""
    if row.p_holm is not None and row.p_holm > 0.05:
        return ""
    return better(row)


def p_text(p: float | None) -> str:
    return "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def compare_picture(found: Compared) -> SafeString | None:
    """The differences around zero; None where there is no number."""
    known = [
        abs(100 * value)
        for row in found.rows.values()
        for value in (row.difference, row.low, row.high)
        if value is not None
    ]
    if not known:
        return None
    end = next((end for end in ENDS if end >= max(known)), 100)
    rows = [
        Estimate(
            found.names[key],
            *(None if v is None else 100 * v for v in (row.difference, row.low, row.high)),
        )
        for key, row in found.rows.items()
    ]
    title = _("Difference, points of 100: %(a)s less %(b)s") % {
        "a": candidate_name(found.a), "b": candidate_name(found.b),
    }  # fmt: skip
    return intervals(
        rows, title=title, low=-end, high=end, threshold=0, threshold_name=_("no difference")
    )
