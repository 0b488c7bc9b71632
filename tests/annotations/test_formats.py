"""Readers of files: every shape and every encoding."""

from __future__ import annotations

import io
import zipfile

import pytest

from annotations.formats.problems import BadFile, Problem
from tests.annotations.format_files import opened, rows, workbook, zipped

EXPECTED = [{"题目": "为什么？", "作答": "因为，\n“是”"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_that_excel_writes(encoding):
    assert rows('题目,作答\r\n为什么？,"因为，\n“是”"\r\n'.encode(encoding)) == EXPECTED


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("a,b\n1,2\n", "csv"),
        ("a;b\n1;2\n", "csv"),
        ("sep=;\na;b\n1;2\n", "csv"),
        ("a\tb\n1\t2\n", "tsv"),
        ('[{"a": "1", "b": 2}]', "json"),
        ('{"data": [{"a": 1, "b": "2"}]}', "json"),
        ('{"a": 1, "b": 2}\n', "jsonl"),
        ('\ufeff{"a": 1, "b": 2}\n', "jsonl"),
    ],
)
def test_the_format_is_told_by_the_content(data, name):
    table = opened(data)
    assert table.format == name
    assert table.columns == ("a", "b")
    assert [row.values for row in table.rows()] == [{"a": "1", "b": "2"}]


def test_a_table_can_be_read_twice():
    table = opened("a,b\n1,2\n")
    assert list(table.rows()) == list(table.rows())


def test_lines_are_numbered_as_an_editor_does():
    table = opened('a,b\n1,"x\ny"\n\n2,z\n')
    assert [row.line for row in table.rows()] == [2, 5]


def test_a_bare_quote_in_a_tsv_swallows_no_lines():
    data = 'id\tanswer\n1\t"no end\n2\the said "yes"\n3\t"whole"\n4\tx\n'
    assert [row["answer"] for row in rows(data)] == ['"no end', 'he said "yes"', '"whole"', "x"]


def test_a_tsv_written_with_quotes_is_read_with_quotes():
    data = 'id\tanswer\n1\t"two\nlines"\n2\t"he said ""yes"""\n'
    assert [row["answer"] for row in rows(data)] == ["two\nlines", 'he said "yes"']


def test_an_unclosed_quote_in_a_csv_costs_its_own_line_only():
    data = (
        'id,answer\n1,"no end\n' + "".join(f"{i},x{i}\n" for i in range(2, 2000)) + '2000,"a, b"\n'
    )
    found = rows(data)
    assert len(found) == 2000
    assert found[0] == {"id": "1", "answer": '"no end'}
    assert found[-1]["answer"] == "a, b"


def test_ragged_lines_are_problems_with_their_number():
    found = list(opened("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n").rows())
    problems = [row for row in found if isinstance(row, Problem)]
    assert [problem.line for problem in problems] == [3, 4]
    assert problems[0].text == "This line has 2 columns where the header has 3."
    assert len(found) - len(problems) == 2


def test_columns_of_one_name_stay_apart_and_nameless_ones_get_a_number():
    assert opened("a,a,,b\n1,2,3,4\n").columns == ("a", "a (2)", "column 3", "b")


def test_a_file_without_header_keeps_its_first_line():
    table = opened("1\t1\t2\t很好的答案\n2\t1\t0\t不知道\n")
    assert table.columns == ("column 1", "column 2", "column 3", "column 4")
    assert len(list(table.rows())) == 2


def test_a_file_of_one_column_is_a_table():
    assert rows("answer\nfirst\nsecond\n") == [{"answer": "first"}, {"answer": "second"}]


def test_xlsx_skips_a_title_and_turns_numbers_into_text():
    found = rows(
        workbook(["成绩表"], ["学号", "作答", "得分"], ["s1", "对", 2.0], ["s2", None, 1.5])
    )
    assert found == [
        {"学号": "s1", "作答": "对", "得分": "2"},
        {"学号": "s2", "作答": "", "得分": "1.5"},
    ]


def in_sheet(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    return zipped({**parts, part: parts[part].replace(old, new)})


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", b"<styleSheet", b"<"),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"<"),
        ("xl/worksheets/sheet1.xml", b'r="A2"', b'r="ZZZZZZZ2"'),
        ("xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="99999999999"'),
    ],
)
def test_a_workbook_with_a_damaged_part_is_a_problem_and_ends(part, old, new):
    data = in_sheet(workbook(["question", "answer"], ["q", "a"]), part, old, new)
    try:
        found = list(opened(data).rows())
    except BadFile as error:
        found = [error.problem]
    assert isinstance(found[-1], Problem)
    assert "damaged" in found[-1].text


@pytest.mark.parametrize("number", [b"1048577", b"99999999999"])
def test_a_row_number_that_no_sheet_has_is_refused_before_any_row_is_read(number):
    data = workbook(["question", "answer"], ["q", "a"])
    data = in_sheet(data, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row spans="1:2" r="%s"' % number)
    with pytest.raises(BadFile, match=f"has the number {number.decode()}"):
        opened(data)


def test_the_last_row_that_a_sheet_has_is_read():
    data = in_sheet(workbook(["question", "answer"], ["q", "a"]), "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="1048576"')
    assert [row.line for row in opened(data).rows()] == [1048576]


BLOCKS = """题目：为什么？
参考答案: 一
二
作答：第一份
注意：这是答案的一部分
得分：2

作答：第二份
得分：1
---
题目：另一题
作答：第三份
"""


def test_labelled_blocks_share_their_question_and_keep_unknown_labels_as_text():
    first, second, third = rows(BLOCKS)
    assert first == {
        "题目": "为什么？",
        "参考答案": "一\n二",
        "作答": "第一份\n注意：这是答案的一部分",
        "得分": "2",
    }
    assert second == {"题目": "为什么？", "参考答案": "一\n二", "作答": "第二份", "得分": "1"}
    assert third == {"题目": "另一题", "作答": "第三份"}


def test_english_labels_make_blocks_too():
    found = rows("Question: why?\nAnswer: because\nScore: 2\nQuestion: who?\nAnswer: me\n")
    assert found == [
        {"Question": "why?", "Answer": "because", "Score": "2"},
        {"Question": "who?", "Answer": "me"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"A" "B"\n"1" 1 2\n"2" 3 NA\n',
        '"A"\t"B"\n"1"\t1\t2\n"2"\t3\tNA\n',
        '"A","B"\n"1",1,2\n"2",3,NA\n',
        "     A   B\n1    1   2\n2    3  NA\n",
    ],
)
def test_a_table_that_r_wrote_has_names_of_its_rows(text):
    assert rows(text) == [{"column 1": "1", "A": "1", "B": "2"}, {"column 1": "2", "A": "3", "B": "NA"}]


def test_words_parted_by_spaces_are_no_columns():
    assert rows("student answer\nhello world\ngood day\n") == [{"student answer": "hello world"}, {"student answer": "good day"}]


def test_a_comma_in_every_text_is_told_and_shifts_nothing():
    found = list(opened("id,text\n1,hello, world\n2,good, day\n").rows())
    assert [row.text for row in found] == ["This line has 3 columns where the header has 2."] * 2


def test_raters_above_numbered_items_are_a_header():
    assert opened("coder,1,2\nann,3,4\n").columns == ("coder", "1", "2")
