"""What every reader hands on: named columns and a stream of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from annotations.formats.limits import MAX_COLUMNS, NAME_CHARACTERS
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.wide_names import with_questions

if TYPE_CHECKING:
    from annotations.formats.archive import Archive

Rows = Iterator[Row | Problem]


@dataclass(frozen=True)
class Table:
    """A file that has been recognised.

    `format` is csv, tsv, xlsx, json, jsonl or blocks; `rows()` may be called again and
    starts from the top each time; `images` is there when the table came in a zip. `roles` are the
    columns that the format itself explains; `ratings` is a table of people's ratings that the same
    file holds.
    """

    format: str
    encoding: str
    columns: tuple[str, ...]
    rows: Callable[[], Rows]
    images: Archive | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    ratings: Table | None = None


def name_columns(cells: Iterable[str], line: int) -> tuple[str, ...]:
    """Column names from a header: trimmed, none empty, none twice.

    Raises:
        BadFile: more columns than a table of items can have.
    """
    names: list[str] = []
    seen: Counter[str] = Counter()
    given = list(cells)
    while given and not given[-1].strip():
        given.pop()
    cleaned = [" ".join(cell.strip("\ufeff").split())[:NAME_CHARACTERS] for cell in given]
    for position, cell in enumerate(with_questions(cleaned), start=1):
        name = cell or f"column {position}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    if len(names) > MAX_COLUMNS:
        raise BadFile(
            gettext_noop("The header has %(count)s columns; at most %(limit)s can be read."),
            line,
            count=len(names),
            limit=MAX_COLUMNS,
        )
    return tuple(names)


def fitted(line: int, cells: list[str], columns: tuple[str, ...]) -> Row | Problem:
    """The cells under their columns, or the problem of a row that is too long or too short."""
    width = len(columns)
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return Row(line, dict(zip(columns, cells, strict=False)))
    return Problem(
        line,
        gettext_noop("This line has %(found)s columns where the header has %(expected)s."),
        {"found": len(cells), "expected": width},
    )
