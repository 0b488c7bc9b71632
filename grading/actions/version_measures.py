"""What a new version is worth on rows that it has not learnt from, beside what it is held against."""

from __future__ import annotations

from typing import Any

import numpy as np

from grading.actions.grader_baselines import Told
from grading.backends.papers import Floats
from grading.backends.trained import Calibration, TrainedGrader
from grading.grader_data import Part, step_of
from grading.methods.grader_measures import Figures, figures
from grading.version_intervals import rows_with_units, told_intervals


def told_by(name: str, trained: TrainedGrader, held: Part) -> Told:
    """Row by row: what it cannot mark keeps its place, without a mark and without a confidence (NaN)."""
    found = trained.grade(held.papers, with_neighbours=False)
    sure = np.array([one.confidence if one else np.nan for one in found], dtype=float)
    return Told(name, [one.mark if one else None for one in found], sure)


def measures_of(
    held: Part, told: list[Told], calibration: Calibration, record: dict[str, Any]
) -> dict[str, Any]:
    """As ModelVersion.measures has them; `told` begins with the version itself."""
    full = {paper.question.key: paper.question.marks[-1] or 1.0 for paper in held.papers}
    intervals = told_intervals(held_out_rows(held, told), full)
    return {
        "held_out": {one.name: _figures(held, one).to_json() | {"intervals": intervals[one.name]} for one in told},
        "by_question": _by_question(held, told[0]),
        "training": record,
        "calibration": {
            "temperature": calibration.temperature, "is_isotonic": bool(calibration.starts),
            "mark": calibration.mark,
        },
    }  # fmt: skip


def held_out_rows(held: Part, told: list[Told]) -> dict[str, Any]:
    """What every grader said of every row, so that any two versions can be compared later."""
    return {
        "rows": held.names,
        **rows_with_units(held.students),
        "questions": [paper.question.key for paper in held.papers],
        "right": [paper.mark for paper in held.papers],
        "marks": {one.name: one.marks for one in told},
        "confidence": _without_nan(told[0].confidence),
    }


def _without_nan(confidence: Floats | None) -> list[float | None] | None:
    """JSON knows no NaN."""
    if confidence is None:
        return None
    return [None if np.isnan(one) else float(one) for one in confidence]


def _figures(held: Part, told: Told) -> Figures:
    places = [i for i, mark in enumerate(told.marks) if mark is not None]
    papers = [held.papers[i] for i in places]
    return figures(
        [told.marks[i] for i in places],  # type: ignore[misc]
        [paper.mark for paper in papers],  # type: ignore[misc]
        [paper.question.key for paper in papers],
        [step_of(paper.question) for paper in papers],
        None if told.confidence is None else told.confidence[places],
        [paper.question.marks[-1] or 1.0 for paper in papers],
    )


def _by_question(held: Part, told: Told) -> list[dict[str, Any]]:
    """Of the questions of which it has marked any answer."""
    keys = [paper.question.key for paper in held.papers]
    marked = [key for key, mark in zip(keys, told.marks, strict=True) if mark is not None]
    found = []
    for key in dict.fromkeys(marked):
        one = Told("this", [told.marks[i] for i, asked in enumerate(keys) if asked == key], None)
        found.append({"question": key, **_figures(held.of({key}), one).to_json()})
    return found
