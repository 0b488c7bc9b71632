"""The figures of a grader, by hand and by scikit-learn, and two graders on the same answers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from grading.methods.grader_measures import figures, paired

RIGHT = [0, 1, 2, 2, 1, 0, 0, 3, 3, 6]
GIVEN = [0, 1, 1, 2, 1, 1, 0, 3, 6, 6]
ASKED = ["a"] * 6 + ["b"] * 4
STEPS = [1.0] * 6 + [3.0] * 4


def test_shares_and_errors_by_hand():
    found = figures(GIVEN, RIGHT, ASKED, STEPS)
    assert (found.n, found.accuracy, found.adjacent) == (10, 0.7, 1.0)
    assert found.mae == pytest.approx((1 + 1 + 3) / 10)
    assert found.bias == pytest.approx((-1 + 1 + 3) / 10)
    assert found.calibration_error is None


def test_a_mark_is_adjacent_by_the_step_of_its_own_question():
    assert figures([3], [0], ["b"], [3.0]).adjacent == 1
    assert figures([2], [0], ["a"], [1.0]).adjacent == 0


def test_qwk_is_the_mean_over_questions():
    ours = figures(GIVEN, RIGHT, ASKED, STEPS).qwk
    theirs = [
        cohen_kappa_score(RIGHT[rows], GIVEN[rows], weights="quadratic", labels=labels)
        for rows, labels in ((slice(0, 6), [0, 1, 2]), (slice(6, 10), [0, 3, 6]))
    ]
    assert ours == pytest.approx(np.mean(theirs))


def test_a_question_with_one_mark_only_is_left_out_of_qwk():
    assert figures([1, 1], [1, 1], ["a", "a"], [1, 1]).qwk is None
    both = figures([1, 1, *GIVEN], [1, 1, *RIGHT], ["c", "c", *ASKED], [1, 1, *STEPS])
    assert both.qwk == pytest.approx(figures(GIVEN, RIGHT, ASKED, STEPS).qwk)


def test_of_several_questions_all_answers_together_have_a_qwk_of_shares_of_the_full_mark():
    fulls = [2.0] * 6 + [6.0] * 4
    found = figures(GIVEN, RIGHT, ASKED, STEPS, full_marks=fulls).pooled_qwk
    sixths = [[int(6 * mark / full) for mark, full in zip(marks, fulls, strict=True)] for marks in (RIGHT, GIVEN)]
    assert found == pytest.approx(cohen_kappa_score(*sixths, weights="quadratic", labels=range(7)))
    same = figures(GIVEN, RIGHT, ASKED, STEPS, full_marks=[6.0] * 10).pooled_qwk
    assert same == pytest.approx(cohen_kappa_score(RIGHT, GIVEN, weights="quadratic", labels=range(7)))
    assert figures(GIVEN[:6], RIGHT[:6], ASKED[:6], STEPS[:6], full_marks=fulls[:6]).pooled_qwk is None


def test_confidence_that_says_what_it_is_worth_has_no_calibration_error():
    given, right = [0, 1] * 10 + [1] * 20, [0, 0] * 10 + [1] * 20
    sure = np.array([0.5] * 20 + [1.0] * 20)
    told = figures(given, right, ["a"] * 40, [1] * 40, sure)
    assert told.calibration_error == pytest.approx(0.0)
    assert figures(given, right, ["a"] * 40, [1] * 40, np.ones(40)).calibration_error == 0.25


def test_equal_graders_do_not_differ():
    found = paired(GIVEN, GIVEN, RIGHT, ASKED)
    assert (found.accuracy, found.accuracy_low, found.accuracy_high, found.qwk) == (0, 0, 0, 0)
    assert found.p is None


def test_a_better_grader_is_found_and_the_interval_holds_the_difference():
    rng = np.random.default_rng(1)
    right = rng.integers(0, 3, 300)
    weak = np.where(rng.random(300) < 0.5, right, (right + 1) % 3)
    strong = np.where(rng.random(300) < 0.9, right, (right + 1) % 3)
    found = paired(weak, strong, right, ["a"] * 300, resamples=300)
    assert found.accuracy == pytest.approx((strong == right).mean() - (weak == right).mean())
    assert 0 < found.accuracy_low < found.accuracy < found.accuracy_high
    assert found.qwk_low > 0
    assert found.p < 0.001
    back = paired(strong, weak, right, ["a"] * 300, resamples=300)
    assert back.accuracy == pytest.approx(-found.accuracy)
    assert back.p == pytest.approx(found.p)
