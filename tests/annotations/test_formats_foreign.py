"""Files of other programs, recognised by their shape and read as items (and ratings)."""

from __future__ import annotations

import io
import json
import random
from typing import Any

import pytest

from annotations.actions.item_imports import describe, describe_ratings
from annotations.formats.foreign import SHAPES
from annotations.formats.opening import open_table
from annotations.formats.problems import Problem, Row
from annotations.formats.ratings import read_rating_rows
from annotations.formats.table import Table

LABEL_STUDIO = [
    {
        "id": 7,
        "data": {"question": "Why?", "answer": "Because.", "class": "1"},
        "annotations": [
            {
                "completed_by": {"email": "li@school.cn"},
                "lead_time": 4.2,
                "was_cancelled": False,
                "result": [
                    {"from_name": "accuracy", "type": "rating", "value": {"rating": 4}},
                    {"from_name": "polite", "type": "choices", "value": {"choices": ["yes"]}},
                    {"from_name": "span", "type": "labels", "value": {"labels": ["X"], "start": 0}},
                ],
            },
            {"completed_by": 10, "was_cancelled": True,
             "result": [{"from_name": "accuracy", "value": {"rating": 1}}]},
        ],
        "predictions": [{"model_version": "v3", "score": 0.8, "result": []}],
    }
]  # fmt: skip
LM_EVAL = {
    "doc_id": 0, "doc": {"question": "2+2?"}, "target": "4",
    "arguments": {"gen_args_0": {"arg_0": "Q: 2+2?\nA:", "arg_1": {"until": []}}},
    "resps": [["4\n"]], "filtered_resps": ["4"], "filter": "none",
    "metrics": ["exact_match", "f1"], "exact_match": 1.0, "f1": 0.5, "doc_hash": "ab",
}  # fmt: skip
RESULT = {
    "success": True, "score": 1, "prompt": {"raw": "Say hi", "label": "x"}, "vars": {"name": "Li"},
    "response": {"output": "hi Li"}, "latencyMs": 12, "provider": {"id": "m1"},
    "namedScores": {"tone": 0.5},
}  # fmt: skip
OLD_TABLE = {
    "results": {
        "version": 2,
        "table": {
            "head": {"prompts": [], "vars": ["name"]},
            "body": [
                {"vars": ["Li"], "outputs": [
                    {"text": "hi", "pass": True, "score": 1, "prompt": "Say hi", "provider": "m1"},
                    {"text": "yo", "pass": False, "score": 0, "prompt": "Say hi", "provider": "m2"},
                ]}
            ],
        },
    }
}  # fmt: skip


def table_of(data: Any) -> Table:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return open_table(io.BytesIO(text.encode()))


def rows_of(table: Table) -> list[dict[str, str]]:
    return [row.values for row in table.rows() if isinstance(row, Row)]


def test_label_studio_tasks_are_items_and_predictions_scorers():
    table = table_of(LABEL_STUDIO)
    (row,) = rows_of(table)
    assert (row["id"], row["question"], row["answer"], row["v3"]) == ("7", "Why?", "Because.", "0.8")
    facts = describe(table)
    assert facts["guess"]["v3"] == "automatic"
    assert facts["guess"]["class"] == "group"
    assert facts["has_ratings"]


def test_label_studio_annotations_are_ratings():
    ratings = table_of(LABEL_STUDIO).ratings
    assert ratings is not None
    facts = describe_ratings(ratings)
    assert facts["open"] == {}
    (rating,), problems = read_rating_rows(ratings, facts["guess"])
    assert problems == []
    assert (rating.item, rating.rater, rating.seconds) == ("7", "li@school.cn", 4.2)
    assert {name: value for name, (value, _) in rating.scores.items()} == {
        "accuracy": "4", "polite": "yes",
    }  # fmt: skip


def test_several_choices_are_one_value_and_what_was_typed_is_the_note():
    result = [
        {"from_name": "faults", "type": "choices", "value": {"choices": ["long", "rude"]}},
        {"from_name": "why", "type": "textarea", "value": {"text": ["too long", "and rude"]}},
    ]
    table = table_of([{"id": 1, "data": {"text": "x"}, "annotations": [{"completed_by": 3, "result": result}]}])
    assert table.ratings is not None
    (rating,), _ = read_rating_rows(table.ratings, describe_ratings(table.ratings)["guess"])
    assert (rating.scores["faults"][0], rating.note) == ("long; rude", "too long\nand rude")


def test_what_is_said_of_a_part_of_an_item_is_no_score_of_it_and_told():
    marked = {"from_name": "severity", "type": "rating", "value": {"start": 0, "end": 4, "rating": 3}}
    whole = {"from_name": "tone", "type": "rating", "value": {"rating": 2}}
    empty = {"from_name": "why", "type": "textarea", "value": {"text": None}}
    table = table_of([{"id": 1, "data": {"text": "x"}, "annotations": [{"completed_by": 3, "result": [marked, whole, empty]}]}])
    assert table.ratings is not None
    (rating,), (problem,) = read_rating_rows(table.ratings, describe_ratings(table.ratings)["guess"])
    assert (list(rating.scores), rating.note) == (["tone"], "")
    assert (problem.line, problem.is_warning, "severity" in problem.text) == (1, True, True)
    nothing_else = table_of([{"id": 1, "data": {"text": "x"}, "annotations": [{"completed_by": 3, "result": [marked]}]}])
    assert nothing_else.ratings is not None
    assert [type(row) for row in nothing_else.ratings.rows()] == [Problem]


def test_lm_eval_samples_have_a_scorer_for_each_metric():
    table = table_of(json.dumps(LM_EVAL) + "\n" + json.dumps({**LM_EVAL, "doc_id": 1}) + "\n")
    first, second = rows_of(table)
    assert (first["id"], first["answer"], first["reference"]) == ("0", "4", "4")
    assert first["question"] == "Q: 2+2?\nA:"
    assert second["id"] == "1"
    guess = describe(table)["guess"]
    assert (guess["exact_match"], guess["f1"]) == ("automatic", "automatic")
    assert guess["answer"] == "answer"


def test_promptfoo_results_in_one_object():
    table = table_of({"evalId": "e", "results": {"version": 3, "stats": {}, "results": [RESULT]}})
    (row,) = rows_of(table)
    assert (row["question"], row["answer"], row["system"]) == ("Say hi", "hi Li", "m1")
    assert (row["vars.name"], row["latency ms"]) == ("Li", "12")
    guess = describe(table)["guess"]
    assert {name for name, role in guess.items() if role == "automatic"} == {
        "promptfoo success", "promptfoo score", "promptfoo tone",
    }  # fmt: skip
    assert (row["promptfoo success"], row["promptfoo tone"]) == ("1.0", "0.5")


@pytest.mark.parametrize("indent", [None, 2])
def test_promptfoo_older_tables_hold_several_outputs_a_test(indent: int | None):
    first, second = rows_of(table_of(json.dumps(OLD_TABLE, indent=indent)))
    assert (first["system"], first["answer"], first["promptfoo success"]) == ("m1", "hi", "1.0")
    assert (second["system"], second["answer"], second["promptfoo success"]) == ("m2", "yo", "0.0")


def test_promptfoo_outputs_directly_under_the_results():
    data = {"version": 3, "results": {"outputs": [
        {"pass": True, "score": 1, "text": "hi", "prompt": "Say hi", "vars": {"name": "Li"}},
    ]}}  # fmt: skip
    (row,) = rows_of(table_of(data))
    assert (row["question"], row["answer"], row["promptfoo score"]) == ("Say hi", "hi", "1.0")


def test_doccano_lines_keep_their_labels_and_meta():
    line = {"id": 3, "text": "好", "label": ["positive", "short"], "meta": {"class": "2班"}}
    table = table_of(json.dumps(line, ensure_ascii=False) + "\n")
    (row,) = rows_of(table)
    assert (row["id"], row["text"], row["label"], row["class"]) == (
        "3", "好", "positive; short", "2班",
    )  # fmt: skip
    assert table.format == "doccano"
    assert describe(table)["guess"]["text"] == "answer"


def test_chat_content_may_come_in_parts():
    turns = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "image_url"}]},
        {"role": "assistant", "content": "hello"},
    ]
    (row,) = rows_of(table_of(json.dumps({"messages": turns, "id": "a"}) + "\n"))
    assert row == {"id": "a", "question": "hi", "answer": "hello", "context": "system: be kind"}


def test_plain_objects_stay_as_they_are():
    table = table_of([{"input": "a", "output": "b", "score": 1}])
    assert (table.format, table.roles, table.ratings) == ("json", {}, None)


NAMES = (
    "data", "annotations", "predictions", "result", "value", "rating", "choices", "doc", "doc_id",
    "resps", "arguments", "gen_args_0", "metrics", "prompt", "response", "vars", "outputs",
    "messages", "role", "content", "text", "label", "id", "meta", "provider", "namedScores",
)  # fmt: skip


def some_json(rng: random.Random, depth: int = 4) -> Any:
    kind = rng.randrange(7 if depth else 4)
    if kind < 4:
        return [None, True, rng.randrange(-3, 9), rng.choice(NAMES)][kind]
    if kind == 4:
        return [some_json(rng, depth - 1) for _ in range(rng.randrange(3))]
    return {name: some_json(rng, depth - 1) for name in rng.sample(NAMES, rng.randrange(9))}


def test_no_entry_whatever_its_shape_breaks_a_reader():
    rng = random.Random(5)
    rows = 0
    for _ in range(2000):
        entry = {name: some_json(rng) for name in rng.sample(NAMES, 12)}
        for shape in SHAPES:
            shape.fits(entry)
            for told in shape.items(entry):
                rows += 1
                assert all(isinstance(value, float) for value in told.scores.values())
            for rating in shape.ratings(entry) if shape.ratings else ():
                assert rating["value"] is not None
    assert rows > 2000
