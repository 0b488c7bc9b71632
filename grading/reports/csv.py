"""The report as one tidy CSV: a line for every cell of every table (UTF-8 with BOM for Excel)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from grading.reports.blocks import Cell, Report, Table, in_file
from grading.reports.inert import inert

HEADER = ("section", "table", "row", "column", "value")


def lines(report: Report) -> Iterator[tuple[Cell, ...]]:
    """Header first; rows are numbered from 1; `column` is the column's title."""
    yield HEADER
    for section in report.sections:
        for table in section.tables:
            for number, row in enumerate(table.rows, start=1):
                for column, value in zip(table.columns, row, strict=True):
                    cell = in_file(value, column)
                    yield section.title, table.title, number, column.title, cell


def build(report: Report) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([inert(cell) for cell in line] for line in lines(report))
    return out.getvalue().encode("utf-8-sig")


def table_file(table: Table) -> bytes:
    """One table as a CSV of its own: titles, then rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([inert(column.title) for column in table.columns])
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        writer.writerow([inert(in_file(value, column)) for value, column in cells])
    return out.getvalue().encode("utf-8-sig")
