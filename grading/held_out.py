"""What a version said of the rows that it was held out, as its training left it beside its files."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from grading.models import ModelVersion

SAME = 1e-9


class SureRow(NamedTuple):
    """One held-out answer: its question's key, how sure the version is of its mark, and whether it is right."""

    question: str
    confidence: float
    is_right: bool


def held_out(version: ModelVersion) -> dict[str, Any]:
    """{"rows", "questions", "right": people's marks, "marks": {"this", …}, "confidence"}, columns of one
    length, None where it has no mark to give; empty where the files are gone."""
    try:
        return json.loads((version.folder / "held_out.json").read_text("utf-8"))  # type: ignore[no-any-return]
    except OSError:
        return {"rows": [], "marks": {"this": []}, "right": [], "questions": []}


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
