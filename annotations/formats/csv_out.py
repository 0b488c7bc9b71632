"""CSV for spreadsheets: streamed, with a byte order mark, and inert."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

FORMULA = re.compile(r"^[\s]*[=+\-@]|^[\t\r]")
NUMBER = re.compile(r"^\s*[-+]?\d+(\.\d+)?\s*$")


class _Echo:
    def write(self, text: str) -> str:
        return text


def inert(value: object) -> object:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it.

    Numbers stay as they are; None is empty.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if FORMULA.match(value) and not NUMBER.match(value) else value


def csv_lines(head: list[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a file, the first with the mark that makes Excel read UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([inert(name) for name in head])
    for row in rows:
        yield writer.writerow([inert(value) for value in row])
