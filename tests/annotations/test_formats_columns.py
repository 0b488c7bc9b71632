"""Columns by name, numbers and scoring points as people write them, stable keys."""

from __future__ import annotations

from decimal import Decimal

import pytest

from annotations.formats.columns import Role, check_mapping, guess_roles, role_of
from annotations.formats.items import ItemReader, ItemRow
from annotations.formats.problems import Problem, Row
from annotations.formats.values import (
    decimal_of,
    number_of,
    points_as_text,
    scoring_points_of,
    step_of,
)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("题目", Role.QUESTION), ("Prompt", Role.QUESTION), ("input", Role.QUESTION),
        ("作答", Role.ANSWER), ("答案", Role.ANSWER), ("Response", Role.ANSWER),
        ("参考答案", Role.REFERENCE), ("满分（分）", Role.FULL_MARK), ("Full Mark", Role.FULL_MARK),
        ("采分点", Role.SCORING_POINTS), ("科目", Role.SCHOOL_SUBJECT), ("题号", Role.QUESTION_KEY),
        ("Q#", Role.QUESTION_KEY), ("学号", Role.SOURCE), ("student ID", Role.SOURCE),
        ("model_id", Role.SOURCE), ("班级", Role.GROUP), ("上下文", Role.CONTEXT),
        ("图片", Role.IMAGE), ("编号", Role.ITEM_KEY), ("机器评分", Role.MACHINE_MARK),
        ("题目/Question", Role.QUESTION), ("学号/工号", Role.SOURCE), ("question/answer", None),
        ("步长", Role.STEP), ("得分", None), ("score", None), ("备注", None),
    ],
)  # fmt: skip
def test_a_name_in_either_language_has_its_role(name, role):
    assert role_of(name) is role


@pytest.mark.parametrize("name", ["得分", "score", "Mark", "judge1", "final judge", "人工打分1"])
def test_a_bare_score_is_asked_not_guessed(name):
    guess = guess_roles([name], {name: ["1", "2"]})
    assert not guess.roles
    assert Role.PAST_MARK in guess.open[name]
    assert Role.MACHINE_MARK in guess.open[name]
    assert Role.RATING in guess.open[name]


def test_a_score_column_of_words_is_information():
    assert guess_roles(["评分意见"], {"评分意见": ["写得不错"]}).roles == {
        "评分意见": Role.METADATA
    }


@pytest.mark.parametrize("cell", ['[3, 2]', '{"a": 1}'])
def test_lists_and_objects_are_no_score(cell):
    assert guess_roles(["scores"], {"scores": [cell, ""]}).roles == {"scores": Role.METADATA}


def test_who_rated_is_information_and_may_be_a_score_where_it_is_a_number():
    guess = guess_roles(["judge", "rater_id", "grader"], {"judge": ["expert_1"], "rater_id": ["7"], "grader": ["7"]})
    assert guess.roles == {"judge": Role.METADATA, "rater_id": Role.METADATA}
    assert guess.open["grader"][0] is Role.METADATA


def test_nested_json_says_what_its_parts_are():
    columns = ["id", "input.question", "input.context", "expectedOutput.answer", "metadata.answer.note"]
    roles = guess_roles(columns, {}).roles
    assert [roles[column] for column in columns[1:4]] == [Role.QUESTION, Role.CONTEXT, Role.REFERENCE]
    assert roles["metadata.answer.note"] is Role.METADATA
    assert guess_roles(["prompt", "vars.question"], {}).roles["vars.question"] is Role.METADATA
    assert guess_roles(["question.full_text"], {}).roles["question.full_text"] is Role.QUESTION
    assert guess_roles(["answers.text"], {"answers.text": ['["a"]']}).roles["answers.text"] is Role.METADATA


def test_a_prediction_in_words_may_be_the_answer():
    assert guess_roles(["prediction"], {"prediction": ["because"]}).open["prediction"][0] is Role.ANSWER
    beside = guess_roles(["prediction", "response"], {"prediction": ["because"], "response": ["so"]})
    assert beside.roles == {"prediction": Role.METADATA, "response": Role.ANSWER}
    assert guess_roles(["prediction"], {"prediction": ["2.5", ""]}).roles["prediction"] is Role.MACHINE_MARK


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("prompt_name", "full_text"), (Role.QUESTION_KEY, Role.ANSWER)),
        (("ArticleText", "SystemSummary", "System"), (Role.CONTEXT, Role.ANSWER, Role.SOURCE)),
        (("user_input", "retrieved_contexts", "response"), (Role.QUESTION, Role.CONTEXT, Role.ANSWER)),
    ],
)
def test_names_of_published_tables_are_known(columns, expected):
    assert tuple(guess_roles(columns, {}).roles[column] for column in columns) == expected


def test_short_names_that_mean_many_things_are_not_guessed():
    """MT may be a translation or a midterm, ref a reference or a number."""
    assert set(guess_roles(["src", "MT", "ref"], {}).roles.values()) == {Role.METADATA}


def test_two_columns_that_claim_one_role_are_asked():
    guess = guess_roles(["作答", "答案"], {})
    assert set(guess.open) == {"作答", "答案"}
    assert {Role.REFERENCE, Role.QUESTION, Role.CONTEXT} < set(guess.open["答案"])


def test_a_question_beside_a_question_text_may_be_its_number():
    guess = guess_roles(["question", "question_text", "answer"], {})
    assert guess.roles == {"answer": Role.ANSWER}
    for column in ("question", "question_text"):
        assert guess.open[column][:2] == (Role.QUESTION, Role.QUESTION_KEY)



def test_an_id_that_repeats_is_asked():
    assert guess_roles(["id"], {"id": ["1", "2"]}).roles == {"id": Role.ITEM_KEY}
    assert "id" in guess_roles(["id"], {"id": ["1", "1"]}).open


def test_metrics_are_automatic_scores():
    assert guess_roles(["ROUGE-L"], {"ROUGE-L": ["0.3"]}).roles == {"ROUGE-L": Role.AUTOMATIC_SCORE}


def test_a_mapping_needs_answers_or_images_and_single_roles_once():
    assert check_mapping({"a": "question"})
    assert not check_mapping({"a": "answer"})
    assert not check_mapping({"a": "image"})
    assert not check_mapping({"a": "item_key", "b": "automatic"})
    assert check_mapping({"a": "answer", "b": "answer"})
    assert not check_mapping({"a": "answer", "b": "group", "c": "group"})


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("史料正确2分；结论1分", [("史料正确", 2), ("结论", 1)]),
        ("要点(2)", [("要点", 2)]),
        ("1. 圈地运动（1.5分）\n2. 殖民扩张（1分）", [("圈地运动", 1.5), ("殖民扩张", 1)]),
        ("①甲1分②乙2分", [("甲", 1), ("乙", 2)]),
        ('[{"text": "a", "marks": 2}]', [("a", 2)]),
        ('{"要点": 1}', [("要点", 1)]),
        ("names the Glorious Revolution (1); enclosure: 2 marks",
         [("names the Glorious Revolution", 1), ("enclosure", 2)]),
        ("", []),
    ],
)  # fmt: skip
def test_scoring_points_are_read(text, points):
    found = scoring_points_of(text)
    assert [(point["text"], point["marks"]) for point in found] == points
    assert scoring_points_of(points_as_text(found)) == found


@pytest.mark.parametrize(
    "text", ["结论", "CO2", "要点0分", '["a"]', '[{"text": "a"}]', "[1", '{"a": -1}']
)
def test_points_without_marks_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        scoring_points_of(text)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1,500", "abc", "--1", "1_000"])
def test_what_is_no_finite_number_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        number_of(text)


def test_numbers_are_read_as_people_write_them():
    assert [number_of(t) for t in ("2", "２．５", "3分", "-1", " .5 ", "")] == [
        2,
        2.5,
        3,
        -1,
        0.5,
        None,
    ]
    assert decimal_of("2.50") == Decimal("2.5")
    assert [step_of(t) for t in ("", "0.5", "是", "yes", "no")] == [
        1,
        Decimal("0.5"),
        Decimal("0.5"),
        Decimal("0.5"),
        1,
    ]


def item(roles: dict[str, str], values: dict[str, str]) -> ItemRow | Problem:
    return ItemReader(roles)(Row(2, values))


def test_the_key_is_the_id_else_source_and_question_else_the_content():
    roles = {"id": "item_key", "s": "source", "q": "question_key", "t": "answer"}
    values = {"id": "7", "s": "s1", "q": "3", "t": "x"}
    assert item(roles, values).key == "7"
    assert item(roles, values | {"id": ""}).key == "s1/3"
    by_content = {"q": "question", "t": "answer"}
    first = item(by_content, {"q": "why", "t": "x"}).key
    assert item(by_content, {"q": "why", "t": "x"}).key == first
    assert item(by_content, {"q": "why", "t": "y"}).key != first
    assert item(by_content, {"q": "who", "t": "x"}).key != first


def test_question_numbers_of_two_subjects_stay_apart():
    roles = {"科目": "school_subject", "题号": "question_key", "作答": "answer", "学号": "source"}
    keys = [
        item(roles, {"科目": s, "题号": "1", "作答": "x", "学号": "a"}).key
        for s in ("语文", "数学")
    ]
    assert keys == ["a/语文 1", "a/数学 1"]


def test_long_questions_without_number_get_keys_that_differ():
    roles = {"q": "question", "t": "answer"}
    keys = {item(roles, {"q": "长" * 60 + end, "t": "x"}).question.key for end in "ab"}
    assert len(keys) == 2
    assert all(len(key) < 60 for key in keys)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"满分": "x"}, "The full mark “x” is no number."),
        ({"满分": "0"}, "The full mark must be more than 0."),
        ({"步长": "-1"}, "The step “-1” is no number above 0."),
        ({"采分点": "没有分值"}, "The scoring points “没有分值” cannot be read"),
        ({"满分": "3", "得分": "4"}, "“得分” is 4, outside the marks from 0 to 3."),
        ({"得分": "-1"}, "outside the marks"),
        ({"机评": "优"}, "“机评” is “优”, which is no number."),
        ({"满分": "3", "机评": "3.5"}, "outside the marks from 0 to 3."),
        ({"作答": "", "学号": ""}, "This line has no answer and does not say whose it is."),
        ({"学号": "x" * 121}, "is longer than 120 characters."),
    ],
)
def test_bad_values_are_refused_with_a_sentence(values, sentence):
    roles = {
        "学号": "source", "题号": "question_key", "作答": "answer", "满分": "full_mark",
        "步长": "step", "采分点": "scoring_points", "得分": "past_mark", "机评": "machine",
    }  # fmt: skip
    found = item(roles, {"学号": "s1", "题号": "1", "作答": "对", **values})
    assert isinstance(found, Problem)
    assert sentence in found.text
    assert found.line == 2


def test_an_empty_answer_of_a_known_student_is_an_answer():
    assert (
        item(
            {"s": "source", "t": "answer", "q": "question_key"}, {"s": "a", "t": "", "q": "1"}
        ).text
        == ""
    )


def test_a_problem_is_told_in_the_readers_language_later():
    problem = Problem(3, "The full mark “%(value)s” is no number.", {"value": "\x1b[31mred"})
    assert Problem.from_data(problem.as_data()) == problem
