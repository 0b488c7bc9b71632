"""Marked answers on their way into a training set: from a file, a dataset or a campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from annotations.actions.import_items import BATCH, batches
from annotations.actions.place_questions import Questions
from annotations.formats.items import ItemRow
from annotations.formats.problems import Problem, Refused, Row
from annotations.formats.table import Rows, Table
from annotations.formats.wide_columns import is_wide
from annotations.formats.wide_rows import wide_rows
from annotations.models import Campaign, Dataset, Item, Question
from grading.reports.marks import class_of
from grading.training_cells import cells_of
from grading.training_marks import Passed, Taken, marks_taken


class Example(NamedTuple):
    """One answer. `mark` None: nobody has marked it. `line` of the file, None elsewhere. `criteria`: what people
    gave on each, where a rubric has several (training_criteria.py). `origin`: digest of the training set it stood in.
    `passed`: why a campaign has no mark to learn for it."""

    question: Question
    answer: str
    mark: float | None
    student: str
    group: str
    item: str
    weight: float = 1.0
    line: int | None = None
    criteria: tuple[dict[str, Any], ...] = ()
    origin: str = ""
    passed: Passed | None = None


class Unread(NamedTuple):
    """A line of a file that holds no answer to learn from, with what its cells say as far as it can be told."""

    problem: Problem
    question: str = ""
    student: str = ""
    answer: str = ""
    mark: str = ""
    item: str = ""


class Told(NamedTuple):
    """Said of sets that are learnt together (training_join.py). With `left_out` an answer is not taken: "differing",
    since its question is another one there; "outvoted", since what comes first gives it another mark."""

    problem: Problem
    left_out: str = ""
    example: Example | None = None


Examples = Iterator[Example | Problem | Unread | Told]


@dataclass
class _Remembered:
    """The rows of a table with the cells of those that were read last, for what is said of their lines: problems
    come with the batch that they are in."""

    table: Table
    cells: dict[int, dict[str, str]] = field(default_factory=dict)
    earlier: dict[int, dict[str, str]] = field(default_factory=dict)

    def rows(self) -> Rows:
        for row in self.table.rows():
            if isinstance(row, Row):
                if len(self.cells) >= BATCH:
                    self.earlier, self.cells = self.cells, {}
                self.cells[row.line] = row.values
            yield row

    def unread(self, problem: Problem, mapping: Mapping[str, str]) -> Unread:
        line = problem.line or 0
        cells = self.cells.get(line) or self.earlier.get(line) or {}
        return Unread(problem, **cells_of(cells, mapping, problem))


def of_file(table: Table, mapping: Mapping[str, str]) -> Examples:
    """Of every row; a question is complete when the last row has been read."""
    questions = Questions(None, is_preview=True)
    remembered = _Remembered(table)
    table = replace(table, rows=remembered.rows)
    for row in wide_rows(table, mapping) if is_wide(mapping) else _rows(table, mapping):
        if isinstance(row, Problem):
            yield row if row.is_warning else remembered.unread(row, mapping)
            continue
        try:
            question = questions.place(row.question)
        except Refused as refusal:
            problem = Problem(row.line, refusal.message, refusal.params)
            mark = "" if row.reference_mark is None else f"{row.reference_mark:g}"
            yield Unread(problem, row.question.key, row.source, row.text or "", mark, row.key)
        else:
            yield _of_row(row, question)


def _rows(table: Table, mapping: Mapping[str, str]) -> Iterator[ItemRow | Problem]:
    for batch in batches(table, dict(mapping)):
        yield from batch.problems
        yield from batch.rows


def _of_row(row: ItemRow, question: Question) -> Example:
    group = group_of(row.group_keys, row.question.school_subject)
    return Example(
        question, row.text or "", row.reference_mark, row.source, group, row.key, line=row.line
    )


def of_dataset(dataset: Dataset) -> Examples:
    """Past marks."""
    for item in _items(dataset):
        yield _of_item(item, item.reference_mark)


def of_campaign(campaign: Campaign, taken: str) -> Examples:
    """Marks of record; `taken` says which (MarksTaken)."""
    marks = marks_taken(campaign, taken)
    for item in _items(campaign.dataset):
        found = marks.get(item.pk, Passed())
        if isinstance(found, Taken):
            yield _of_item(item, found.mark, found.weight, found.criteria)
        else:
            yield _of_item(item, None)._replace(passed=found)


def _items(dataset: Dataset) -> Iterator[Item]:
    """Each question is one object, as it is in a file."""
    questions = {question.pk: question for question in dataset.questions.all()}
    rows = Item.objects.filter(dataset=dataset).order_by("position", "pk")
    for item in rows.iterator(chunk_size=2000):
        item.question = questions[item.question_id]
        yield item


def _of_item(
    item: Item, mark: float | None, weight: float = 1.0, criteria: tuple[dict[str, Any], ...] = ()
) -> Example:
    group = group_of(item.group_keys, item.question.school_subject)
    return Example(
        item.question, item.text, mark, item.source, group, item.key, weight, criteria=criteria
    )


def group_of(groups: Mapping[str, str], subject: str) -> str:
    """The class, else the first other group; the school subject, which is stored among them, is none."""
    others = [str(value) for _name, value in sorted(groups.items()) if str(value) != subject]
    return class_of(groups) or (others[0] if others else "")
