"""Workbooks as schools keep them: several sheets, merged cells, headers of two lines, numbers like 0012."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from annotations.formats.headers import joined_header
from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Table


def saved(book: openpyxl.Workbook) -> Table:
    file = io.BytesIO()
    book.save(file)
    return open_table(file)


def book_of(**sheets: list[list[object]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    return book


def values(table: Table, column: str) -> list[str]:
    return [row.values[column] for row in table.rows() if isinstance(row, Row)]


def warnings(table: Table) -> list[Problem]:
    return [row for row in table.rows() if isinstance(row, Problem)]


HEAD = ["学号", "作答"]


def test_a_sheet_of_explanations_before_the_table_is_left_out_and_named():
    table = saved(book_of(说明=[["导出人", "教务处"], ["导出时间", "2024"]], 明细=[HEAD, ["s1", "因为"]]))
    assert values(table, "作答") == ["因为"]
    assert ["说明" in problem.text for problem in warnings(table)] == [True]


def test_sheets_with_the_same_header_are_read_one_after_another():
    table = saved(book_of(一班=[HEAD, ["s1", "a"], ["s2", "b"]], 二班=[HEAD, ["s3", "c"]]))
    assert values(table, "学号") == ["s1", "s2", "s3"]
    lines = [row.line for row in table.rows() if isinstance(row, Row)]
    assert lines == sorted(set(lines))
    assert values(table, "sheet") == ["一班", "一班", "二班"]
    note = warnings(table)[0]
    assert "二班" in note.text
    assert note.line == lines[1] + 1


def test_a_hidden_sheet_is_not_read():
    book = book_of(旧=[HEAD, ["s0", "x"]], 新=[HEAD, ["s1", "a"]])
    book["旧"].sheet_state = "hidden"
    assert values(saved(book), "学号") == ["s1"]


def test_only_headers_are_refused_though_another_sheet_holds_rows():
    book = book_of(一班=[HEAD], 二班=[["a", "b"], [1, 2]])
    with pytest.raises(BadFile, match="no rows"):
        saved(book)


def test_cells_merged_downwards_hold_for_every_line():
    lines = [["班级", *HEAD], ["一班", "s1", "a"], [None, "s2", "b"], ["二班", "s3", "c"], [None, "s4", "d"]]
    book = book_of(表=lines)
    book["表"].merge_cells("A2:A3")
    assert values(saved(book), "班级") == ["一班", "一班", "二班", ""]


def test_a_header_of_two_lines_is_one():
    book = book_of(
        表=[["期中考试"], ["学号", "作答", "得分", None, "备注"], [None, None, "一评", "二评"], ["s1", "a", 1, 2, "x"]]
    )
    book["表"].merge_cells("A1:E1")
    book["表"].merge_cells("C2:D2")
    table = saved(book)
    assert table.columns == ("学号", "作答", "得分 一评", "得分 二评", "备注")
    assert [(row.line, row.values["得分 二评"]) for row in table.rows()] == [(4, "2")]


SCHOOL = [
    ["育才中学 期末考试 成绩登记表"],
    ["年级", "九年级", "教师", "王老师"],
    ["学生信息", None, None, None, "答题情况", None, None],
    ["姓名", "班级", "学号", None, "题号", "作答", "得分"],
    ["张三", "1班", 7, None, 1, "因为", "3分"],
]
NAMES = ("姓名", "班级", "学号", "column 4", "题号", "作答", "得分")


def test_groups_of_columns_with_a_blank_one_between_them_and_lines_above_are_read():
    table = saved(book_of(表=SCHOOL))
    assert table.columns == NAMES
    assert [(row.line, row.values["学号"]) for row in table.rows()] == [(5, "7")]


def test_the_same_saved_as_csv_has_the_same_columns():
    lines = [",".join("" if cell is None else str(cell) for cell in line) for line in SCHOOL]
    for encoding in ("gbk", "utf-8-sig"):
        table = open_table(io.BytesIO("\r\n".join(lines).encode(encoding)))
        assert table.columns == NAMES
        assert [(row.line, row.values["作答"]) for row in table.rows()] == [(5, "因为")]


def test_questions_over_like_named_columns_tell_them_apart():
    table = saved(book_of(表=[[None, "第1题", None, "第2题", None], ["学号", *["作答", "得分"] * 2], ["s1", "a", 1, "b", 2]]))
    assert table.columns == ("学号", "第1题 作答", "第1题 得分", "第2题 作答", "第2题 得分")


def test_a_group_of_one_column_has_a_second_line_too():
    above, below = ["学校", "考号", "姓名", "主观题", "", "客观题", "总分"], ["", "", "", "26(1)", "27", "选择题", ""]
    wanted = ["学校", "考号", "姓名", "主观题 26(1)", "主观题 27", "客观题 选择题", "总分"]
    assert joined_header(above, below) == wanted
    assert joined_header(above, ["一中", *below[1:]]) is None


def test_a_first_row_with_gaps_is_no_second_header():
    assert joined_header(["id", "", "b"], ["1", "2", "3"]) is None
    assert joined_header(["", "A", "B"], ["1", "2", "3"]) is None
    assert joined_header(["id", "answer"], ["1", "x"]) is None


def test_numbers_shown_with_leading_zeros_keep_them_and_dates_are_dates():
    book = book_of(表=[[*HEAD, "日期", "分"], [12, "a", datetime.date(2024, 3, 1), 7]])
    book["表"]["A2"].number_format = "000000"
    table = saved(book)
    assert values(table, "学号") == ["000012"]
    assert values(table, "日期") == ["2024-03-01"]
    assert values(table, "分") == ["7"]
