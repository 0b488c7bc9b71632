"""Past papers as schools, boards and public data sets have them: marks out of something, guarded numbers,
Big5, exams nested in JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from annotations.formats.columns import Role, role_of
from annotations.formats.items import ItemReader, ItemRow
from annotations.formats.opening import open_table
from annotations.formats.problems import Problem, Row

ROLES = {"question": "question", "answer": "answer", "mark": "past_mark", "full": "full_mark", "AI": "machine"}


def read(mark: str, full: str = "", machine: str = "") -> ItemRow | Problem:
    values = {"question": "Q", "answer": "A", "mark": mark, "full": full, "AI": machine}
    return ItemReader(ROLES)(Row(2, values))


def rows(data: bytes | Any) -> list[dict[str, str]]:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return [row.values for row in open_table(io.BytesIO(raw)).rows() if isinstance(row, Row)]


@pytest.mark.parametrize("said", ["3/5", "３／５", "3 / 5分", "3分/5分", "3 out of 5", "3 of 5 marks"])
def test_a_mark_may_say_what_it_is_out_of(said: str):
    for full in ("", "5", "5分"):
        found = read(said, full)
        assert isinstance(found, ItemRow)
        assert (found.reference_mark, found.question.full_mark) == (3, 5)


def test_out_of_another_full_mark_it_is_refused():
    found = read("3/5", "10")
    assert isinstance(found, Problem)
    assert found.text == "“mark” is “3/5”, but the full mark is 10."


def test_a_half_written_as_a_fraction_is_not_one_of_two():
    reader = ItemReader(ROLES)
    first, absent, half = (reader(Row(n, {"answer": str(n), "mark": mark})) for n, mark in enumerate(("2", "缺考", "1/2")))
    assert isinstance(first, ItemRow)
    assert isinstance(absent, ItemRow)
    assert isinstance(half, Problem)
    assert "some marks say what they are out of" in half.text
    nothing = ItemReader(ROLES)
    told = [nothing(Row(n, {"answer": str(n), "mark": mark})) for n, mark in enumerate(("0", "1/2", "½"))]
    assert [isinstance(one, ItemRow) for one in told] == [True, True, False]


def test_a_percentage_is_one_of_the_full_mark():
    half, alone = read("50%", "4", "75 ％"), read("50%")
    assert isinstance(half, ItemRow)
    assert isinstance(alone, ItemRow)
    assert (half.reference_mark, half.scores["AI"]) == (2, 3)
    assert (alone.reference_mark, alone.question.full_mark) == (0.5, 1)


def test_a_machine_mark_may_say_the_full_mark_too():
    found = read("2", machine="3/4")
    assert isinstance(found, ItemRow)
    assert (found.reference_mark, found.scores["AI"], found.question.full_mark) == (2, 3, 4)


def test_numbers_guarded_from_excel_are_the_numbers():
    text = 'id,answer,mark\r\n="007",a,="2"\r\n"=""008""","two\r\nlines",="1.5"\r\n9,"=""is it text?""",1\r\n'
    told = [(row["id"], row["answer"], row["mark"]) for row in rows(text.encode())]
    assert told == [("007", "a", "2"), ("008", "two\r\nlines", "1.5"), ("9", '="is it text?"', "1")]


TRADITIONAL = ("題目,學生答案,得分,滿分", "為什麼工業革命首先發生在英國？,資產階級統治確立，殖民擴張,{},4")
SIMPLIFIED = ("题目,学生答案,得分,满分", "为什么工业革命首先发生在英国？,资产阶级统治确立，殖民扩张,{},4")


@pytest.mark.parametrize(("lines", "encoding"), [(TRADITIONAL, "big5"), (SIMPLIFIED, "gb18030"), (TRADITIONAL, "gb18030")])
def test_chinese_is_told_from_chinese(lines: tuple[str, str], encoding: str):
    head, line = lines
    text = "\r\n".join([head, *(line.format(n) for n in range(5))])
    assert [",".join(row.values()) for row in rows(text.encode(encoding))] == [line.format(n) for n in range(5)]


def test_few_big5_characters_between_numbers_are_not_western():
    text = "題目,學生答案,得分\r\n" + "".join(f"甲,乙{n},{n % 3}\r\n" for n in range(50))
    assert rows(text.encode("big5"))[3] == {"題目": "甲", "學生答案": "乙3", "得分": "0"}


def test_western_text_stays_western():
    text = "question;answer\r\n" + "".join(f"Où est-ce?;déjà là à côté {n}\r\n" for n in range(20))
    assert rows(text.encode("cp1252"))[0]["answer"] == "déjà là à côté 0"


@pytest.mark.parametrize(
    ("name", "role"),
    [("題目", Role.QUESTION), ("學生答案", Role.ANSWER), ("滿分", Role.FULL_MARK), ("學號", Role.SOURCE), ("評分標準", Role.SCORING_POINTS)],
)
def test_traditional_names_of_columns_are_known(name: str, role: Role):
    assert role_of(name) is role


def test_answers_in_questions_in_an_exam_are_found():
    answers = [{"student": "s1", "text": "x", "score": 1}, {"student": "s2", "text": "y", "score": 0}]
    exam = {"subject": "history", "questions": [{"number": n, "question": f"Q{n}", "answers": answers} for n in (1, 2)]}
    found = rows(exam)
    assert [(row["subject"], row["question"], row["student"], row["text"]) for row in found] == [
        ("history", "Q1", "s1", "x"), ("history", "Q1", "s2", "y"), ("history", "Q2", "s1", "x"), ("history", "Q2", "s2", "y"),
    ]  # fmt: skip


def test_the_text_above_answers_is_the_questions():
    found = rows([{"id": 7, "text": "Why?", "answers": [{"text": "x", "score": 1}]}] * 2)
    assert [(row["question"], row["text"], row["score"]) for row in found] == [("Why?", "x", "1")] * 2


def test_lists_nested_without_end_do_no_harm():
    deep = b'{"a":[' * 300 + b'{"text":"x"}' + b"]}" * 300
    assert len(rows(b"[" + deep + b"]")) == 1
