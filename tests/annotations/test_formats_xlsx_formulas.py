"""A formula that no program has calculated is no empty cell without a word."""

from __future__ import annotations

import io

import openpyxl
import xlsxwriter

from annotations.formats.opening import open_table
from annotations.formats.problems import Problem, Row


def test_a_formula_without_a_result_is_warned_of_and_the_line_is_kept():
    book = openpyxl.Workbook()
    for row in (["题号", "作答", "满分"], [1, "一", "=2+2"], [2, "=plain", 4], [3, "三", 4]):
        book.active.append(row)
    book.active["B3"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    found = list(open_table(file).rows())
    warnings = [row for row in found if isinstance(row, Problem)]
    assert [(w.line, w.is_warning, w.params) for w in warnings] == [(2, True, {"columns": "满分"})]
    assert [row.values["作答"] for row in found if isinstance(row, Row)] == ["一", "=plain", "三"]


def test_a_formula_with_a_result_is_its_result():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["题号", "满分"])
        sheet.write_number(1, 0, 1)
        sheet.write_formula(1, 1, "=2+2", None, 4)
    assert list(open_table(file).rows()) == [Row(2, {"题号": "1", "满分": "4"})]
