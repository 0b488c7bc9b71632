"""Intervals of held-out figures as pages say them: in brackets, what they speak for, and why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.methods.grader_measures import Paired
from grading.methods.resampled_students import FEWEST
from grading.reports.blocks import Cell, ranged
from grading.verdict_words import in_a_row
from grading.version_intervals import Intervals

SIGNIFICANT = 0.05


def with_interval(value: float | None, key: str, intervals: Intervals | None) -> Cell:
    """The figure of that key as a table shows it."""
    ends = (intervals or {}).get(key)
    return value if value is None or ends is None else ranged(value, ends)


def interval_note(intervals: Intervals | None) -> str:
    """What the brackets speak for, or why there are none."""
    if intervals is None:
        return _("There are no intervals: what it said of these answers is no longer there.")
    is_by_student, count = intervals["by"] == "student", intervals["units"]
    if count >= FEWEST:
        return speaks_for(is_by_student)
    if is_by_student:
        told = ngettext(
            "There are no intervals: these are the answers of %(count)s student, which says too little of others.",
            "There are no intervals: these are the answers of only %(count)s students, which says too little of others.",
            count,
        )
    else:
        told = ngettext(
            "There are no intervals: %(count)s answer says too little of others.",
            "There are no intervals: %(count)s answers say too little of others.",
            count,
        )
    return told % {"count": count}


def speaks_for(is_by_student: bool) -> str:
    if is_by_student:
        return _("In brackets: intervals at 95 per cent. They speak for other students of the same kind on the same questions.")
    return _(
        "In brackets: intervals at 95 per cent. They speak for other answers of the same kind to the same questions; "
        "whose the answers are is not known."
    )


def shared_note(found: Sequence[Intervals | None]) -> str:
    """Beneath several versions: what their brackets speak for; without any, why the first has none."""
    known = [one for one in found if one and one["units"] >= FEWEST]
    if not known:
        return interval_note(found[0]) if found else ""
    others = _("Without brackets: tested on too few students, or their answers are no longer there.")
    return in_a_row(interval_note(known[0]), others if len(known) < len(found) else "")


def chance_words(found: Paired, is_by_student: bool) -> str:
    """Whether the difference of two versions may be chance alone, by its intervals."""
    if found.units < FEWEST:
        return _few_words(found.units, is_by_student)
    if found.p is None and found.qwk in (0, None):
        return _("They do not differ.")
    return in_a_row(_exact_words(found), _kappa_words(found))


def _exact_words(found: Paired) -> str:
    """Of few answers the interval claims too soon what McNemar's exact test does not."""
    if not _is_clear(found.accuracy_low, found.accuracy_high):
        return _("The difference in exact marks may be chance alone: its interval contains 0.")
    if found.p is None or found.p >= SIGNIFICANT:
        return _("The difference in exact marks may be chance alone: McNemar's test does not tell it from 0.")
    return _("The difference in exact marks is more than chance: its interval leaves 0 out.")


def _kappa_words(found: Paired) -> str:
    """ "" where QWK has no interval."""
    if found.qwk_low is None:
        return ""
    if _is_clear(found.qwk_low, found.qwk_high):
        return _("The difference in QWK is more than chance: its interval leaves 0 out.")
    return _("The difference in QWK may be chance alone: its interval contains 0.")


def _few_words(count: int, is_by_student: bool) -> str:
    if is_by_student:
        told = ngettext(
            "Whether that is chance cannot be told from the answers of %(count)s student.",
            "Whether that is chance cannot be told from the answers of %(count)s students.",
            count,
        )
    else:
        told = ngettext(
            "Whether that is chance cannot be told from %(count)s answer.",
            "Whether that is chance cannot be told from %(count)s answers.",
            count,
        )
    return told % {"count": count}


def _is_clear(low: float | None, high: float | None) -> bool:
    """Whether the interval leaves 0 out."""
    return low is not None and high is not None and (low > 0 or high < 0)
