"""XLSX, read row by row."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

from django.utils.translation import gettext_noop

from annotations.formats.limits import MAX_CELL_CHARACTERS, MIB
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.table import Rows, Table, fitted, name_columns

BROKEN_FILE = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, AssertionError, OSError, EOFError, SyntaxError,
)  # fmt: skip
"""What openpyxl raises, depending on which part of a damaged workbook it meets first. Broken XML
is a SyntaxError with either of its parsers."""
MAX_ROWS = 1_048_576
"""Of a sheet, by Excel's own limit. openpyxl would make up the rows before one numbered 10¹¹."""
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
NOT_CALCULATED = gettext_noop(
    "The formula under %(columns)s was never calculated and counts as empty: open the workbook in "
    "Excel, save it and upload it again."
)
DAMAGED = gettext_noop("The workbook is damaged and cannot be read from here on.")


def open_xlsx(file: BinaryIO) -> Table:
    """The first sheet that holds anything. Its header is the first row with two filled cells
    (a title above the table has one); cells hold what formulas last showed."""
    formulas = _worksheets(file, data_only=False) if _has_formulas(file) else []
    for number, worksheet in enumerate(_worksheets(file, data_only=True)):
        header = next(_filled_rows(worksheet), None)
        if isinstance(header, Problem):
            raise BadFile(header.message, header.line)
        if header:
            line, cells = header
            columns = name_columns(cells, line)
            rows = partial(_rows, worksheet, columns)
            if formulas:
                rows = partial(_warned, rows, formulas[number], columns)
            return Table("xlsx", "", columns, rows)
    raise BadFile(gettext_noop("The workbook holds no rows."))


def _has_formulas(file: BinaryIO) -> bool:
    """Whether a sheet holds a formula; only then is the workbook read a second time."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            return any(_holds_formula(archive, name) for name in sheets)
    except BROKEN_FILE as error:
        raise BadFile(DAMAGED) from error


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    end = b""
    with archive.open(name) as sheet:
        while chunk := sheet.read(MIB):
            if FORMULA.search(end + chunk):
                return True
            end = chunk[-16:]
    return False


def _warned(rows: Callable[[], Rows], formulas: Any, columns: tuple[str, ...]) -> Rows:
    """The rows, each that lacks the result of a formula behind a warning: Excel writes results when
    it saves, other programs need not."""
    written = _filled_rows(formulas)
    line, cells = 0, []
    for row in rows():
        while line < (row.line or 0) and isinstance(record := next(written, None), tuple):
            line, cells = record
        if isinstance(row, Row) and line == row.line:
            names = [
                name
                for name, cell in zip(columns, cells, strict=False)
                if cell.startswith("=") and not row.values[name]
            ]
            if names:
                words = {"columns": ", ".join(shown(name) for name in names)}
                yield Problem(row.line, NOT_CALCULATED, words, is_warning=True)
        yield row


def _worksheets(file: BinaryIO, data_only: bool) -> list[Any]:
    """Sheets that can be read again and again; the workbook's texts are loaded once.

    The library is loaded here: that takes as long as importing 10,000 rows of any other format.
    """
    import openpyxl

    try:
        file.seek(0)
        return openpyxl.load_workbook(file, read_only=True, data_only=data_only).worksheets
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
