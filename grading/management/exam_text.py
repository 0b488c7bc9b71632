"""What `manage.py exam` and `manage.py selective` print: the pages' numbers as data, or as lines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from annotations.methods.text_width import padded, text_width
from grading.exam_page import ExamPage, WayRow, chance_ends
from grading.exam_words import acceptance_sentence, bar_sentence, share, why
from grading.methods.bar_standing import Standing
from grading.methods.exam_guarantee import Bar, Hours
from grading.models import SelectiveGrading
from grading.selective_data import Calibration, Selective


def bar_data(bar: Bar) -> dict[str, Any]:
    return {
        **asdict(bar),
        "marks": bar.marks,
        "largest_error": bar.largest_error,
        "sentence": bar_sentence(bar),
    }


def exam_data_of(page: ExamPage, bar: Bar) -> dict[str, Any]:
    """Shares are in [0, 1], hours are of one class."""
    return {
        "bar": bar_data(bar),
        "is_shown": page.is_shown,
        "sentences": {name: text for name, text in _sentences(page).items() if text},
        "ways": [_way(row, bar) for row in page.rows],
        "non_inferiority": {**asdict(page.agreement), "power": page.power},
        "alternative_annotator": asdict(page.duels),
        "mcnemar": asdict(page.mistakes),
        "hours": [_hours(row, spent) for row, spent in page.spent],
    }


def exam_lines(page: ExamPage) -> list[str]:
    texts = _sentences(page)
    head = [texts[name] for name in ("bar", "tolerance", "machine", "reach", "needed", "left_out")]
    tail = [texts[name] for name in ("hours", "inferiority", "annotator", "mcnemar")]
    return [*filter(None, head), "", *_table(page.rows), "", *filter(None, tail)]


def selective_data_of(
    found: Calibration, result: Selective | None, bar: Bar, in_force: SelectiveGrading | None
) -> dict[str, Any]:
    """`problem` is a code with its `explanation` where the sample proves nothing."""
    shared = {"bar": bar_data(bar), "answers": len(found.frame), "in_force": _in_force(in_force)}
    if result is None:
        return {**shared, "problem": found.problem, "explanation": why(found.problem)}
    accepted, problem = int(result.accepted.sum()), result.acceptance.reason
    return {
        **shared,
        "problem": problem,
        "explanation": acceptance_sentence(result.acceptance) if problem else None,
        "sentence": acceptance_sentence(result.acceptance),
        "threshold": result.acceptance.threshold,
        "bound": result.acceptance.bound,
        "calibration": asdict(result.acceptance),
        "accepted": accepted,
        "accepted_share": accepted / len(result.accepted),
        "to_people": len(result.accepted) - accepted,
        "disputed": int(found.data.disputed.sum()),
        "effort": result.marked.effort,
        "standing": _standing(result.standing, bar),
    }


def selective_lines(data: dict[str, Any]) -> list[str]:
    lines = [data["bar"]["sentence"], data.get("sentence") or data["explanation"]]
    if data.get("threshold") is not None:
        lines.append(
            _("Accepted: %(accepted)s of %(answers)s answers; %(rest)s go to people.")
            % {"accepted": data["accepted"], "answers": data["answers"], "rest": data["to_people"]}
        )
        stand = data["standing"]
        lines.append(
            _(
                "Wrong marks of record: %(error)s; the next class keeps the bar in %(chance)s of cases."
            )
            % {"error": share(stand["error"]), "chance": share(stand["chance_next"])}
        )
    if data["in_force"]:
        lines.append(_("In force: %(machine)s, %(accepted)s marks accepted.") % data["in_force"])
    return lines


def _sentences(page: ExamPage) -> dict[str, str]:
    names = (
        "bar", "tolerance", "machine", "reach", "needed", "left_out", "hours", "inferiority",
        "annotator", "mcnemar",
    )  # fmt: skip
    return {name: str(getattr(page, name)) for name in names}


def _way(row: WayRow, bar: Bar) -> dict[str, Any]:
    return {"way": row.key, "name": row.name, "effort": row.effort, **_standing(row.standing, bar)}


def _standing(one: Standing, bar: Bar) -> dict[str, Any]:
    low, high = chance_ends(one, bar)
    return {**asdict(one), "chance_low": low, "chance_high": high}


def _hours(row: WayRow, spent: Hours) -> dict[str, Any]:
    return {
        "way": row.key,
        **asdict(spent),
        "together": spent.together,
        "is_no_slower": spent.is_no_slower,
    }


def _table(rows: list[WayRow]) -> list[str]:
    head = [
        _("Way of marking"),
        _("Marks"),
        _("Wrong"),
        _("Wrong share"),
        _("Chance, next class"),
        _("Human markings an answer"),
    ]
    body = [
        [
            row.name, str(row.standing.marks), str(row.standing.wrong) if row.standing.marks else "–",
            share(row.standing.error), share(row.standing.chance_next), f"{row.effort:.2f}",
        ]
        for row in rows
    ]  # fmt: skip
    widths = [max(text_width(line[i]) for line in (head, *body)) for i in range(len(head))]
    return [
        "  ".join(padded(cell, widths[i], to_right=i > 0) for i, cell in enumerate(line)).rstrip()
        for line in (head, *body)
    ]


def _in_force(one: SelectiveGrading | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "machine": one.machine,
        "part": one.part,
        "threshold": one.threshold,
        "accepted": one.evidence["accepted"],
        "inputs_digest": one.inputs_digest,
        "queue": one.queue.slug if one.queue else None,
    }
