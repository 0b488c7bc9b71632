"""What the page on a grader in service shows: figures of now, the course of the last days, alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grading.alarm_words import alarm_sentence
from grading.models import Alarm, Feedback, Grader, MonitoredHour
from grading.reports.blocks import Figure
from grading.reports.charts import bars
from grading.reports.charts.learning import Line, learning_curve

Value = Callable[..., float | None]
SHOWN = timedelta(days=7)
DAY = 24  # hours
MOST_ALARMS = 30


def hours_of(grader: Grader) -> list[MonitoredHour]:
    """The last days, the oldest first."""
    rows = MonitoredHour.objects.filter(grader=grader, hour__gte=timezone.now() - SHOWN)
    return list(rows.order_by("hour"))


def alarms_of(grader: Grader) -> list[tuple[Alarm, str]]:
    """The newest, each in a sentence."""
    rows = Alarm.objects.filter(grader=grader).select_related("acknowledged_by")
    return [(row, alarm_sentence(row)) for row in rows.prefetch_related("notices")[:MOST_ALARMS]]


def feedback_of(grader: Grader) -> QuerySet[Feedback]:
    """What was said of its marks, the newest first."""
    rows = Feedback.objects.filter(answer__request__grader=grader)
    related = ("answer__question", "answer__item", "answer__request__version")
    return rows.select_related(*related).order_by("-created_at", "-pk")


def figures_of(hours: list[MonitoredHour]) -> dict[str, Any]:
    """The last day in sums, and the newest look at drift, confidence and audit."""
    day = [row.measures for row in hours[-DAY:]]
    looked = [one for one in day if "shares" in one]
    answers = sum(one["answers"] for one in day)
    return {
        "answers": answers,
        "share": sum(one["to_people"] for one in day) / answers if answers else None,
        "seconds": next((one["seconds"] for one in reversed(day) if one["seconds"]), None),
        "drift": looked[-1]["drift"] if looked else None,
        "confidence": looked[-1].get("confidence") if looked else None,
        "audit": looked[-1]["audit"] if looked else None,
        "groups": looked[-1].get("groups", []) if looked else [],
    }


def courses(hours: list[MonitoredHour]) -> list[Figure]:
    """Volume, people's share, seconds, the audit of the version in service last; each where there is something
    to show."""
    if len(hours) < 2:
        return []
    last = hours[-1].deployment_id
    volume = {_("Answers"): lambda row: row.measures["answers"], _("To people"): lambda row: row.measures["to_people"]}
    seconds = {
        name: lambda row, i=i: row.measures["seconds"][i] if row.measures["seconds"] else None
        for i, name in enumerate((_("half of them"), _("95 of 100")))
    }
    audit = {
        name: lambda row, i=i: _end(row.measures, i) if row.deployment_id == last else None
        for i, name in enumerate((_("estimate"), _("lower end"), _("upper end")))
    }
    drawn = (
        _course(hours, "volume", _("Answers an hour"), volume),
        _course(hours, "seconds", _("Seconds a request takes"), seconds),
        _course(hours, "audit", _("Share of right marks by the audit"), audit, 1.0),
    )
    return [course for course in drawn if course]


def mark_bars(hours: list[MonitoredHour]) -> Figure | None:
    """How the marks of the last day are distributed."""
    counts: dict[str, int] = {}
    for row in hours[-DAY:]:
        for mark, number in row.measures["marks"].items():
            counts[mark] = counts.get(mark, 0) + number
    if not counts:
        return None
    rows = [(mark, float(counts[mark]), 0) for mark in sorted(counts, key=float)]
    title = _("Marks given in the last day")
    return Figure("marks", title, bars(rows, title=title, low=0, high=float(max(counts.values()))))


def _end(measures: dict[str, Any], part: int) -> float | None:
    """0: the estimate; 1, 2: the ends of its interval."""
    audit = measures.get("audit")
    if not audit or audit["ends"] is None:
        return None
    return audit["exact"] if part == 0 else audit["ends"][part - 1]


def _course(
    hours: list[MonitoredHour], key: str, title: str, values: Mapping[str, Value], top: float | None = None
) -> Figure | None:
    """A line for each name; None where no line has two points."""
    lines = [Line(name, _points(hours, value), place) for place, (name, value) in enumerate(values.items())]
    drawn = [line for line in lines if len(line.points) > 1]
    if not drawn:
        return None
    start = date_format(timezone.localtime(hours[0].hour), "SHORT_DATETIME_FORMAT")
    since = _("hours since %(time)s") % {"time": start}
    return Figure(key, title, learning_curve(drawn, title=title, x_title=since, top=top))


def _points(hours: list[MonitoredHour], value: Value) -> list[tuple[float, float]]:
    """(hours since the first, value) of the hours that have one."""
    start = hours[0].hour
    pairs = [((row.hour - start).total_seconds() / 3600, value(row)) for row in hours]
    return [(at, float(found)) for at, found in pairs if found is not None]
