"""Data frames, lists in objects, conversations, questionnaires and web pages that call themselves tables."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Row
from annotations.management.map_option import mapping_said


def rows(data: Any) -> list[dict[str, str]]:
    text = data if isinstance(data, str) else json.dumps(data)
    table = open_table(io.BytesIO(text.encode()))
    return [row.values for row in table.rows() if isinstance(row, Row)]


WANTED = [{"question": "a", "answer": "x"}, {"question": "b", "answer": "y"}]


@pytest.mark.parametrize(
    "data",
    [
        {"question": {"0": "a", "1": "b"}, "answer": {"0": "x", "1": "y"}},
        {"columns": ["question", "answer"], "index": [0, 1], "data": [["a", "x"], ["b", "y"]]},
        {"version": 2, "testCases": WANTED},
        {"first": WANTED[0], "second": WANTED[1]},
        {"first": WANTED[0], "second": {**WANTED[1], "note": "only here"}},
        {"question": ["a", "b"], "answer": ["x", "y"]},
        {"train": WANTED[:1], "test": WANTED[1:]},
    ],
)
def test_one_object_that_holds_a_table_is_read_as_one(data):
    for text in (json.dumps(data), json.dumps(data, indent=1)):
        assert [(row["question"], row["answer"]) for row in rows(text)] == [("a", "x"), ("b", "y")]


def test_an_item_with_a_list_in_it_stays_an_item():
    assert len(rows({"question": "a", "answer": "x", "sources": [{"url": "u"}, {"url": "v"}]})) == 1


def test_lists_under_several_names_say_which_they_were():
    assert [row["group"] for row in rows({"train": WANTED[:1], "test": WANTED[1:]})] == ["train", "test"]


def test_turns_in_the_input_are_a_question_beside_its_answer():
    turns = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}]
    (row,) = rows([{"input": turns, "output": "hello", "ideal": "hey"}])
    assert row == {"question": "hi", "context": "system: be brief", "output": "hello", "ideal": "hey"}


def test_conversations_are_chats():
    turns = [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello"}]
    (row,) = rows([{"id": "c1", "conversations": turns}])
    assert (row["question"], row["answer"], row["id"]) == ("hi", "hello", "c1")


@pytest.mark.parametrize("is_new", [True, False])
def test_the_answer_to_multiple_choice_is_the_likeliest_option(is_new):
    options = [["Q", " no"], ["Q", " yes"]]
    arguments = {f"gen_args_{i}": {"arg_0": q, "arg_1": o} for i, (q, o) in enumerate(options)}
    entry = {
        "doc_id": 0, "doc": {"query": "Q"}, "target": 1, "arguments": arguments if is_new else options,
        "resps": [[["-3.1", "False"]], [["-2.1", "True"]]],
        "filtered_resps": [["-3.1", "False"], ["-2.1", "True"]], "acc": 1.0,
    }  # fmt: skip
    (row,) = rows(json.dumps(entry) + "\n")
    assert row["answer"] == "yes"


def test_the_lines_of_questions_below_the_header_of_qualtrics_are_no_answers():
    text = 'Start,Q1\nStart Date,"How good?\nSay"\n"{""ImportId"":""a""}","{""ImportId"":""b""}"\n2024,5\n'
    assert rows(text) == [{"Start": "2024", "Q1": "5"}]


@pytest.mark.parametrize("start", ["<?xml version='1.0'?><a>", "<!DOCTYPE html>\n<table>", "<TABLE border=1>"])
def test_a_web_page_called_a_table_is_refused_with_advice(start):
    with pytest.raises(BadFile, match="web page or XML"):
        rows(start + "<tr><td>1</td></tr>")


def test_text_that_begins_with_a_tag_is_a_table():
    assert rows("<b>answer</b>,id\nx,1\n") == [{"<b>answer</b>": "x", "id": "1"}]


def test_a_pattern_says_it_of_several_columns_and_a_name_of_one():
    columns = ["answer", "rater1", "rater2", "rater3"]
    words = {"rating": "rating", "ignore": "ignore"}
    said = mapping_said(["ignore=rater2", "rating=rater*"], columns, words)
    assert said == {"rater1": "rating", "rater2": "ignore", "rater3": "rating"}
