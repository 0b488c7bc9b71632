"""What is to be known of the rows of a training set: counts, leaks between the splits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from grading.backends.papers import MOST_LEARNT
from grading.methods.plain_text import plain
from grading.methods.training_split import SplitPlan
from grading.training_collect import Collected
from grading.training_left_out import Reason
from grading.training_rows import SPLITS, TEST, TRAIN, Row
from grading.training_warnings import warnings_of

SHOWN_CHARACTERS = 200


def facts_of(rows: Sequence[Row], found: Collected, plan: SplitPlan) -> dict[str, Any]:
    """As TrainingSet.facts has it."""
    facts: dict[str, Any] = {
        "questions": _questions(rows),
        "splits": {split: sum(row["split"] == split for row in rows) for split in SPLITS},
        "students": len({row["student"] for row in rows} - {""}),
        "nameless": sum(not row["student"] for row in rows),
        "leaks": leaks_of(rows),
        "contradictions": _contradictions(rows),
        "least_weight": min((row["weight"] for row in rows), default=1),
        "subjects": sorted(found.subjects - {""}),
        "left_out": {name: found.counts[name] for name in Reason.values if found.counts[name]},
    }
    if found.sets:
        taken = Counter(one.origin for one in found.examples)
        facts["sets"] = [one | {"answers": taken[one["digest"]]} for one in found.sets]
    told = warnings_of(facts, found, plan)
    return facts | {"warnings": [warning.as_data() for warning in told]}


def _questions(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """In the order of the rows, which is that of their keys."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        asked = row["question"]
        if asked["key"] not in found:
            marks = {f"{mark:g}": dict.fromkeys(SPLITS, 0) for mark in asked["marks"]}
            text = asked["text"][:SHOWN_CHARACTERS]
            found[asked["key"]] = {
                "key": asked["key"], "text": text, "full_mark": asked["full_mark"], "marks": marks,
                "is_explained": bool(asked["reference"] or asked["scoring_points"]),
            }  # fmt: skip
        found[asked["key"]]["marks"][f"{row['mark']:g}"][row["split"]] += 1
    return list(found.values())


def leaks_of(rows: Iterable[Row]) -> dict[str, int]:
    """`students` and `questions` that stand in two splits; `copied` answers of the test that were given
    word for word to the same question in what is learnt from."""
    rows = list(rows)
    given = [(row["question"]["key"], plain(row["answer"])) for row in rows]
    learnt = {one for row, one in zip(rows, given, strict=True) if row["split"] == TRAIN}
    pairs = zip(rows, given, strict=True)
    return {
        "students": _in_two((row["student"], row["split"]) for row in rows if row["student"]),
        "questions": _in_two((row["question"]["key"], row["split"]) for row in rows),
        "copied": sum(row["split"] == TEST and one in learnt for row, one in pairs),
    }


def _in_two(pairs: Iterable[tuple[Hashable, str]]) -> int:
    splits: dict[Hashable, set[str]] = defaultdict(set)
    for value, split in pairs:
        splits[value].add(split)
    return sum(len(one) > 1 for one in splits.values())


def _contradictions(rows: Iterable[Row]) -> int:
    """Answers with the words of another answer to the same question, but not its mark."""
    marks: dict[Hashable, Counter[float]] = defaultdict(Counter)
    for row in rows:
        marks[row["question"]["key"], plain(row["answer"])][row["mark"]] += 1
    return sum(one.total() for one in marks.values() if len(one) > 1)


def drawn_from(facts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Questions with more answers to learn from than the classical grader learns, and how many they have."""
    counts = {one["key"]: sum(marks[TRAIN] for marks in one["marks"].values()) for one in facts["questions"]}
    return [(key, count) for key, count in counts.items() if count > MOST_LEARNT]
