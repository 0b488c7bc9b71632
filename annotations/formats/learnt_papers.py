"""Rows of Concord's own training sets, so that several can be put into one file and be learnt together:
{"question": {"key", "text", "full_mark", "marks": [0, 1, …], …}, "answer", "mark", "student", …}."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

from annotations.formats.shapes import Entry, Shape, Told, number, part


def _fits(entry: Entry) -> bool:
    asked = part(entry, "question")
    return "answer" in entry and "mark" in entry and "full_mark" in asked and isinstance(asked.get("marks"), list)


def _items(entry: Entry) -> Iterator[Told]:
    """How it was divided and weighed is left out: that is done anew."""
    asked = part(entry, "question")
    values = {
        "item": entry.get("item"), "question number": asked.get("key"), "question": asked.get("text"),
        "reference": asked.get("reference"), "full mark": asked.get("full_mark"), "step": _step(asked),
        "scoring points": json.dumps(asked.get("scoring_points") or [], ensure_ascii=False),
        "student": entry.get("student"), "group": entry.get("group"),
        "answer": entry.get("answer"), "past mark": entry.get("mark"),
    }  # fmt: skip
    yield Told(values, {})


def _step(asked: Entry) -> float:
    """The smallest distance of two of its marks."""
    found = asked.get("marks")
    marks = sorted({n for n in map(number, found) if n is not None}) if isinstance(found, list) else []
    return min((high - low for low, high in pairwise(marks)), default=1)


LEARNT_PAPERS = Shape("training set", _fits, _items)
