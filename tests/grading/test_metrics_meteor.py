"""METEOR against NLTK's, its Chinese matching, and distinct-n."""

from __future__ import annotations

import random

import pytest

from grading.methods.metrics_meteor import chunks, matched
from grading.methods.segmentation import tokens
from grading.metrics import compute, per_item


class NoSynonyms:
    """NLTK's WordNet without a word in it: its corpus would have to be fetched."""

    def synsets(self, _word: str) -> list[object]:
        return []


def nltk_meteor(prediction: str, reference: str) -> float:
    from nltk.translate.meteor_score import single_meteor_score  # a second to import

    sides = tokens(reference), tokens(prediction)
    return single_meteor_score(*sides, wordnet=NoSynonyms())


WORDS = ["coal", "lay", "near", "the", "surface", "mines", "drained", "pumping", "engines", "work"]


def test_it_is_nltks_where_no_word_comes_twice():
    rng = random.Random(6)
    for _i in range(200):
        left, right = (rng.sample(WORDS, rng.randint(1, 9)) for _side in range(2))
        pair = " ".join(left), " ".join(right)
        assert per_item("meteor", [pair[0]], [pair[1]]) == [pytest.approx(nltk_meteor(*pair))]


def test_stems_match_after_words():
    assert matched(["working", "engine"], ["engines", "work"]) == {0: 1, 1: 0}


def test_a_chinese_word_matches_one_that_it_is_half_of():
    assert matched(["工业"], ["工业化"]) == {0: 0}
    assert matched(["工业"], ["新型工业化道路"]) == {}
    assert compute("meteor", ["因为煤炭便宜"], ["因为煤炭便宜"]).value == pytest.approx(
        1 - 0.5 / len(tokens("因为煤炭便宜")) ** 3
    )


def test_broken_order_costs():
    whole, broken = per_item("meteor", ["a b c d", "c d a b"], ["a b c d", "a b c d"])
    assert whole > broken > 0
    assert chunks({0: 2, 1: 3, 2: 0, 3: 1}) == 2


def test_nothing_shared_is_nothing():
    assert per_item("meteor", ["coal", "", None], ["iron", "iron", "iron"]) == [0.0, 0.0, None]


def test_distinct_counts_runs_over_all_outputs_together():
    assert compute("distinct", ["a b c", "a b d"], [None, None]).value == pytest.approx(3 / 4)
    assert compute("distinct", ["a b c", "a b d"], [None, None], n=1).value == pytest.approx(4 / 6)
    assert compute("distinct", ["a"], [None]).reason == "too_few"
