"""Answers from passages: the definitions on hand-made tables of support, and the lexical fallback."""

from __future__ import annotations

import pytest

from grading.methods.metrics_retrieved import (
    answer_relevance,
    context_precision,
    shared_words,
    supported,
)
from grading.methods.sentences import sentences
from grading.metrics import compute, per_item
from grading.metrics.entries.retrieved import passages_of

TABLE = {("p1", "One."): 0.1, ("p1", "Two."): 0.2, ("p2", "One."): 0.9, ("p2", "Two."): 0.1, ("p3", "One."): 0.5, ("p3", "Two."): 0.4}


def known(pairs):
    return [TABLE[pair] for pair in pairs]


def test_context_precision_is_the_mean_precision_at_every_useful_passage():
    # useful are the second and the third of three: (1/2 + 2/3) / 2, as RAGAS has it
    assert context_precision(["p1", "p2", "p3"], "One. Two.", known) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert context_precision(["p2", "p3", "p1"], "One. Two.", known) == 1
    assert context_precision(["p1"], "One. Two.", known) == 0
    assert context_precision([], "One. Two.", known) is None


def test_recall_and_faithfulness_are_shares_of_supported_sentences():
    assert supported("One. Two.", ["p1", "p2", "p3"], known) == 0.5
    assert supported("Two.", ["p1", "p2", "p3"], known) == 0
    assert supported("", ["p1"], known) is None
    assert supported("One.", [], known) is None


def test_a_model_of_questions_and_answers_is_asked_the_question_first():
    asked = []
    answer_relevance("the answer", "the question", lambda pairs: asked.extend(pairs) or [0.7])
    assert asked == [("the question", "the answer")]
    assert answer_relevance(" ", "q", known) == 0
    assert answer_relevance("a", "", known) is None


def test_shared_words_count_what_carries_content():
    assert shared_words([("the cat ran home", "A cat ran.")]) == [1]
    assert shared_words([("英国首先发生工业革命", "工业革命发生在法国")]) == [pytest.approx(2 / 3)]


def test_sentences_are_cut_in_both_languages():
    text = "我是。你好！What is it? 3.14 is pi. Dr. Smith came; yes.\n\n…"
    assert sentences(text) == ["我是。", "你好！", "What is it?", "3.14 is pi.", "Dr. Smith came;", "yes."]


@pytest.mark.parametrize(
    "value", [["一", "二"], '["一", "二"]', "一\n\n二", "一\n\n\n\n二\n\n"]
)
def test_passages_come_as_a_list_or_parted_by_empty_lines(value):
    assert passages_of(value) == ["一", "二"]


def test_nothing_is_no_passage():
    assert passages_of(None) == passages_of("") == []
    assert passages_of("[not json") == ["[not json"]


ANSWER = "退款在三天内到账。运费由月球支付。"
PASSAGES = ["营业时间为九点到六点。", "退款会在三天内到账，请耐心等待。"]


def test_by_words_the_result_says_that_it_is_the_fallback():
    found = compute("faithfulness", [ANSWER], contexts=[PASSAGES])
    assert (found.value, found.detail["way"]) == (0.5, "words")
    precision = compute("context_precision", [ANSWER], ["退款三天到账。"], contexts=[PASSAGES])
    assert precision.value == 0.5
    assert compute("context_recall", [ANSWER], ["退款三天到账。"], contexts=[PASSAGES]).value == 1
    assert compute("answer_relevance", [ANSWER], questions=["退款什么时候到账？"]).value > 0.5


def test_a_judges_scores_are_read_as_they_are():
    found = compute("faithfulness", [ANSWER, "x"], way="judge", judged=[0.25, "0.75"])
    assert (found.value, found.detail["way"]) == (0.5, "judge")


def test_an_item_without_passages_has_no_value():
    values = per_item("faithfulness", [ANSWER, "x", None], contexts=[PASSAGES, None, PASSAGES])
    assert values == [0.5, None, None]


@pytest.mark.parametrize(
    ("metric", "way", "reason"),
    [("faithfulness", "words", "no_contexts"), ("answer_relevance", "words", "no_questions"), ("context_recall", "judge", "no_judge")],
)
def test_what_is_missing_is_said(metric, way, reason):
    assert compute(metric, ["a"], ["a"], way=way).reason == reason
