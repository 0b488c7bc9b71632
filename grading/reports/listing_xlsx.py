"""All rows of a list as a workbook, in pieces: a line a row, text as text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import xlsxwriter

from annotations.formats.limits import MIB
from annotations.lists import Column
from grading.reports.ratings_xlsx import write_row

NARROW, WIDE = 14, 48


def listing_workbook(
    title: str, columns: Sequence[Column], rows: Iterable[Any], wide: Sequence[str] = ()
) -> Iterator[bytes]:
    """`wide` names columns of long texts. Row after row goes to a temporary file, so that memory does not grow."""
    with tempfile.TemporaryFile() as file:
        _write(file, title, columns, rows, wide)
        file.seek(0)
        while piece := file.read(MIB):
            yield piece


def _write(
    file: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Any], wide: Sequence[str]
) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        quoted = book.add_format({"quote_prefix": True})
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.write_string(0, number, str(column.title), bold)
            sheet.set_column(number, number, WIDE if column.name in wide else NARROW)
        for number, row in enumerate(rows, start=1):
            write_row(sheet, number, [column.cell(row) for column in columns], quoted)
