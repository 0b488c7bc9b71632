"""The rows of a training set in its file, one line of canonical JSON each.

    {"question": {"key", "text", "reference", "scoring_points": [{"text", "marks"}], "full_mark",
    "marks": [all that can be given]}, "answer", "mark", "student", "group", "weight",
    "split": "train" | "validation" | "test", "item": key of the item, "" where there is none}
    and from a campaign whose rubric has several criteria "criteria": [{"name", "weight", "points"}]
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.paths import VAR
from grading.backends.papers import Question
from grading.models import TrainingSet

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)
Row = dict[str, Any]


class DamagedSet(RuntimeError):
    """The file is not the one that was stored."""


def path_of(digest: str) -> Path:
    return VAR / "training" / f"{digest}.jsonl"


def line_of(row: Row) -> bytes:
    """Canonical: equal rows give equal bytes, whatever they were read from."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def rows_of(training_set: TrainingSet, *splits: str) -> Iterator[Row]:
    """The rows of these splits, of all where none is named, in the order of the file.

    Raises:
        DamagedSet: at the end, where the content does not have the digest; OSError without a file.
    """
    found = hashlib.sha256()
    # In canonical JSON a quote inside a text has a backslash before it: only the field itself is found.
    wanted = [f'"split":"{split}"'.encode() for split in splits]
    with path_of(training_set.digest).open("rb") as file:
        for line in file:
            found.update(line)
            if not wanted or any(map(line.__contains__, wanted)):
                yield json.loads(line)
    if found.hexdigest() != training_set.digest:
        raise DamagedSet(training_set.digest)


def require_whole(training_set: TrainingSet) -> None:
    """Before rows are handed on as they are read: afterwards it is too late to say so. Raises as `rows_of`."""
    with path_of(training_set.digest).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != training_set.digest:
            raise DamagedSet(training_set.digest)


def question_of(asked: Row) -> Question:
    return Question(
        key=asked["key"],
        marks=tuple(float(mark) for mark in asked["marks"]),
        text=asked["text"],
        reference=asked["reference"],
        scoring_points=tuple(point["text"] for point in asked["scoring_points"]),
        point_marks=tuple(float(point["marks"]) for point in asked["scoring_points"]),
    )
