"""JSON, JSON lines and chat messages: whole, in pieces, broken, and too deep."""

from __future__ import annotations

import json

import pytest

from annotations.formats.problems import Problem
from tests.annotations.format_files import opened, refusal, rows


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


def test_broken_json_is_shown_where_it_goes_wrong():
    """In the file's own words, whatever language the reader has."""
    assert "“oops}]”" in list(opened('[{"a": 1},\n{"a": oops}]').rows())[-1].text
    assert "“\"b\": 2}”" in refusal('{"a": 1 "b": 2}').text


def test_json_that_ends_too_early_is_said():
    assert refusal('{"a": 1,').text == "This is not valid JSON: it ends too early."


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


def test_text_that_no_database_can_hold_is_a_problem():
    found = list(opened('{"a": "fine"}\n{"a": "\\ud800"}\n{"a": "\\u0000"}\n').rows())
    assert [isinstance(row, Problem) for row in found] == [False, True, True]


def test_names_that_no_database_can_hold_are_a_problem_too():
    found = list(opened('{"a": "fine"}\n{"\\ud800": "b"}\n{"a\\u0000": "c"}\n').rows())
    assert [isinstance(row, Problem) for row in found] == [False, True, True]
