"""manage.py agreement on files in which somebody rated twice, on texts that begin like numbers, on exported ratings."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def run(lines: list[str], *arguments: str, level: str = "ordinal") -> Any:
        path = tmp_path / "r.csv"
        path.write_text("\n".join(lines) + "\n")
        out, err = StringIO(), StringIO()
        call_command("agreement", str(path), "--level", level, "--json", *arguments, stdout=out, stderr=err)
        return json.loads(out.getvalue()), err.getvalue()

    return run


def names(result: dict[str, Any]) -> list[str]:
    return [row["rater"] for row in result["leave_one_rater_out"]]


LONG = ["item,rater,value", "1,ann,2", "1,ben,3", "2,ann,4", "2,ben,4", "3,ann,1", "3,ben,2"]


def test_a_line_that_was_saved_twice_is_taken_once_and_said(read):
    result, said = read([*LONG, "2,ann,4"])
    assert result == read(LONG)[0]
    assert "Left out, for another line says the same word for word: 8." in said


def test_two_different_ratings_are_named_with_both_lines(read):
    with pytest.raises(CommandError, match="Line 8: “ann” rates the item “2” a second time, after line 4"):
        read([*LONG, "2,ann,3"])


STORIES = [
    "Story ID,Model,Worker ID,Relevance,Surprise",
    *(f"{story},{'AB'[story % 2]},w{place},{1 + (story + place) % 5},{1 + story % 5}" for story in range(12) for place in range(3)),
]


def test_a_second_rating_does_not_make_another_column_the_item(read):
    assert [part["items"] for part in read(STORIES)[0]] == [12, 12]
    with pytest.raises(CommandError, match="“w1” rates the item “7” a second time, after line 24"):
        read([*STORIES, "7,B,w1,5,5"])


def test_who_says_item_and_rater_need_not_name_every_criterion(read):
    said = read(STORIES, "--map", "item=Story ID", "--map", "rater=Worker ID")[0]
    assert [part["criterion"] for part in said] == ["Relevance", "Surprise"]
    assert said == read(STORIES)[0]


def test_texts_of_which_some_begin_with_a_number_are_no_rater(read):
    texts = ["（1）政治前提", "商品经济", "不知道", "三", "工业革命"]
    result, said = read(["回复,甲,乙", *(f"{text},{place % 4},{place % 3}" for place, text in enumerate(texts))])
    assert names(result) == ["甲", "乙"]
    assert "left out (--raters chooses others): 回复" in said


@pytest.mark.parametrize(
    ("header", "proposed"),
    [
        ("Overall_1,Overall_2,Syntax_1,Syntax_2,bleu", "Overall_1,Overall_2"),
        ("准确性（张三）,准确性（李四）,完整性（张三）,完整性（李四）,自动评分", "准确性（张三）,准确性（李四）"),
        ("张三-准确性,李四-准确性,张三-完整性,李四-完整性,自动评分", "张三-准确性,李四-准确性"),
    ],
)
def test_of_raters_and_criteria_in_one_name_one_criterion_is_proposed(read, header, proposed):
    with pytest.raises(CommandError, match=f"--raters “{proposed}”"):
        read([f"text_id,{header}", *(f"t{place},1,2,{place % 3},3,0.5" for place in range(6))])


def test_ratings_that_were_exported_beside_an_empty_mark_are_criteria(read):
    header = "item,rater,scores.c1,scores.c2,composite,mark,seconds"
    lines = [f"{item},{rater},{1 + item % 3},{1 + (item + place) % 4},0.5,,20" for item in range(6) for place, rater in enumerate("ab")]
    parts = read([header, *lines])[0]
    assert [(part["criterion"], part["items"], part["raters"]) for part in parts] == [("c1", 6, 2), ("c2", 6, 2)]
    assert read([header, *lines], "--criterion", "c2")[0] == parts[1]
    one = read(["item,rater,scores.c1,mark", *(f"{item},{rater},{item % 3}," for item in range(6) for rater in "ab")])[0]
    assert (one["criterion"], one["items"]) == ("c1", 6)
