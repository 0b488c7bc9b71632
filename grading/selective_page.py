"""What the page of selective grading shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from grading.exam_data import ExamData
from grading.exam_words import acceptance_sentence, bar_sentence, share, tolerance_sentence, why
from grading.methods.exam_guarantee import Bar
from grading.reports.blocks import Column, Figure, Table
from grading.reports.charts import curve as draw_curve
from grading.selective_data import Calibration, Point, Selective, calibration, curve, selective
from grading.verdict_words import in_a_row


@dataclass(frozen=True)
class Fact:
    """A tile: a number with its name and a note."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class SelectivePage:
    """problem: why nothing can be computed, else ""."""

    bar: str
    tolerance: str
    problem: str
    sentence: str = ""
    is_proven: bool = False
    facts: tuple[Fact, ...] = ()
    disputed: int = 0
    figure: Figure | None = None


def selective_page(
    data: ExamData, machine: str, confidence: str, bar: Bar, *, part: str, alpha: float, delta: float
) -> SelectivePage:
    found = calibration(data, machine, confidence, bar.tolerance)
    result = selective(found, bar, part=part, alpha=alpha, delta=delta)
    if result is None:
        return SelectivePage(bar_sentence(bar), tolerance_sentence(bar), why(found.problem))
    is_proven = result.acceptance.threshold is not None
    return SelectivePage(
        bar_sentence(bar),
        tolerance_sentence(bar),
        "",
        acceptance_sentence(result.acceptance),
        is_proven,
        _facts(result, bar) if is_proven else (),
        int(data.disputed.sum()),
        _figure(found, bar, part, result),
    )


def _facts(result: Selective, bar: Bar) -> tuple[Fact, ...]:
    accepted, answers = int(result.accepted.sum()), len(result.accepted)
    stand = result.standing
    numbers = {"accepted": accepted, "answers": answers}
    left, right = share(stand.low), share(stand.high)
    return (
        Fact(
            _("Accepted in the dataset"),
            share(accepted / answers if answers else None),
            _("%(accepted)s of %(answers)s answers") % numbers,
        ),
        Fact(
            _("Human markings an answer"),
            f"{result.marked.effort:.2f}",
            _("1 is one person for every answer"),
        ),
        Fact(_("Wrong marks of record"), share(stand.error), f"[{left}, {right}]"),
        Fact(
            _("The next class keeps the bar"),
            share(stand.chance_next),
            _("asked: %(assurance)s") % {"assurance": share(bar.assurance)},
        ),
    )


def _figure(found: Calibration, bar: Bar, part: str, result: Selective) -> Figure:
    points = curve(found, bar, part)
    known = [(100 * p.effort, 100 * p.error) for p in points if p.error is not None]
    title = _("Wrong marks of record against human work")
    chosen = None
    if result.acceptance.threshold is not None and result.standing.error is not None:
        chosen = (100 * result.marked.effort, 100 * result.standing.error)
    svg = draw_curve(
        known,
        title=title,
        x_title=_("human markings for 100 answers"),
        y_title=_("wrong marks of record (%)"),
        chosen=chosen,
        level=100 * bar.largest_error,
        level_name=_("what the bar asks"),
    )
    caption = _("Every point is a threshold. Where nothing is accepted one person marks each answer.")
    if chosen is not None:
        caption = in_a_row(caption, _("The square is the threshold that is proven."))
    return Figure("curve", title, svg if known else None, _table(points), caption)


def _table(points: list[Point]) -> Table:
    head = [
        Column("threshold", _("Accepted from confidence")),
        Column("coverage", _("Accepted"), "share"),
        Column("effort", _("Human markings an answer"), "number", 2),
        Column("wrong", _("Wrong among accepted"), "share"),
        Column("error", _("Wrong marks of record"), "share"),
    ]
    rows = [
        [
            _("nothing") if p.threshold is None else f"{p.threshold:.4g}",
            p.coverage, p.effort, p.wrong_accepted, p.error,
        ]
        for p in points
    ]  # fmt: skip
    return Table("curve", _("Thresholds"), head, rows)
