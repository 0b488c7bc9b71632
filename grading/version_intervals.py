"""Intervals of a version's held-out figures: reckoned with them, or from what an older version left of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache

from grading.grader_data import row_name
from grading.held_out import held_out
from grading.methods.resampled_students import figure_intervals, units_of
from grading.models import ModelVersion
from grading.training_rows import TEST, VALIDATION, DamagedSet, rows_of

KEPT_SECONDS = 7 * 24 * 3600
Intervals = dict[str, Any]
"""As FigureIntervals, and "by": "student", or "answer" where nobody's student is known."""


def rows_with_units(students: Sequence[str]) -> dict[str, Any]:
    """The part of held_out.json that tells which answers are of one student, without saying of whom."""
    return {"units": units_of(students), "by": "student" if any(students) else "answer"}


def told_intervals(told: dict[str, Any], full: dict[str, float]) -> dict[str, Intervals]:
    """Grader → intervals, from what held_out.json holds. `full`: the full mark of each question."""
    names = [name for name, marks in told["marks"].items() if len(marks) == len(told["right"])]
    found = figure_intervals(
        [told["marks"][name] for name in names],
        told["right"],
        told["questions"],
        told["units"],
        full_marks=[full[key] for key in told["questions"]] if full.keys() >= set(told["questions"]) else None,
    )
    return {name: {**one.to_json(), "by": told["by"]} for name, one in zip(names, found, strict=True)}


def intervals_of(version: ModelVersion) -> dict[str, Intervals]:
    """Grader → intervals. Those of versions that were trained before they were stored are reckoned once in a
    while; without what such a version said there are none."""
    stored: dict[str, dict[str, Any]] = version.measures.get("held_out", {})
    if all("intervals" in told for told in stored.values()):
        return {name: told["intervals"] for name, told in stored.items()}
    try:
        made = (version.folder / "held_out.json").stat().st_mtime_ns
    except OSError:
        return {}
    key = f"version-intervals-{version.pk}-{made}"
    found: dict[str, Intervals] | None = cache.get(key)
    if found is None:
        found = told_intervals(with_units(version, held_out(version)), _full_marks(version))
        cache.set(key, found, KEPT_SECONDS)
    return found


def with_units(version: ModelVersion, told: dict[str, Any]) -> dict[str, Any]:
    """`told` of `held_out` with whose the answers are: by the rows of the training set where it does not say."""
    if "units" in told:
        return told
    names = set(told["rows"])
    try:
        rows = rows_of(version.training_set, TEST, VALIDATION) if names else ()
        students = {name: row["student"] for row in rows if (name := row_name(row)) in names}
    except (DamagedSet, OSError):
        students = {}
    return told | rows_with_units([students.get(name, "") for name in told["rows"]])


def _full_marks(version: ModelVersion) -> dict[str, float]:
    return {asked["key"]: asked["full_mark"] or 1.0 for asked in version.training_set.facts["questions"]}
