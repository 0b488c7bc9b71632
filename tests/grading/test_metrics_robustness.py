"""Change of a score when only the surface of the text changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grading.methods.metrics_robustness import robustness
from grading.metrics import compute, per_item

BEFORE = [3, 2, 4, 0, 1, 2]
AFTER = [3, 1, 4, 0, 2, 0]


def test_change_of_score_is_the_mean_absolute_difference_with_students_interval():
    found = compute("score_change", AFTER, BEFORE)
    sizes = np.abs(np.subtract(AFTER, BEFORE))
    ends = stats.t.interval(0.95, 5, sizes.mean(), stats.sem(sizes))
    assert found.value == pytest.approx(4 / 6)
    assert (found.detail["low"], found.detail["high"]) == pytest.approx(ends)
    assert found.detail["bias"] == pytest.approx(-2 / 6)


def test_share_of_changed_scores_has_wilsons_interval():
    found = compute("changed_share", AFTER, BEFORE)
    ends = stats.binomtest(3, 6).proportion_ci(method="wilson")
    assert found.value == 0.5
    assert (found.detail["low"], found.detail["high"]) == pytest.approx((ends.low, ends.high))
    assert compute("changed_share", AFTER, BEFORE, tolerance=1).value == pytest.approx(1 / 6)
    assert per_item("changed_share", AFTER, [*BEFORE[:5], None]) == [0, 1, 0, 0, 1, None]


def test_texts_are_no_scores():
    assert compute("score_change", ["a"], [1]).reason == "not_numbers"
    assert compute("changed_share", [], []).reason == "no_pairs"


def test_a_score_that_counts_words_moves_with_deletion_alone():
    texts = [f"one two three, four five six. Seven eight nine ten {name}" for name in ("a", "b", "c")]
    found = robustness(lambda asked: [len(text.split()) for text in asked], texts, seed=1)
    assert [found[kind].size.value for kind in ("typos", "punctuation", "order")] == [0, 0, 0]
    assert found["deletion"].size.value == 1
    assert found["deletion"].share.value == 1
    assert found["order"].texts == 3


def test_what_a_perturbation_cannot_touch_is_left_out():
    found = robustness(lambda asked: [0.0 for _ in asked], ["一句。", "一句，两句。"], seed=1)
    assert found["order"].texts == found["order"].size.n == 1
