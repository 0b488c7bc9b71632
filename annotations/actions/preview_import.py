"""Look at a file as the import will, and store nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from annotations.actions.import_items import batches, open_pictures
from annotations.actions.sort_items import ItemSorter
from annotations.formats.columns import Role
from annotations.formats.items import ItemRow
from annotations.formats.limits import MAX_KEPT_PROBLEMS
from annotations.formats.problems import BadFile, Problem, refused_among
from annotations.formats.table import Table
from annotations.models import Dataset, ItemImport

SECONDS = 8.0
"""A page must answer. What is left of a larger file is checked while it is imported."""
FIRST_ROWS = 8
SHOWN_CHARACTERS = 300


@dataclass
class Preview:
    """What the import would do. `records` is None where the file was not read to its end."""

    added: int = 0
    unchanged: int = 0
    refused: int = 0
    checked: int = 0
    is_addition: bool = False
    surplus: int = 0
    records: int | None = None
    questions: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    first_rows: list[dict[str, Any]] = field(default_factory=list)
    new_raters: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "questions": len(self.questions),
            "first_rows": self.first_rows,
            "is_addition": self.is_addition,
            "is_whole": self.records is not None,
            "new_raters": self.new_raters,
        }


def preview(item_import: ItemImport, table: Table, seconds: float = SECONDS) -> Preview:
    """Read, sort and count as the import will, for at most so many seconds."""
    found = Preview()
    dataset = _dataset(item_import)
    found.is_addition = dataset is not None
    sorter = ItemSorter(dataset, _marks(item_import), is_preview=True)
    until = time.monotonic() + seconds
    for batch in batches(table, item_import.mapping):
        rows, problems = _with_pictures(batch.rows, table)
        result = sorter.sort(rows)
        count(found, batch.records, result.problems + problems + batch.problems)
        found.added += len(result.new)
        found.unchanged += len(result.known) + result.repeated
        found.questions |= {hash(row.question.key) for row in rows}
        for row in rows[: FIRST_ROWS - len(found.first_rows)]:
            found.first_rows.append(_shown(row))
        if time.monotonic() > until:
            return found
    found.records = found.checked
    return found


def count(found: Preview, records: int, problems: list[Problem]) -> None:
    found.checked += records
    found.refused += refused_among(problems)
    problems.sort(key=lambda problem: problem.line or 0)
    found.problems += problems[: MAX_KEPT_PROBLEMS - len(found.problems)]


def _dataset(item_import: ItemImport) -> Dataset | None:
    """The dataset that exists: the one chosen, or one of the new name."""
    if item_import.dataset:
        return item_import.dataset
    same = Dataset.objects.filter(team=item_import.team, name=item_import.dataset_name)
    return same.first()


def _marks(item_import: ItemImport) -> list[str]:
    return [column for column, role in item_import.mapping.items() if role == Role.MACHINE_MARK]


def _with_pictures(rows: list[ItemRow], table: Table) -> tuple[list[ItemRow], list[Problem]]:
    good, problems = [], []
    for row in rows:
        try:
            if row.image_names:
                open_pictures(row, table.images)
            good.append(row)
        except BadFile as error:
            problems.append(Problem(row.line, error.problem.message, error.problem.params))
    return good, problems


def _shown(row: ItemRow) -> dict[str, Any]:
    """A row as the preview shows it; long texts are cut."""
    full_mark = row.question.full_mark
    return {
        "line": row.line,
        "key": row.key,
        "source": row.source,
        "question_key": row.question.key,
        "question": row.question.text[:SHOWN_CHARACTERS],
        "full_mark": None if full_mark is None else f"{full_mark.normalize():f}",
        "points": [list(point) for point in row.question.scoring_points],
        "text": None if row.text is None else row.text[:SHOWN_CHARACTERS],
        "images": list(row.image_names),
        "groups": row.group_keys,
        "mark": row.reference_mark,
        "scores": row.scores,
    }
