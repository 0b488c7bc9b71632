"""What the page of the exam guarantee shows: every way of marking against the bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from grading.exam_data import ExamData, Flags, Floats
from grading.exam_words import (
    WAYS,
    annotator_sentence,
    bar_sentence,
    hours_sentence,
    inferiority_sentence,
    left_out_sentence,
    machine_sentence,
    mcnemar_sentence,
    needed_sentence,
    p_words,
    reach_sentence,
    tolerance_sentence,
    why,
)
from grading.methods.alternative_annotator import AlternativeAnnotator, alternative_annotator_test
from grading.methods.bar_standing import Standing, standing, wrong_marks
from grading.methods.exam_guarantee import Bar, Hours, hours
from grading.methods.marking_ways import compare_ways
from grading.methods.mcnemar import McNemar, compare_wrong
from grading.methods.non_inferiority import NonInferiority, non_inferiority
from grading.methods.non_inferiority_power import power_to_show
from grading.reports.blocks import Column, Figure, Table
from grading.reports.charts import intervals
from grading.reports.charts.intervals import Estimate

MOST_FOR_POWER = 1_000  # answers; with more it is near 1 and slow to simulate
MACHINE, PERSON, TOGETHER = 0, 1, 2  # colours


@dataclass(frozen=True)
class WayRow:
    """A way of marking, named for the reader; effort: human markings an answer."""

    key: str
    name: str
    effort: float
    standing: Standing
    colour: int


@dataclass(frozen=True)
class ExamPage:
    """Sentences, the picture with its table, the evidence folded below, and the numbers behind them.

    spent: hours of the machine alone and of each way that people and machine share; power: of so many
    answers to show non-inferiority, where that stays open.
    """

    bar: str
    tolerance: str
    machine: str
    is_shown: bool
    reach: str
    needed: str
    left_out: str
    figure: Figure
    rows: list[WayRow]
    hours: str
    hours_table: Table | None
    inferiority: str
    annotator: str
    annotator_table: Table | None
    mcnemar: str
    agreement: NonInferiority
    power: float | None
    duels: AlternativeAnnotator
    mistakes: McNemar
    spent: list[tuple[WayRow, Hours]]


def exam_page(
    data: ExamData, machine: Floats, bar: Bar, machine_seconds: float, accepted: Flags | None
) -> ExamPage:
    """machine: (n,) marks of the live items; accepted: (n,) where the machine is sure, if known."""
    rows = way_rows(data, machine, bar, accepted)
    alone, people = rows[0], [(row.name, row.standing) for row in rows if row.key == "person"]
    found = non_inferiority(data.shares(machine), data.shares(data.pair))
    duels = alternative_annotator_test(machine, data.people)
    spent = _hours(data, rows, bar, machine_seconds)
    power, mistakes = _power(data, found), _mcnemar(data, machine, bar)
    return ExamPage(
        bar=bar_sentence(bar),
        tolerance=tolerance_sentence(bar),
        machine=machine_sentence(alone.standing, bar),
        is_shown=alone.standing.is_shown,
        reach=reach_sentence(people, bar),
        needed=needed_sentence(bar, alone.standing.wrong),
        left_out=left_out_sentence(int(data.disputed.sum()), int(data.unfinished.sum())),
        figure=_figure(rows, bar),
        rows=rows,
        hours=hours_sentence(spent[0][1]) if spent else _("No rating was timed."),
        hours_table=_hours_table(spent) if spent else None,
        inferiority=inferiority_sentence(found, power),
        annotator=annotator_sentence(duels),
        annotator_table=_duels_table(data, duels) if duels.duels else None,
        mcnemar=mcnemar_sentence(mistakes),
        agreement=found,
        power=power,
        duels=duels,
        mistakes=mistakes,
        spent=spent,
    )


def way_rows(data: ExamData, machine: Floats, bar: Bar, accepted: Flags | None) -> list[WayRow]:
    """The machine first, then each person, then people together, then people and machine."""
    ways = compare_ways(
        machine, data.pair, data.definitive, bar,
        accepted=accepted, paper=data.paper, weight=data.weight, step=data.step,
    )  # fmt: skip
    people = [
        WayRow(
            "person", name, 1.0, standing(data.people[:, i], data.definitive, bar, data.paper, data.weight), PERSON
        )
        for i, name in enumerate(data.names)
    ]
    shared = [
        WayRow(way.name, str(WAYS[way.name]), way.effort, way.standing, TOGETHER if "machine_" in way.name else PERSON)
        for way in ways[1:]
        if way.name != "person" and way.people in ((0, 1), (0,))
    ]
    first = ways[0]
    return [WayRow(first.name, str(WAYS[first.name]), 0.0, first.standing, MACHINE), *people, *shared]


def chance_ends(one: Standing, bar: Bar) -> tuple[float | None, float | None]:
    """The chance to keep the bar at both ends of the error's interval."""
    if one.low is None or one.high is None:
        return None, None
    return bar.chance(one.high), bar.chance(one.low)


def _figure(rows: list[WayRow], bar: Bar) -> Figure:
    title = _("Chance that the next class keeps the bar (%)")
    drawn = []
    for row in rows:
        ends = [None if end is None else 100 * end for end in chance_ends(row.standing, bar)]
        chance = row.standing.chance_next
        drawn.append(Estimate(row.name, None if chance is None else 100 * chance, *ends, row.colour))
    table = ways_table(rows, bar)
    if all(row.value is None for row in drawn):
        return Figure("ways", title, None, table)
    svg = intervals(
        drawn, title=title, low=0, high=100, threshold=100 * bar.assurance,
        threshold_name=_("asked"),
    )  # fmt: skip
    caption = _("The line is the interval that the seen error leaves open; the dashed line is what is asked.")
    return Figure("ways", title, svg, table, caption)


def ways_table(rows: list[WayRow], bar: Bar) -> Table:
    head = [
        Column("way", _("Way of marking")),
        Column("marks", _("Marks"), "count"),
        Column("wrong", _("Wrong"), "count"),
        Column("error", _("Wrong share"), "share"),
        Column("bound", _("at most (upper bound)"), "share"),
        Column("class", _("Wrong in a class"), "number", 1),
        Column("seen", _("Chance, these papers"), "share"),
        Column("next", _("Chance, next class"), "share"),
        Column("low", _("from"), "share"),
        Column("high", _("to"), "share"),
        Column("effort", _("Human markings an answer"), "number", 2),
        Column("shown", _("Shown")),
    ]
    body = []
    for row in rows:
        one, (low, high) = row.standing, chance_ends(row.standing, bar)
        said = why(one.reason) if one.reason else _("yes") if one.is_shown else _("no")
        body.append([
            row.name, one.marks, one.wrong if one.marks else None, one.error, one.bound,
            one.wrong_a_class, one.chance_seen, one.chance_next, low, high, row.effort, said,
        ])  # fmt: skip
    note = _(
        "Where the definitive mark is what people agreed on, people's own marks look better than they are. An "
        "adjudicator is taken to find the definitive mark."
    )
    return Table("ways", _("Ways of marking against the bar"), head, body, note)


def _hours(data: ExamData, rows: list[WayRow], bar: Bar, machine_seconds: float) -> list[tuple[WayRow, Hours]]:
    """Of the machine alone and of every way in which people and machine share the work."""
    if data.seconds is None:
        return []
    return [
        (
            row,
            hours(bar, data.seconds, machine_seconds=machine_seconds, human_share=row.effort),
        )
        for row in rows
        if row.key.startswith("machine")
    ]


def _hours_table(spent: list[tuple[WayRow, Hours]]) -> Table:
    head = [
        Column("way", _("Way of marking")),
        Column("machine", _("Machine (h)"), "number", 2),
        Column("beside", _("People beside it (h)"), "number", 2),
        Column("together", _("Together (h)"), "number", 2),
        Column("people", _("People alone (h)"), "number", 2),
    ]
    body = [[row.name, h.machine, h.people_beside_machine, h.together, h.people] for row, h in spent]
    return Table("hours", _("Hours a class"), head, body)


def _power(data: ExamData, found: NonInferiority) -> float | None:
    is_open = found.low is not None and not found.is_shown and not found.is_refuted
    if not is_open or found.people is None or found.items > MOST_FOR_POWER:
        return None
    levels = np.nanmedian(data.full / data.step) + 1 if np.isfinite(data.full).any() else 5
    return power_to_show(found.items, agreement=found.people, levels=int(levels)).power


def _duels_table(data: ExamData, found: AlternativeAnnotator) -> Table:
    head = [
        Column("person", _("Person")),
        Column("items", _("Answers"), "count"),
        Column("machine", _("Machine nearer or as near"), "share"),
        Column("own", _("Person nearer or as near"), "share"),
        Column("p", "p"),
        Column("said", _("Result")),
    ]
    body = [
        [name, d.items, d.machine, d.person, p_words(d.p_value), _duel_words(d.is_beaten, d.reason)]
        for name, d in zip(data.names, found.duels, strict=True)
    ]
    return Table("duels", _("Machine against each person"), head, body)


def _duel_words(is_beaten: bool, reason: str | None) -> str:
    if reason:
        return why(reason)
    return _("the machine can stand in") if is_beaten else _("not shown")


def _mcnemar(data: ExamData, machine: Floats, bar: Bar) -> McNemar:
    """Machine against the first person to mark each answer."""
    person = data.pair[:, 0]
    known = np.isfinite(machine) & np.isfinite(person) & np.isfinite(data.definitive)
    truth = data.definitive[known]
    return compare_wrong(
        wrong_marks(machine[known], truth, bar.tolerance),
        wrong_marks(person[known], truth, bar.tolerance),
    )
