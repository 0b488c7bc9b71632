"""What a version said of the rows that it was held out, as its training left it beside its files."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from grading.methods.grader_measures import pooled_qwk
from grading.models import ModelVersion

SAME = 1e-9


class SureRow(NamedTuple):
    """One held-out answer: its question's key, how sure the version is of its mark, and whether it is right."""

    question: str
    confidence: float
    is_right: bool


def held_out(version: ModelVersion) -> dict[str, Any]:
    """{"rows", "questions", "right": people's marks, "marks": {"this", …}, "confidence"}, columns of one
    length, None where it has no mark to give; empty where the file is gone or was not written whole."""
    try:
        return json.loads((version.folder / "held_out.json").read_text("utf-8"))  # type: ignore[no-any-return]
    except (OSError, ValueError):
        return {"rows": [], "marks": {"this": []}, "right": [], "questions": []}


def pooled_qwks(version: ModelVersion) -> dict[str, float | None]:
    """Grader → QWK of all its held-out answers together; None of one question. Versions that were trained before
    it was stored are reckoned by what they said."""
    stored: dict[str, dict[str, Any]] = version.measures["held_out"]
    if all("pooled_qwk" in told for told in stored.values()):
        return {name: told["pooled_qwk"] for name, told in stored.items()}
    told, full = held_out(version), {}
    for asked in version.training_set.facts["questions"]:
        full[asked["key"]] = asked["full_mark"] or 1.0
    return {name: _pooled(told, told["marks"].get(name, []), full) for name in stored}


def _pooled(told: dict[str, Any], marks: list[float | None], full: dict[str, float]) -> float | None:
    """None too where an older file has columns of different lengths."""
    if len(marks) != len(told["right"]):
        return None
    rows = zip(marks, told["right"], told["questions"], strict=True)
    kept = [(mark, right, key, full[key]) for mark, right, key in rows if mark is not None and key in full]
    if not kept:
        return None
    given, right, keys, most = zip(*kept, strict=True)
    return pooled_qwk(np.array(given), np.array(right), keys, most)


def sure_rows(version: ModelVersion) -> list[SureRow]:
    """Those that the version has marked. Empty where the file of an older version has columns of different
    lengths: then it is not known which confidence is whose."""
    told = held_out(version)
    columns = (told["questions"], told.get("confidence") or [], told["marks"]["this"], told["right"])
    if len({len(column) for column in columns}) > 1:
        return []
    return [
        SureRow(question, confidence, abs(mark - right) < SAME)
        for question, confidence, mark, right in zip(*columns, strict=True)
        if mark is not None
    ]
