"""The facts of a training set as a page shows them: the splits, the leaks, the marks of each question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from annotations.formats.problems import Problem, shown
from grading.backends.papers import MOST_LEARNT
from grading.models import SplitBy, TrainingSet
from grading.reports.blocks import Column, Figure, Table
from grading.reports.charts.stacks import stacks
from grading.training_facts import drawn_from
from grading.training_left_out import Reason
from grading.training_rows import SPLITS, TEST, TRAIN, VALIDATION

DRAWN = 12
"""Questions in the picture; the table behind it has all."""
BANDS = 11
SPLIT_NAMES = {
    TRAIN: gettext_lazy("to learn from"),
    VALIDATION: gettext_lazy("to tune on"),
    TEST: gettext_lazy("to test on"),
}

DRAWN_EVENLY = gettext_noop(
    "Question “%(question)s”: of its %(all)s answers to learn from, the classical grader learns %(most)s, drawn "
    "evenly, of each mark its share. An encoder or a generator learns all."
)

Marks = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class TrainingPage:
    """`splits`: name, answers, share of all. `left_out`: reason and its words with how many. `sets`: what was learnt together, as
    TrainingSet.facts. `is_tight`: nothing leaks from one split to another."""

    answers: int
    questions: int
    students: int
    splits: list[tuple[str, int, float]]
    leak: str
    is_tight: bool
    copied: str
    left_out: list[tuple[str, str]]
    sets: list[dict[str, Any]]
    warnings: list[Problem]
    figure: Figure | None


def training_page(facts: Mapping[str, Any], split_by: str) -> TrainingPage:
    """`facts` as TrainingSet.facts has them."""
    splits = facts["splits"]
    answers = sum(splits.values())
    return TrainingPage(
        answers=answers,
        questions=len(facts["questions"]),
        students=facts["students"],
        splits=[(str(SPLIT_NAMES[s]), splits[s], splits[s] / max(1, answers)) for s in SPLITS],
        leak=_leak(facts, split_by),
        is_tight=not any(_leaks(facts, split_by).values()) and not _is_open(facts, split_by),
        copied=_copied(facts),
        left_out=_left_out(facts["left_out"]),
        sets=_sets(facts.get("sets", [])),
        warnings=[*(Problem.from_data(data) for data in facts["warnings"]), *_drawn(facts)],
        figure=_figure(facts["questions"]) if answers else None,
    )


def _sets(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """With `is_there`: one that was deleted since is named only."""
    numbers = [one["number"] for one in told if one["number"]]
    there = set(TrainingSet.objects.filter(pk__in=numbers).values_list("pk", flat=True)) if numbers else set()
    return [{**one, "is_there": one["number"] in there} for one in told]


def _leaks(facts: Mapping[str, Any], split_by: str) -> dict[str, int]:
    """Of what is to stay together: how many stand in two splits."""
    ties = {SplitBy.STUDENT: ["students"], SplitBy.QUESTION: ["questions"], SplitBy.BOTH: ["students", "questions"]}
    return {tie: facts["leaks"][tie] for tie in ties[SplitBy(split_by)]}


def _is_open(facts: Mapping[str, Any], split_by: str) -> bool:
    """Some answers do not say whose they are."""
    return split_by != SplitBy.QUESTION and bool(facts["nameless"])


def _leak(facts: Mapping[str, Any], split_by: str) -> str:
    leaks = _leaks(facts, split_by)
    if count := leaks.get("questions"):
        return ngettext("%(count)s question stands in two splits.", "%(count)s questions stand in two splits.", count) % {"count": count}
    if count := leaks.get("students"):
        return ngettext("%(count)s student stands in two splits.", "%(count)s students stand in two splits.", count) % {"count": count}
    if _is_open(facts, split_by) and facts["students"]:
        return _("No student that is named stands in two splits.")
    if _is_open(facts, split_by):
        return _("It cannot be checked whether a student stands in two splits: the answers do not say whose they are.")
    if split_by == SplitBy.BOTH:
        return _("No student and no question stands in two splits.")
    return _("No question stands in two splits.") if split_by == SplitBy.QUESTION else _("No student stands in two splits.")


def _copied(facts: Mapping[str, Any]) -> str:
    count, tested = facts["leaks"]["copied"], facts["splits"][TEST]
    if not count:
        return ""
    return _(
        "Of the %(tested)s answers to test on, %(count)s can be found word for word among those to learn from. "
        "Short answers come alike by themselves; on answers in new words expect less."
    ) % {"count": count, "tested": tested}


def _drawn(facts: Mapping[str, Any]) -> list[Problem]:
    """Told when the page is shown: the limit is that of the grader, not of the set."""
    return [
        Problem(None, DRAWN_EVENLY, {"question": shown(key), "all": count, "most": MOST_LEARNT}, is_warning=True)
        for key, count in drawn_from(facts)
    ]


def _left_out(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    known = [(name, Reason(name).label, count) for name, count in counts.items() if count and name in Reason.values]
    return [(name, _("%(what)s: %(count)s") % {"what": what, "count": count}) for name, what, count in known]


def _figure(questions: Sequence[Mapping[str, Any]]) -> Figure:
    names = [str(SPLIT_NAMES[split]) for split in SPLITS]
    groups = [(_title(one), _bars(one["marks"])) for one in questions[:DRAWN]]
    title = _("Marks by question and split")
    caption = "" if len(questions) <= DRAWN else _("The first %(count)s questions; the table has all.") % {"count": DRAWN}
    return Figure("marks", title, stacks(groups, names, title=title), _table(questions), caption)


def _title(asked: Mapping[str, Any]) -> str:
    key, text = asked["key"], " ".join(asked["text"].split())
    return _("Question %(key)s") % {"key": key} if text in ("", key) else f"{key} · {text}"


def _bars(marks: Marks) -> list[tuple[str, list[int]]]:
    """A bar a mark; of a fine scale a bar a band of marks."""
    names = list(marks)
    size = -(-len(names) // BANDS)
    bands = [names[start : start + size] for start in range(0, len(names), size)]
    return [
        (band[0] if size == 1 else f"{band[0]}–{band[-1]}", [sum(marks[m][s] for m in band) for s in SPLITS])
        for band in bands
    ]


def _table(questions: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        Column("question", _("Question")),
        Column("mark", _("Mark"), "mark"),
        *(Column(split, str(SPLIT_NAMES[split]), "count") for split in SPLITS),
    ]
    rows = [
        [one["key"], float(mark), *(counts[split] for split in SPLITS)]
        for one in questions
        for mark, counts in one["marks"].items()
        if any(counts.values())
    ]
    return Table("marks", _("Marks by question and split"), columns, rows)
