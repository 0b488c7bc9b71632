"""Lines of totals and means below a table, which are no items; lines that stand in it twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from annotations.formats.aliases import OF_ALL
from annotations.formats.columns import plain
from annotations.formats.problems import Problem, Row, shown
from annotations.formats.table import Rows

SUMS = gettext_noop("“%(value)s” is no item: the line sums up others and is left out.")

COPIES = gettext_noop("Left out, for another line says the same word for word: %(lines)s.")
SHOWN = 10


def without_sums(rows: Rows) -> Rows:
    """The rows; one whose first filled cell is a word like 总分 or mean is a warning instead."""
    for row in rows:
        first = next(filter(None, row.values.values()), "") if isinstance(row, Row) else ""
        if first and plain(first) in OF_ALL:
            yield Problem(row.line, SUMS, {"value": shown(first)}, is_warning=True)
        else:
            yield row


def without_copies(rows: Sequence[Row], notes: list[Problem]) -> Iterator[Row]:
    """The rows; one that repeats another, cell by cell, was saved twice and is left out with a note."""
    seen: set[tuple[str, ...]] = set()
    copies: list[int] = []
    for row in rows:
        cells = tuple(row.values.values())
        if cells in seen:
            copies.append(row.line)
        else:
            seen.add(cells)
            yield row
    if copies:
        more = " …" if len(copies) > SHOWN else ""
        lines = ", ".join(map(str, copies[:SHOWN])) + more
        notes.append(Problem(None, COPIES, {"lines": lines}, is_warning=True))
