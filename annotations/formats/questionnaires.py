"""Exports of Qualtrics: below the header a line of question texts, then a line of ids in JSON."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice

from annotations.formats.problems import Row
from annotations.formats.table import Rows, Table

IDS = '{"ImportId"'


def without_question_lines(table: Table) -> Table:
    """The table from its first answer on."""
    first = [next(iter(row.values.values()), "") for row in islice(table.rows(), 3) if isinstance(row, Row)]
    if not any(cell.startswith(IDS) for cell in first):
        return table
    skipped = 1 + next(place for place, cell in enumerate(first) if cell.startswith(IDS))
    return replace(table, rows=partial(_from, table, skipped))


def _from(table: Table, skipped: int) -> Rows:
    return islice(table.rows(), skipped, None)
