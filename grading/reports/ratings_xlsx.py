"""All counted ratings as a workbook: a line a rating, a column a criterion."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from annotations.formats.limits import MIB
from annotations.formats.ratings import CRITERION_PREFIX
from annotations.models import Campaign, Criterion
from grading.reports.inert import is_dangerous
from grading.reports.ratings import records

BEFORE = ("item", "question", "source", "rater")
AFTER = ("composite", "mark", "seconds", "note", "flag", "submitted_at")
WIDTHS = {"item": 20, "question": 14, "source": 14, "note": 40, "flag": 24, "submitted_at": 32}
"""Columns that need more than a number does."""
MOST_CHARACTERS = 32_767
"""Of a cell, by Excel's own limit."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(campaign: Campaign) -> Iterator[bytes]:
    """The file in pieces. Row after row goes to a temporary file, so that memory does not grow."""
    with tempfile.TemporaryFile() as file:
        _write(campaign, file)
        file.seek(0)
        while piece := file.read(MIB):
            yield piece


def _write(campaign: Campaign, file: IO[bytes]) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        quoted = book.add_format({"quote_prefix": True})
        sheet = book.add_worksheet("ratings")
        sheet.freeze_panes(1, 0)
        keys = _criteria(campaign)
        head = (*BEFORE, *(f"{CRITERION_PREFIX}{key}" for key in keys), *AFTER)
        for column, name in enumerate(head):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, WIDTHS.get(name, 10))
        for number, record in enumerate(records(campaign), start=1):
            scores = record["scores"]
            cells = [record[name] for name in BEFORE]
            cells += [scores.get(key) for key in keys]
            cells += [record[name] for name in AFTER]
            write_row(sheet, number, cells, quoted)


def write_row(sheet: Worksheet, number: int, cells: list[object], quoted: object) -> None:
    """Text as text, never as a formula; what is missing stays an empty cell."""
    for column, value in enumerate(cells):
        if isinstance(value, str):
            if value:
                mark = quoted if is_dangerous(value) else None
                sheet.write_string(number, column, value[:MOST_CHARACTERS], mark)
        elif value is not None:
            sheet.write_number(number, column, value)


def _criteria(campaign: Campaign) -> list[str]:
    """Keys of the criteria that have a score in the campaign's rubrics, in their order."""
    rows = Criterion.objects.filter(rubric__in=campaign.campaign_items.values("rubric"))
    return list(dict.fromkeys(rows.order_by("rubric_id", "position").values_list("key", flat=True)))
