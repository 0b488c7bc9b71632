"""XLSX, read row by row."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from django.utils.translation import gettext_noop

from annotations.formats.columns import role_of
from annotations.formats.headers import LOOKED_AT, header_among
from annotations.formats.limits import MAX_CELL_CHARACTERS
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.ratings import role_of_column
from annotations.formats.table import Rows, Table, fitted, name_columns
from annotations.formats.xlsx_scan import MAX_ROWS, Merges, SheetFacts, filled_down, sheet_facts

BROKEN_FILE = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, AssertionError, OSError, EOFError, SyntaxError,
)  # fmt: skip
"""What openpyxl raises, depending on which part of a damaged workbook it meets first. Broken XML
is a SyntaxError with either of its parsers."""
ZEROS = re.compile(r"^0{2,}$")
"""A number format that shows 7 as 0007."""
NOT_CALCULATED = gettext_noop(
    "The formula under %(columns)s was never calculated and counts as empty: open the workbook in "
    "Excel, save it and upload it again."
)
DAMAGED = gettext_noop("The workbook is damaged and cannot be read from here on.")


OTHER_SHEETS = gettext_noop(
    "Only the sheet “%(sheet)s” is read. Rows of other sheets are left out (%(others)s): save those as a "
    "file of their own."
)
SHEET = "sheet"
"""The column that says from which of several sheets with one header a row is: a class, a rater."""
NEXT_SHEET = gettext_noop("From here on the lines are those of the sheet “%(sheet)s”, counted on.")


@dataclass(frozen=True)
class Sheet:
    """A sheet with a header. `formulas` is the same sheet with its formulas, where it has any."""

    title: str
    values: Any
    formulas: Any
    merges: Merges
    columns: tuple[str, ...]
    header_lines: int


def open_xlsx(file: BinaryIO) -> Table:
    """The first visible sheet with a known column, else the first that holds anything, and behind it
    all that have the same header. A title above the table fills one cell alone; for the header see
    headers.py. Cells hold what formulas last showed."""
    sheets = _sheets(file)
    if not sheets:
        raise BadFile(gettext_noop("The workbook holds no rows."))
    first = next((sheet for sheet in sheets if _names_something(sheet.columns)), sheets[0])
    same = [sheet for sheet in sheets if sheet.columns == first.columns]
    others = [sheet.title for sheet in sheets if sheet not in same]
    columns = first.columns if len(same) == 1 or SHEET in first.columns else (*first.columns, SHEET)
    return Table("xlsx", "", columns, partial(_all_rows, same, others))


def _names_something(columns: tuple[str, ...]) -> bool:
    return any(role_of(column) or role_of_column(column) for column in columns)


def _sheets(file: BinaryIO) -> list[Sheet]:
    facts = _facts(file)
    has_formulas = any(fact.has_formulas for fact in facts.values())
    formulas = _worksheets(file, data_only=False) if has_formulas else []
    sheets = []
    for number, values in enumerate(_worksheets(file, data_only=True)):
        if values.sheet_state == "visible" and (header := _header(values)):
            fact = facts.get(values._worksheet_path.lstrip("/"), SheetFacts())
            written = formulas[number] if formulas else None
            sheets.append(Sheet(values.title, values, written, fact.merges, *header))
    return sheets


def _header(worksheet: Any) -> tuple[tuple[str, ...], int] | None:
    """The names of the columns and how many records end with them; None for an empty sheet."""
    problems: list[Problem] = []
    records = list(islice(_whole(_filled_rows(worksheet), problems), LOOKED_AT))
    if not records and problems:
        raise BadFile(problems[0].message, problems[0].line)
    if not records:
        return None
    header = header_among(records)
    return name_columns(header.cells, header.line), header.records


def _all_rows(sheets: list[Sheet], others: list[str]) -> Rows:
    """The rows of sheets with one header; lines are counted on from sheet to sheet."""
    before = last = 0
    for sheet in sheets:
        if before:
            yield Problem(before + 1, NEXT_SHEET, {"sheet": shown(sheet.title)}, is_warning=True)
        for row in _warned(sheet) if sheet.formulas else _rows(sheet):
            last = (row.line or 0) + before
            if len(sheets) > 1 and isinstance(row, Row):
                row = row._replace(values={SHEET: sheet.title, **row.values})
            yield _moved(row, before) if before else row
        before = last
    if others:
        names = ", ".join(map(shown, others))
        words = {"sheet": ", ".join(shown(sheet.title) for sheet in sheets), "others": names}
        yield Problem(None, OTHER_SHEETS, words, is_warning=True)


def _moved(row: Row | Problem, by: int) -> Row | Problem:
    line = (row.line or 0) + by
    return row._replace(line=line) if isinstance(row, Row) else replace(row, line=line)


def _facts(file: BinaryIO) -> dict[str, SheetFacts]:
    """Of every sheet by its path; only with formulas is the workbook read a second time."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            return {name: sheet_facts(archive, name) for name in names if name.endswith(".xml")}
    except BROKEN_FILE as error:
        raise BadFile(DAMAGED) from error


def _warned(sheet: Sheet) -> Rows:
    """The rows, each that lacks the result of a formula behind a warning: Excel writes results when
    it saves, other programs need not."""
    written = _filled_rows(sheet.formulas)
    line, cells = 0, []
    for row in _rows(sheet):
        while line < (row.line or 0) and isinstance(record := next(written, None), tuple):
            line, cells = record
        if isinstance(row, Row) and line == row.line:
            names = [
                name
                for name, cell in zip(sheet.columns, cells, strict=False)
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


def _rows(sheet: Sheet) -> Rows:
    problems: list[Problem] = []
    records = filled_down(_whole(_filled_rows(sheet.values), problems), sheet.merges)
    for line, cells in islice(records, sheet.header_lines, None):
        cells += [""] * (len(sheet.columns) - len(cells))
        yield fitted(line, cells, sheet.columns)
    yield from problems


def _whole(
    records: Iterator[tuple[int, list[str]] | Problem], problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """The records up to the place where the sheet is damaged."""
    for record in records:
        if isinstance(record, Problem):
            problems.append(record)
            return
        yield record


def _filled_rows(worksheet: Any) -> Iterator[tuple[int, list[str]] | Problem]:
    """(row number, cells) from the header on, blank rows left out."""
    line, has_header = 0, False
    try:
        # Some writers state wrong dimensions; without any the sheet is read to its end.
        worksheet.reset_dimensions()
        is_narrow = _is_narrow(worksheet)
        as_shown = any(map(ZEROS.match, worksheet.parent._number_formats))
        records = worksheet.iter_rows(max_row=MAX_ROWS + 1, values_only=not as_shown)
        for line, row in enumerate(records, start=1):
            if line > MAX_ROWS:
                raise ValueError("row number")
            if not row:  # made up before a row far below
                continue
            values = [_with_zeros(cell) for cell in row] if as_shown else row
            filled = sum(value is not None for value in values)
            has_header = has_header or filled >= 2 or (filled == 1 and is_narrow)
            if filled and has_header:
                yield line, [_as_text(value) for value in values]
    except BROKEN_FILE:
        yield Problem(min(line + 1, MAX_ROWS), DAMAGED)


def _with_zeros(cell: Any) -> Any:
    """The value of a cell; a number that is shown with leading zeros, such as a student's, has them."""
    if isinstance(cell.value, int) and ZEROS.match(cell.number_format or ""):
        return str(cell.value).zfill(len(cell.number_format))
    return cell.value


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
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
