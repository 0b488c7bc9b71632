"""Seeded changes of a text: what they touch, and what they leave."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.methods.perturbations import ALIKE, KINDS, perturbed

CHINESE = "因为英国经过光荣革命，资产阶级统治确立；殖民扩张带来资本，圈地运动提供了劳动力。那是1688年。"
ENGLISH = "Capital came from trade; labour, too, was there. It cost 3.14 pounds."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
def test_the_same_seed_gives_the_same_change_and_another_seed_another(kind, text):
    first = perturbed(text, kind, seed=1)
    assert first == perturbed(text, kind, seed=1) != text
    assert len({perturbed(text, kind, seed=seed) for seed in range(8)}) > 1


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=60), seed=st.integers(0, 5))
def test_any_text_can_be_changed_and_no_digit_is_another(kind, text, seed):
    digits = [c for c in text if c.isdigit()]
    found = [c for c in perturbed(text, kind, seed=seed) if c.isdigit()]
    assert sorted(found) == sorted(digits) if kind != "deletion" else set(found) <= set(digits)


def test_typos_touch_the_share_that_was_asked_for():
    text = "在" * 200
    changed = sum(a != b for a, b in zip(text, perturbed(text, "typos", seed=3, rate=0.2), strict=True))
    assert changed == 40


def test_a_chinese_character_is_taken_for_one_it_is_mixed_up_with():
    assert perturbed("再", "typos", seed=0) == "在"
    assert perturbed("Q", "typos", seed=0) == "W"


def test_who_is_mixed_up_is_mixed_up_both_ways():
    assert all(letter in ALIKE[other] for letter in ALIKE for other in ALIKE[letter])


def test_punctuation_leaves_every_word_and_number():
    def bare(text):
        return re.sub(r"[^\w.]|\.(?!\d)", "", text)

    for seed in range(10):
        assert bare(perturbed(CHINESE, "punctuation", seed=seed)) == bare(CHINESE)
        assert "3.14" in perturbed(ENGLISH, "punctuation", seed=seed)
    assert perturbed("没有标点", "punctuation", seed=1) == "没有标点。"


def test_order_keeps_the_clauses_and_the_marks():
    for seed in range(5):
        found = perturbed(CHINESE, "order", seed=seed)
        assert Counter(found) == Counter(CHINESE)
        assert re.sub(r"[^，。；]", "", found) == "，；，。。"
        assert sorted(re.split("[，。；]", found)) == sorted(re.split("[，。；]", CHINESE))
    assert perturbed("只有一句。", "order", seed=1) == "只有一句。"


def test_deletion_takes_words_away_and_changes_no_other():
    found = perturbed("one two three four five six seven eight nine ten", "deletion", seed=2, rate=0.3).split()
    assert len(found) == 7
    assert found == [w for w in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] if w in found]
    assert len(perturbed("天" * 20, "deletion", seed=2)) == 18
