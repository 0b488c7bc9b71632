"""Score sheets with several questions side by side, as people name their columns."""

from __future__ import annotations

import pytest

from annotations.actions.item_imports import describe
from annotations.formats.columns import Role
from annotations.formats.problems import Problem
from annotations.formats.wide_columns import (
    ANSWERS,
    is_wide,
    left_out,
    wide_guess,
    wide_questions,
    wide_table,
)
from annotations.formats.wide_names import wide_name
from annotations.formats.wide_rows import check_item_columns, wide_rows
from tests.annotations.format_files import opened, workbook

TWO = "{0}1{1},{0}2{1}"


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        ("第{}题作答", "第{}题得分"), ("第{}题 学生作答", "第{}题 教师评分"), ("题{}答案", "题{}分数"),
        ("{}.作答", "{}.得分"), ("{}、作答", "{}、得分"), ("作答{}", "得分{}"), ("作答（{}）", "得分（{}）"),
        ("（{}）作答", "（{}）得分"), ("【第{}题】作答", "【第{}题】得分"), ("第{}题（5分）作答", "第{}题（5分）得分"),
        ("第{}题", "第{}题得分"), ("第{}题作答", "第{}题"), ("Q{}", "Q{} score"), ("第{}题", "第{}题分"),
        ("第{}題作答", "第{}題得分"), ("第{}题", "得分{}"), ("T{}_答案", "T{}_最终得分"),
        ("Q{} answer", "Q{} mark"), ("Q{}_response", "Q{}_score"), ("Q{} (answer)", "Q{} (mark)"),
        ("q{}Answer", "q{}Score"), ("q{}answer", "q{}points"), ("Answer {}", "Score {}"), ("answer_q{}", "score_q{}"),
        ("Question {} - Response", "Question {} - Marks"), ("Answer to question {}", "Mark for question {}"),
        ("Q{}: student answer", "Q{}: teacher's mark"), ("q{}_ans", "q{}_pts"), ("1.{} answer", "1.{} mark"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("numbers", [("1", "2"), ("１", "２"), ("9", "10"), ("一", "二")])
def test_answer_and_mark_of_a_question_find_each_other(answer, mark, numbers):
    if not numbers[0].isascii() and "1." in answer:
        return
    columns = ["学号"] + [name.format(n) for n in numbers for name in (answer, mark)]
    roles = {column: role.value for column, role in wide_guess(columns).roles.items()}
    found = wide_questions(roles)
    assert [(one.answer, one.mark) for one in found] == [(answer.format(n), mark.format(n)) for n in numbers]
    assert "学号" not in roles


def test_a_question_is_called_as_the_header_calls_it():
    roles = dict.fromkeys(["第１题作答", "Q2 answer"], "answer") | dict.fromkeys(["第１题得分", "Q2 mark"], "past_mark")
    assert [one.name for one in wide_questions(roles)] == ["第1题", "Q2"]


@pytest.mark.parametrize(
    "columns",
    [
        ["题号", "作答", "得分"],
        ["question", "answer", "score", "model answer", "model score"],
        ["Q1 answer", "Q1 mark"],
        ["Q1", "Q2", "Q3", "total mark"],
        ["student 1 answer", "student 1 mark", "student 2 answer", "student 2 mark"],
        ["作答", "评委1得分", "评委2得分"],
        ["Q1 answer", "Q1 machine mark", "Q2 answer", "Q2 machine mark"],
    ],
)
def test_other_tables_are_not_taken_for_a_sheet(columns):
    assert not wide_guess(columns).roles


def test_two_marks_of_a_question_are_asked_and_a_machines_mark_is_none():
    columns = ["Q1 answer", "Q1 mark", "Q1 AI score", "第2题作答", "第2题初评", "第2题终评", "Q3 answer", "Q3 mark"]
    guess = wide_guess(columns)
    assert set(guess.open) == {"第2题初评", "第2题终评"}
    assert guess.roles["Q1 mark"] is Role.PAST_MARK
    assert "Q1 AI score" not in guess.roles


def test_what_has_no_partner_is_named():
    columns = ["Q1 answer", "Q1 mark", "Q2 answer", "Q2 mark", "Q3 answer", "Q4 mark", "备注"]
    roles = dict.fromkeys(columns, "ignore") | {c: r.value for c, r in wide_guess(columns).roles.items()}
    assert left_out(roles) == ["Q3 answer", "Q4 mark"]


def test_questions_without_a_number_are_paired_once_somebody_says_what_the_columns_are():
    columns = ["阅读作答", "阅读得分", "作文作答", "作文得分"]
    assert not wide_guess(columns).roles
    said = dict(zip(columns, ["answer", "past_mark"] * 2, strict=True))
    assert is_wide(said)
    assert [one.name for one in wide_questions(said)] == ["阅读", "作文"]


@pytest.mark.parametrize(
    ("header", "full_mark"),
    [("第1题得分（5分）", "5"), ("Q1 mark (out of 2.5)", "2.5"), ("第1题(满分10)得分", "10"), ("Q1 mark (2)", ""), ("Q1 mark (/4)", "4"), ("第1题(主观题/10.0分)", "10.0"), ("第1题得分（2024/11）", "")],
)  # fmt: skip
def test_a_header_may_say_the_full_mark(header, full_mark):
    told = wide_name(header)
    assert (told.full_mark if told else "") == full_mark


def roles_of(text: str) -> tuple[dict[str, str], list]:
    table = opened(text)
    facts = describe(table)
    return facts["guess"], list(wide_rows(table, facts["guess"], ANSWERS))


def test_questions_answers_and_marks_side_by_side_are_told_by_what_they_hold():
    head = "Email address,Question 1,Response 1,Q. 1 /5.00,Question 2,Response 2,Q. 2 /4.00\n"
    roles, (first, second) = roles_of(head + "a@x.edu,Why?,Because,2.50,How?,So,-\n")
    assert [roles[c] for c in ("Question 1", "Response 1", "Q. 1 /5.00")] == ["question", "answer", "past_mark"]
    assert (first.source, first.question.text, first.reference_mark, first.question.full_mark) == ("a@x.edu", "Why?", 2.5, 5)
    assert (second.text, second.reference_mark) == ("So", None)


def test_a_questionnaire_with_the_questions_in_its_header_is_a_sheet():
    head = "序号,来源,1、姓名：,2、学号：,3、简述iPhone的意義。,4、为什么？（6分）如何？,总分\n"
    roles, (first, second) = roles_of(head + "1,微信,李,007,开启,推翻,5\n")
    assert roles["2、学号："] == "source"
    assert roles["来源"] == roles["1、姓名："] == "ignore"
    assert (first.key, first.question.text, first.text) == ("007/3", "简述iPhone的意義。", "开启")
    assert (second.question.text, second.question.full_mark) == ("为什么？（6分）如何？", 6)


def test_marks_that_are_all_called_alike_are_those_of_the_question_before_them():
    head = "学生姓名,学号/工号,1.(简答题)简述甲。,得分,3.(简答题)简述乙。,得分,总成绩\n"
    _roles, (first, second) = roles_of(head + "李,007,煤,2,铁,3,5\n")
    assert (first.key, first.question.text, first.reference_mark) == ("007/1", "(简答题)简述甲。", 2)
    assert (second.key, second.text, second.reference_mark) == ("007/3", "铁", 3)


@pytest.mark.parametrize("names", ["第1题,作答,得分,第2题,作答,得分", "Question 1,Answer,Score,Question 2,Answer,Score"])
def test_columns_that_are_called_alike_belong_to_the_question_before_them(names):
    _roles, (first, second) = roles_of(f"学号,{names}\n7,why?,煤,2,how?,铁,3\n")
    assert (first.question.text, first.text, first.reference_mark) == ("why?", "煤", 2)
    assert (second.question.text, second.text, second.reference_mark) == ("how?", "铁", 3)


def test_two_answers_to_the_question_of_the_line_come_from_two_sources():
    table = opened("prompt,response_1,response_2,strength\np,a,b,1\nq,c,d,-2\n")
    roles = {"prompt": "question", "response_1": "answer", "response_2": "answer", "strength": "ignore"}
    assert check_item_columns(roles) == []
    found = [(row.question.text, row.source, row.text) for row in wide_rows(table, roles, ANSWERS)]
    assert found[:2] == [("p", "response_1", "a"), ("p", "response_2", "b")]
    assert len({row.key for row in wide_rows(table, roles, ANSWERS)}) == 4
    assert wide_table(roles, ANSWERS) is None


def test_a_question_that_is_too_long_for_a_name_says_that_it_was_cut():
    _roles, (first, _second) = roles_of(f"学号,1、{'长' * 150}？,2、为什么？这样\n7,煤,铁\n")
    assert first.question.text.endswith("长…")


def test_numbered_questions_that_were_answered_with_numbers_are_no_answers():
    roles, _ = roles_of("序号,2、摘要甲的流畅性,3、摘要乙的流畅性\n1,4,5\n")
    assert "answer" not in roles.values()


SHEET = [
    ["学号", "班级", "第1题作答", "第1题得分（3分）", "第2题作答", "第2题得分", "第2题满分"],
    ["s1", "1班", "煤炭", 3, "统治", "半分", 2],
    ["s2", "1班", "不知道", 0, "", "", 2],
    ["s3", "2班", "铁", "好", "圈地", 2, 2],
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_line_is_an_answer_to_every_question(kind):
    text = "\n".join(",".join(map(str, line)) for line in SHEET)
    table = opened(text if kind == "csv" else workbook(*SHEET))
    roles = {"学号": "source", "班级": "group"} | {c: r.value for c, r in wide_guess(table.columns).roles.items()}
    found = list(wide_rows(table, roles))
    read = [row for row in found if not isinstance(row, Problem)]
    assert [(row.key, row.text, row.reference_mark) for row in read] == [
        ("s1/第1题", "煤炭", 3.0), ("s1/第2题", "统治", 0.5),
        ("s2/第1题", "不知道", 0.0), ("s2/第2题", "", None),
        ("s3/第2题", "圈地", 2.0),
    ]  # fmt: skip
    assert {(row.question.key, str(row.question.full_mark)) for row in read} == {("第1题", "3"), ("第2题", "2")}
    assert {row.group_keys["班级"] for row in read} == {"1班", "2班"}
    (problem,) = [row for row in found if isinstance(row, Problem)]
    assert (problem.line, "第1题得分" in problem.text) == (4, True)
