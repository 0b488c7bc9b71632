"""XLSX, read row by row."""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext_noop
from openpyxl.utils.exceptions import InvalidFileException

from annotations.formats.limits import MAX_CELL_CHARACTERS
from annotations.formats.problems import BadFile, Problem
from annotations.formats.table import Rows, Table, fitted, name_columns

BROKEN_FILE = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, AssertionError, OSError, EOFError, SyntaxError, InvalidFileException,
)  # fmt: skip
"""What openpyxl raises, depending on which part of a damaged workbook it meets first. Broken XML
is a SyntaxError with either of its parsers."""
MAX_ROWS = 1_048_576
"""Of a sheet, by Excel's own limit. openpyxl would make up the rows before one numbered 10¹¹."""
DAMAGED = gettext_noop("The workbook is damaged and cannot be read from here on.")


def open_xlsx(file: BinaryIO) -> Table:
    """The first sheet that holds anything. Its header is the first row with two filled cells
    (a title above the table has one); cells hold what formulas last showed."""
    for worksheet in _worksheets(file):
        header = next(_filled_rows(worksheet), None)
        if isinstance(header, Problem):
            raise BadFile(header.message, header.line)
        if header:
            line, cells = header
            columns = name_columns(cells, line)
            return Table("xlsx", "", columns, partial(_rows, worksheet, columns))
    raise BadFile(gettext_noop("The workbook holds no rows."))


def _worksheets(file: BinaryIO) -> list[Any]:
    """Sheets that can be read again and again; the workbook's texts are loaded once."""
    try:
        file.seek(0)
        return openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets
    except BROKEN_FILE as error:
        raise BadFile(DAMAGED) from error


def _rows(worksheet: Any, columns: tuple[str, ...]) -> Rows:
    records = _filled_rows(worksheet)
    next(records, None)
    for record in records:
        if isinstance(record, Problem):
            yield record
            return
        line, cells = record
        cells += [""] * (len(columns) - len(cells))
        yield fitted(line, cells, columns)


def _filled_rows(worksheet: Any) -> Iterator[tuple[int, list[str]] | Problem]:
    """(row number, cells) from the header on, blank rows left out."""
    line, has_header = 0, False
    try:
        # Some writers state wrong dimensions; without any the sheet is read to its end.
        worksheet.reset_dimensions()
        is_narrow = _is_narrow(worksheet)
        records = worksheet.iter_rows(max_row=MAX_ROWS + 1, values_only=True)
        for line, values in enumerate(records, start=1):
            if line > MAX_ROWS:
                raise ValueError("row number")
            filled = sum(value is not None for value in values)
            has_header = has_header or filled >= 2 or (filled == 1 and is_narrow)
            if filled and has_header:
                yield line, [_as_text(value) for value in values]
    except BROKEN_FILE:
        yield Problem(min(line + 1, MAX_ROWS), DAMAGED)


def _is_narrow(worksheet: Any) -> bool:
    """Whether the first rows of the sheet never fill two cells: a table of one column."""
    first = worksheet.iter_rows(max_row=20, values_only=True)
    return all(sum(value is not None for value in values) < 2 for values in first)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_CELL_CHARACTERS]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
