"""Metrics of texts against sacrebleu, rouge_score and plain definitions."""

from __future__ import annotations

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer

from grading.methods.metrics_text import common_subsequence, levenshtein
from grading.methods.segmentation import language, tokens
from grading.metrics import compute, per_item

ENGLISH = [
    ("The cat sat on the mat.", "The cat is on the mat."),
    ("A quick brown fox, jumping over dogs!", "The quick brown fox jumps over the lazy dog."),
    ("nothing in common here at all", "工业"),
]
CHINESE = [
    ("工业革命首先发生在英国，因为资产阶级统治的确立。", "英国资产阶级统治的确立为工业革命扫清了障碍。"),
    ("殖民扩张带来了资本和市场。", "殖民扩张积累了资本，开辟了市场。"),
]


def sides(pairs):
    return [a for a, _b in pairs], [b for _a, b in pairs]


def test_bleu_of_english_is_sacrebleus():
    p, r = sides(ENGLISH[:2])
    reference = sacrebleu.corpus_bleu(p, [r]).score
    assert compute("bleu", p, r).value == pytest.approx(reference)


def test_bleu_of_chinese_is_sacrebleus_zh():
    p, r = sides(CHINESE)
    reference = sacrebleu.corpus_bleu(p, [r], tokenize="zh").score
    assert compute("bleu", p, r).value == pytest.approx(reference)
    assert compute("bleu", p, r).value > 10


def test_bleu_of_one_item_is_sacrebleus_sentence_bleu():
    p, r = CHINESE[1]
    reference = sacrebleu.sentence_bleu(p, [r], tokenize="zh").score
    assert per_item("bleu", [p], [r]) == [pytest.approx(reference)]


def test_chrf_is_sacrebleus():
    p, r = sides(ENGLISH + CHINESE)
    assert compute("chrf", p, r).value == pytest.approx(sacrebleu.corpus_chrf(p, [r]).score)
    assert per_item("chrf", p[:1], r[:1]) == [
        pytest.approx(sacrebleu.sentence_chrf(p[0], [r[0]]).score)
    ]


@pytest.mark.parametrize("name", ["rouge1", "rouge2", "rougeL"])
def test_rouge_of_english_is_rouge_scores(name):
    scorer = rouge_scorer.RougeScorer([name])
    p, r = sides(ENGLISH[:2])
    reference = [scorer.score(b, a)[name].fmeasure for a, b in ENGLISH[:2]]
    assert per_item(name, p, r) == pytest.approx(reference)
    assert compute(name, p, r).value == pytest.approx(sum(reference) / 2)


class Cutter:
    """Our segmentation in the shape that rouge_score calls."""

    def __init__(self, segmentation: str) -> None:
        self.segmentation = segmentation

    def tokenize(self, text: str) -> list[str]:
        return list(tokens(text, self.segmentation))


@pytest.mark.parametrize("segmentation", ["words", "characters"])
@pytest.mark.parametrize("name", ["rouge1", "rouge2", "rougeL"])
def test_rouge_of_chinese_is_rouge_scores_over_the_same_words(name, segmentation):
    scorer = rouge_scorer.RougeScorer([name], tokenizer=Cutter(segmentation))
    p, r = sides(CHINESE)
    reference = [scorer.score(b, a)[name].fmeasure for a, b in CHINESE]
    assert per_item(name, p, r, segmentation=segmentation) == pytest.approx(reference)
    assert max(reference) > 0.2


def test_chinese_is_cut_into_words_and_characters():
    assert tokens("工业革命开始于1760年。") == ("工业革命", "开始", "于", "1760", "年")
    assert tokens("工业 GDP", "characters") == ("工", "业", "gdp")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("工业革命", "zh"), ("The cat", "other"), ("", "other"), ("用 Python 写的程序", "zh"),
     ("The character 猫 means cat, as everybody knows", "other")],
)  # fmt: skip
def test_the_language_is_found_for_each_text(text, expected):
    assert language(text) == expected


def test_exact_match_ignores_width_and_outer_blanks_only():
    assert per_item("exact_match", ["Ａ1 ", "a1", "a  b"], ["A1", "A1", "a b"]) == [1, 0, 1]


@given(st.text("ab猫", max_size=9), st.text("ab猫", max_size=9))
def test_the_distance_is_levenshteins(left, right):
    rows = list(range(len(right) + 1))
    for i, a in enumerate(left):
        old, rows = rows, [i + 1]
        for j, b in enumerate(right):
            rows.append(min(old[j + 1] + 1, rows[j] + 1, old[j] + (a != b)))
    assert levenshtein(left, right) == rows[-1]


@given(st.text("ab猫", max_size=9), st.text("ab猫", max_size=9))
def test_the_subsequence_is_the_longest(left, right):
    rows = [0] * (len(right) + 1)
    for a in left:
        old, rows = rows, [0]
        for j, b in enumerate(right):
            rows.append(old[j] + 1 if a == b else max(old[j + 1], rows[j]))
    assert common_subsequence(left, right) == rows[-1]


def test_edit_distance_is_a_share_of_the_longer_text():
    assert per_item("edit_distance", ["kitten", "", "猫"], ["sitting", "", "猫"]) == [3 / 7, 0, 0]


@pytest.mark.parametrize("name", ["bleu", "rouge1", "rougeL", "chrf", "exact_match"])
def test_an_empty_answer_scores_zero_and_a_missing_one_not_at_all(name):
    assert per_item(name, ["", None], ["参考", "参考"]) == [0, None]


@pytest.mark.parametrize("name", ["bleu", "rouge2", "chrf", "edit_distance", "exact_match"])
def test_no_pairs_is_undefined_with_a_reason(name):
    assert compute(name, ["a"], [None]).reason == "no_pairs"
    assert compute(name, ["a"], [None]).value is None
