"""Exports for programs that fine-tune models: shapes, prompts, pairs."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from annotations.models import Adjudication, CriterionScore
from grading.methods.prompt_text import StrayBrace, UnknownPlace
from grading.models import MarksTaken
from grading.training_examples import of_campaign
from grading.training_exports import lines, records, zipped
from grading.training_prompts import Prompt
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_exam
from tests.grading.training_case import a_class, a_training_set, asked, built, example

QUESTION = {"reference": "光荣革命", "scoring_points": [{"text": "政治", "marks": 1}, {"text": "资本", "marks": 1}]}


def rows(marks=(0, 1, 2)):
    question = asked(**QUESTION)
    return built([example(question, n, mark) for n, mark in enumerate(marks)]).rows


def found(kind, marks=(0, 1, 2), **prompt):
    return list(records(rows(marks), kind, Prompt(**prompt)))


def test_the_usual_prompt_holds_all_that_is_known_in_the_language_of_the_answers():
    (record,) = found("sft", (2,))
    assert record["completion"] == "2"
    for part in ("第1题？", "光荣革命", "政治 (1)\n资本 (1)", "满分：2", "第0份作答"):
        assert part in record["prompt"]
    english = asked(text="Why?", reference="Because")
    (row,) = built([example(english, 1, 1, answer="so")]).rows
    assert "Full mark: 2" in Prompt().of(row)


def test_a_template_fills_its_places_and_leaves_braces_of_answers_alone():
    (row,) = built([example(asked(), 1, 1, answer="{question}")]).rows
    text = "{{json}} {question}|{answer}|{full_mark}"
    assert Prompt(text=text).of(row) == "{json} 第1题？|{question}|2"


def test_a_template_with_an_unknown_place_or_a_stray_brace_is_refused_beforehand():
    with pytest.raises(UnknownPlace):
        Prompt(text="{essay}").check()
    with pytest.raises(StrayBrace):
        Prompt(text="{input").check()


def test_who_learns_to_answer_is_told_neither_answer_nor_reference():
    (record,) = found("reward", (2,), is_marking=False)
    assert record["prompt"] == "第1题？"
    with pytest.raises(UnknownPlace):
        Prompt(is_marking=False, text="{answer}").check()


def test_chat_messages_begin_with_the_instruction_where_there_is_one():
    assert [m["role"] for m in found("openai")[0]["messages"]] == ["user", "assistant"]
    (record,) = found("openai", (1,), system="严格")
    assert record["messages"][0] == {"role": "system", "content": "严格"}
    assert record["messages"][-1] == {"role": "assistant", "content": "1"}


def test_llama_factory_records_have_its_keys():
    assert set(found("alpaca")[0]) == {"instruction", "input", "output", "system", "history"}
    turns = found("sharegpt")[0]["conversations"]
    assert [turn["from"] for turn in turns] == ["human", "gpt"]


def test_rewards_go_from_nothing_to_the_full_mark():
    assert sorted(record["reward"] for record in found("reward", is_marking=False)) == [0, 0.5, 1]
    (record,) = found("reward", (1,), is_marking=False)
    assert record["criteria"] == [{"name": "mark", "weight": 1, "points": 1}]


def test_a_right_mark_is_preferred_to_the_next_one_and_always_to_the_same():
    pairs = found("dpo", (0, 2))
    assert [(p["chosen"], p["rejected"]) for p in pairs] == [("0", "1"), ("2", "1")]
    middle = [pair["rejected"] for pair in found("dpo", [1] * 40)]
    assert set(middle) == {"0", "2"}
    assert middle == [pair["rejected"] for pair in found("dpo", [1] * 40)]


def test_of_two_answers_the_one_with_the_higher_mark_is_chosen():
    marks = {row["answer"]: row["mark"] for row in rows([0, 1, 2] * 20)}
    pairs = found("dpo-answers", [0, 1, 2] * 20, is_marking=False)
    assert len(pairs) == 40
    assert all(marks[pair["chosen"]] > marks[pair["rejected"]] for pair in pairs)


def test_answers_of_two_questions_are_never_a_pair():
    one = [example(asked("1"), n, 2) for n in range(5)]
    other = [example(asked("2"), n, 0) for n in range(5)]
    pairs = list(records(built([*one, *other]).rows, "dpo-answers", Prompt(is_marking=False)))
    assert pairs == []


def test_a_scale_of_one_mark_makes_no_pairs():
    only = built([example(asked(full_mark=None, step=0), 1, 0)]).rows
    assert list(records(only, "dpo", Prompt())) == []


@pytest.mark.parametrize("kind", ["alpaca", "sharegpt"])
def test_lists_are_json_even_when_they_are_empty(kind):
    whole = b"".join(lines(iter(found(kind)), kind))
    assert json.loads(whole) == found(kind)
    assert json.loads(b"".join(lines(iter([]), kind))) == []


class CriteriaTest(ConcordTestCase):
    """A campaign whose rubric has three criteria; two people mark each answer."""

    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        question = make.a_question(self.dataset, full_mark=5, school_subject="历史")
        make.items(question, 4)
        self.campaign = make.a_campaign(
            self.dataset, make.a_rubric(self.team), [self.cast.bob, self.cast.carol], kind="grading"
        )
        self.rows = list(self.campaign.campaign_items.select_related("item__question", "rubric").order_by("pk"))

    def rated(self, row, bob: tuple[int, int, int], carol: tuple[int, int, int]) -> None:
        for rater, scores in ((self.cast.bob, bob), (self.cast.carol, carol)):
            make.a_rating(row, rater, dict(zip(("c1", "c2", "c3"), scores, strict=True)))

    def rewards(self) -> dict[str, dict]:
        found = built(of_campaign(self.campaign, MarksTaken.ALL)).rows
        told = records(found, "reward", Prompt(is_marking=False))
        return {row["item"]: record for row, record in zip(found, told, strict=True)}

    def test_a_reward_has_the_criteria_as_those_gave_them_whose_mark_it_is(self) -> None:
        agreed, single, decided, untouched = self.rows
        self.rated(agreed, (4, 3, 2), (3, 4, 2))
        self.rated(single, (1, 5, 0), (1, 5, 0))
        self.rated(decided, (5, 5, 5), (0, 0, 0))
        scores = {"c1": 2, "c2": 1, "c3": 0}
        Adjudication.objects.create(campaign_item=decided, adjudicator=self.cast.dave, scores=scores, mark=1)
        found = self.rewards()
        points = {key: [one["points"] for one in record["criteria"]] for key, record in found.items()}
        assert points[agreed.item.key] == [3.5, 3.5, 2]
        assert points[single.item.key] == [1, 5, 0]
        assert points[decided.item.key] == [2, 1, 0]
        assert untouched.item.key not in found
        assert [(one["name"], one["weight"]) for one in found[agreed.item.key]["criteria"]] == [
            ("Criterion 1", 40), ("Criterion 2", 30), ("Criterion 3", 30),
        ]  # fmt: skip

    def test_an_optional_criterion_that_nobody_scored_is_none(self) -> None:
        row = self.rows[0]
        self.rated(row, (4, 3, 2), (4, 3, 2))
        CriterionScore.objects.filter(criterion__key="c2").delete()
        (record,) = self.rewards().values()
        assert [one["name"] for one in record["criteria"]] == ["Criterion 1", "Criterion 3"]

    def test_a_rubric_of_one_criterion_leaves_the_rows_as_they_were(self) -> None:
        campaign = an_exam(self.cast)
        rows = built(of_campaign(campaign, MarksTaken.ALL)).rows
        assert rows
        assert not any("criteria" in row for row in rows)


class ZipTest(ConcordTestCase):
    def zipped(self, kind: str, **prompt) -> tuple[bytes, dict[str, bytes]]:
        whole = b"".join(zipped(a_training_set(self.team), kind, Prompt(**prompt)))
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return whole, {name: archive.read(name) for name in archive.namelist()}

    def test_each_split_is_a_file_and_nothing_is_lost(self):
        _whole, files = self.zipped("sft")
        assert set(files) == {"train.jsonl", "validation.jsonl", "test.jsonl"}
        assert sum(len(content.splitlines()) for content in files.values()) == len(a_class())

    def test_llama_factory_is_told_what_the_files_are(self):
        _whole, files = self.zipped("sharegpt", system="严格")
        info = json.loads(files["dataset_info.json"])
        assert {one["file_name"] for one in info.values()} == set(files) - {"dataset_info.json"}
        assert info["concord_train"]["columns"] == {"messages": "conversations", "system": "system"}

    def test_the_same_export_is_the_same_file(self):
        assert self.zipped("alpaca")[0] == self.zipped("alpaca")[0]
