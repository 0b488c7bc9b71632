"""The report as a workbook: a sheet of facts, then a sheet a table."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from grading.reports.blocks import Cell, Column, Report, Table, in_file
from grading.reports.inert import is_dangerous

FORMATS = {"share": "0.0%", "hundred": "0.0", "count": "#,##0", "p": "0.000"}
DIGITS = {0: "0", 1: "0.0", 2: "0.00", 3: "0.000"}  # of numbers


class Book:
    """A workbook being written; texts are written as texts, never as formulas."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True})
        self.bold = self.book.add_format({"bold": True, "bottom": 1})
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.long = self.book.add_format({"text_wrap": True, "valign": "top"})
        formats = {**FORMATS, **{f"number {n}": form for n, form in DIGITS.items()}}
        self.kinds = {k: self.book.add_format({"num_format": f}) for k, f in formats.items()}
        self.names: set[str] = set()

    def sheet(self, title: str) -> Worksheet:
        return self.book.add_worksheet(self._unused(title))

    def _unused(self, title: str) -> str:
        """A name Excel accepts: 31 characters, none of []:*?/\\, no apostrophe outside, not taken."""
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f\s]+", " ", title).strip("' ")
        name, number = plain[:31].strip("' ") or "sheet", 2
        while name.lower() in self.names:
            ending, number = f" {number}", number + 1
            name = f"{(plain or 'sheet')[: 31 - len(ending)].rstrip()}{ending}"
        self.names.add(name.lower())
        return name

    def write(self, sheet: Worksheet, row: int, column: int, value: Cell, kind: str = "text") -> None:
        if value is None:
            return
        if isinstance(value, bool | str):
            self._text(sheet, row, column, str(value), kind)
        else:
            whole = isinstance(value, int) and kind.startswith("number")
            sheet.write_number(row, column, value, self.kinds.get("count" if whole else kind))

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, kind: str) -> None:
        cell_format = self.quoted if is_dangerous(text) else self.long if kind == "long" else None
        sheet.write_string(row, column, text[:32767], cell_format)

    def table(
        self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
    ) -> None:
        sheet = self.sheet(title)
        for i, column in enumerate(columns):
            sheet.write_string(0, i, column.title, self.bold)
            sheet.set_column(i, i, _width(i, column, rows))
        for r, row in enumerate(rows, start=1):
            for c, (value, column) in enumerate(zip(row, columns, strict=True)):
                self.write(sheet, r, c, in_file(value, column), _kind(column))
        sheet.freeze_panes(1, 0)

    def finish(self) -> bytes:
        self.book.close()
        return self.out.getvalue()


def _kind(column: Column) -> str:
    return f"number {column.digits}" if column.kind == "number" else column.kind


def _width(i: int, column: Column, rows: Sequence[Sequence[Cell]]) -> float:
    if column.kind == "long":
        return 60
    longest = max((len(str(row[i])) for row in rows[:50] if isinstance(row[i], str)), default=0)
    return min(48, max(10, len(column.title) * 1.6, longest * 1.3))


def build(report: Report) -> bytes:
    book = Book()
    sheet = book.sheet(report.title)
    sheet.write_string(0, 0, report.title, book.bold)
    sheet.write_string(1, 0, report.lede)
    sheet.set_column(0, 1, 32)
    for i, (name, value) in enumerate(report.facts, start=3):
        book.write(sheet, i, 0, name)
        book.write(sheet, i, 1, value)
    for table in _tables(report):
        book.table(table.title, table.columns, table.rows)
    return book.finish()


def _tables(report: Report) -> list[Table]:
    return [table for section in report.sections for table in section.tables]
