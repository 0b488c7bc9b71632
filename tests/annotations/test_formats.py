"""Readers of files: every shape, every encoding, and files that mean harm."""

from __future__ import annotations

import gc
import io
import json
import random
import re
import sys
import time
import zipfile

import openpyxl
import pytest
from PIL import Image

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Table


def opened(data: bytes | str) -> Table:
    return open_table(io.BytesIO(data.encode() if isinstance(data, str) else data))


def rows(data: bytes | str) -> list[dict[str, str]]:
    found = list(opened(data).rows())
    assert all(isinstance(row, Row) for row in found), found
    return [row.values for row in found]


def refusal(data: bytes | str) -> Problem:
    with pytest.raises(BadFile) as caught:
        list(opened(data).rows())
    return caught.value.problem


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def png(width: int = 4, height: int = 3) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return buffer.getvalue()


def workbook(*lines: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


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


def test_nested_json_becomes_dotted_columns_and_lists_stay_json():
    assert rows('[{"a": {"b": 1, "c": {"d": null}}, "e": [1, "二"]}]') == [
        {"a.b": "1", "a.c.d": "", "e": '[1, "二"]'}
    ]


def test_chat_messages_become_question_and_answer():
    turns = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
    turns.append({"role": "assistant", "content": "A"})
    assert rows(json.dumps({"messages": turns}) + "\n") == [
        {"question": "U", "answer": "A", "context": "system: S"}
    ]


def test_a_large_json_array_is_read_in_pieces():
    entries = [{"id": str(i), "answer": '引号"\\' * 40 + str(i)} for i in range(30_000)]
    found = list(opened(json.dumps(entries, ensure_ascii=False, indent=1)).rows())
    assert [row.values for row in found] == entries
    assert found[1].line == 6


def test_a_broken_line_of_json_lines_is_one_problem():
    found = list(opened('{"a": 1}\n{"a": \n{"a": 3}\n[1]\n').rows())
    assert [row.line for row in found] == [1, 2, 3, 4]
    assert [isinstance(row, Problem) for row in found] == [False, True, False, True]


def test_a_broken_array_ends_with_a_problem_at_its_line():
    found = list(opened('[{"a": 1},\n{"a": 2}\n{"a": oops}]').rows())
    assert [isinstance(row, Problem) for row in found] == [False, False, True]
    assert found[-1].line == 3


def test_an_array_cut_off_is_a_problem():
    assert isinstance(list(opened('[{"a": 1}, {"a"').rows())[-1], Problem)


def test_deep_json_is_refused_and_does_not_crash():
    [_fine, deep] = opened('{"a": 1}\n' + "[" * 100_000 + "\n").rows()
    assert isinstance(deep, Problem)
    assert "nested too deeply" in deep.text


@pytest.mark.parametrize("data", ["[" * 100_000, '[{"a":' * 50_000, '{"a":' * 50_000])
def test_deep_json_is_no_table_of_text(data):
    assert refusal(data).text == "This is not valid JSON: nested too deeply."


def test_a_number_that_is_too_long_is_said():
    [_fine, long] = opened('{"a": 1}\n{"a": ' + "1" * 5000 + "}\n").rows()
    assert long.text == "This is not valid JSON: a number in it is too long."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("scans.zip", "The zip file is damaged"),
        ("items.json", "begins with neither [ nor {"),
        ("items.jsonl", "begins with neither [ nor {"),
    ],
)
def test_a_name_tells_a_damaged_file_from_a_table(name, sentence):
    data = b"number,answer\n1,x\n"
    with pytest.raises(BadFile, match=re.escape(sentence)):
        open_table(io.BytesIO(data), name)
    assert open_table(io.BytesIO(data), "items.xlsx").format == "csv"


@pytest.mark.parametrize(
    "data", ["题号,作答\n", "题号,作答\n\n\n", "hello", workbook(["题号", "作答"])]
)
def test_a_header_without_rows_is_refused(data):
    assert refusal(data).text == "The file has a header but no rows."


@pytest.mark.parametrize("character", '(*#【["\t:')
def test_a_long_line_of_one_character_is_looked_at_in_no_time(character):
    before = time.process_time()
    with pytest.raises(BadFile):
        open_table(io.BytesIO((character * 200_000).encode()))
    assert time.process_time() - before < 10, "it took minutes"


def test_a_reader_left_half_read_ends_quietly_after_its_file(monkeypatch):
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    file = io.BytesIO("题号,作答\n1,x\n2,y\n".encode())
    found = open_table(file).rows()
    assert next(found).line == 2
    file.close()
    del found
    gc.collect()
    assert not ignored


def test_text_that_no_database_can_hold_is_a_problem():
    found = list(opened('{"a": "fine"}\n{"a": "\\ud800"}\n{"a": "\\u0000"}\n').rows())
    assert [isinstance(row, Problem) for row in found] == [False, True, True]


def test_names_that_no_database_can_hold_are_a_problem_too():
    found = list(opened('{"a": "fine"}\n{"\\ud800": "b"}\n{"a\\u0000": "c"}\n').rows())
    assert [isinstance(row, Problem) for row in found] == [False, True, True]


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
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"   \n\n", "The file holds no text."),
        (b"a,b\n1,\x002\n", "This is not a text file"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0rest", "save it as .xlsx"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"[]", "no entries"),
        (b"{}", "no entries"),
        (b"{broken", "not valid JSON"),
        (random.Random(1).randbytes(5000), "binary"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data, sentence):
    assert sentence in refusal(data).text


def test_damaged_utf8_is_named_by_line_and_not_taken_for_gb18030():
    data = "题目,作答\n为什么,因为这样\n".encode() + b"x,\xe4\xb8\n"
    problem = refusal(data)
    assert problem.line == 3
    assert "UTF-8" in problem.text


def test_one_endless_line_is_a_problem_and_not_a_crash(monkeypatch):
    monkeypatch.setattr("annotations.formats.text.MAX_LINE_CHARACTERS", 10_000)
    found = list(opened("a,b\n1,2\n3," + "x" * 50_000 + "\n").rows())
    assert [type(entry) for entry in found] == [Row, Problem]
    assert (found[1].line, "nothing from there on" in found[1].text) == (3, True)


def test_a_file_over_the_limit_is_refused(settings):
    settings.MAX_UPLOAD_MB = 0
    assert "larger than 0 MiB" in refusal("a,b\n1,2\n").text
