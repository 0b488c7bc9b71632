"""What a judge's checks showed, in a sentence each."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.methods.scales import minus
from annotations.templatetags.figures import as_percent
from grading.methods.interval import Interval
from grading.methods.judge_bias import Order, Shift


def beside_people(shift: Shift, likeness: Interval, length: Interval) -> str:
    parts = [
        ngettext(
            "On %(n)d item that people have scored as well, the judge’s score differs from theirs by %(points)s "
            "points of 100.",
            "On %(n)d items that people have scored as well, the judge’s scores differ from theirs by %(points)s "
            "points of 100 on average.",
            shift.n,
        )
        % {"n": shift.n, "points": _points(shift.mean)},
        _(
            "The correlation of both (Spearman) is %(value)s; that of what the judge gives more with the length of "
            "the response is %(length)s, where 0 is fair."
        )
        % {"value": _correlation(likeness), "length": _correlation(length)},
    ]
    return _("%(first)s %(second)s") % {"first": parts[0], "second": parts[1]}


def again(shift: Shift) -> str:
    return _(
        "Asked the same once more, the judge gives %(same)d of %(n)d items the very same score; all in all, scores "
        "move by %(size)s points of 100 on average."
    ) % {"same": shift.same, "n": shift.n, "size": f"{100 * (shift.size or 0):.1f}"}


def padded(shift: Shift) -> str:
    return _(
        "With sentences added that say nothing, the scores of %(n)d responses change by %(points)s points of 100 on "
        "average."
    ) % {"n": shift.n, "points": _points(shift.mean)}


def order(found: Order) -> str:
    return _(
        "Of %(n)d pairs shown in both orders, the preference changes with the order in %(changed)s; in %(first)d it "
        "goes to what stands first both times, in %(second)d to what stands second."
    ) % {
        "n": found.n, "changed": _share(found.share), "first": found.for_first,
        "second": found.for_second,
    }  # fmt: skip


def _points(mean: Interval) -> str:
    """A difference of composites on 0–100: +3.2 [1.0, 5.4]."""
    if mean.estimate is None:
        return "–"
    value = minus(f"{100 * mean.estimate:+.1f}")
    return f"{value} {_ends(mean, 100, 1)}".strip()


def _correlation(found: Interval) -> str:
    if found.estimate is None:
        return _("undefined")
    return f"{minus(f'{found.estimate:.2f}')} {_ends(found, 1, 2)}"


def _ends(found: Interval, scale: float, digits: int) -> str:
    """[low, high], or nothing where they are not known."""
    if found.low is None or found.high is None:
        return ""
    low, high = (minus(f"{scale * end:.{digits}f}") for end in (found.low, found.high))
    return f"[{low}, {high}]"


def _share(share: Interval) -> str:
    """A share with its interval: 20 % [8 %, 42 %]."""
    one, low, high = (
        as_percent(f"{100 * (part or 0):.0f}") for part in (share.estimate, share.low, share.high)
    )
    return f"{one} [{low}, {high}]"
