"""Tables that people and spreadsheets have been at: titles, joined files, Western text, stray bytes."""

from __future__ import annotations

import io

import pytest

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Table


def opened(data: bytes | str) -> Table:
    return open_table(io.BytesIO(data.encode() if isinstance(data, str) else data))


def rows(table: Table) -> list[dict[str, str]]:
    return [row.values for row in table.rows() if isinstance(row, Row)]


def test_a_title_that_excel_saved_above_a_table_is_no_header():
    table = opened("高一期中考试,,\n\n学号,题号,作答\n001,1,因为\n")
    assert table.columns == ("学号", "题号", "作答")
    assert [(row.line, row.values["学号"]) for row in table.rows()] == [(4, "001")]


def test_one_column_with_trailing_commas_keeps_its_header():
    assert opened("answer,,\nyes,,\nno,,\n").columns == ("answer",)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_header_of_a_file_joined_behind_another_is_left_out_and_named(mark):
    part = "id,answer\n{}a,x\n{}b,y\n"
    found = list(opened(part.format(1, 1) + mark + part.format(2, 2)).rows())
    again = found.pop(2)
    assert isinstance(again, Problem)
    assert again.is_warning
    assert again.line == 4
    assert [row.values["id"] for row in found] == ["1a", "1b", "2a", "2b"]


def test_western_text_of_windows_is_not_taken_for_chinese():
    text = "id,answer\n1,Die Höhe beträgt 3 m – für Ärzte\n2,It’s a café…\n"
    table = opened(text.encode("cp1252"))
    assert table.encoding == "cp1252"
    assert rows(table)[1]["answer"] == "It’s a café…"


def test_letters_that_gb18030_could_decode_stay_western():
    text = "id,answer\n1,I don’t know\n"
    assert text.encode("cp1252").decode("gb18030") != text
    assert rows(opened(text.encode("cp1252")))[0]["answer"] == "I don’t know"


def test_chinese_among_western_words_stays_chinese():
    table = opened("id,answer\n1,model A 回答 good\n2,镕基\n".encode("gb18030"))
    assert table.encoding == "gb18030"
    assert rows(table)[1]["answer"] == "镕基"


def test_a_zero_byte_inside_a_table_is_named_by_its_line():
    with pytest.raises(BadFile) as caught:
        opened("id,answer\n1,x\n2,y\0\n")
    assert caught.value.problem.line == 3
    assert "zero byte" in caught.value.problem.text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_text_without_a_byte_order_mark_is_read(encoding):
    assert rows(opened("id,answer\n1,因为\n".encode(encoding))) == [{"id": "1", "answer": "因为"}]
