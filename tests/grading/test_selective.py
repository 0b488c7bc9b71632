"""The threshold for what the machine may mark, and its proof."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grading.methods.exam_guarantee import upper_bound
from grading.methods.selective import acceptance_threshold, split, thresholds


def grader(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A machine that is wrong with probability (1 − confidence)²: its confidence orders, no more."""
    confidence = rng.random(n)
    return confidence, (rng.random(n) < (1 - confidence) ** 2).astype(float)


def test_the_bound_holds_at_the_threshold_and_the_figures_are_counted_there() -> None:
    confidence, wrong = grader(800, np.random.default_rng(1))
    found = acceptance_threshold(confidence, wrong, alpha=0.05, delta=0.1)
    taken = confidence >= found.threshold
    assert (found.accepted, found.wrong) == (taken.sum(), wrong[taken].sum())
    assert found.bound == upper_bound(found.wrong, found.accepted, 0.9) <= 0.05
    assert found.coverage == found.accepted / 800


@pytest.mark.parametrize(("alpha", "delta"), [(0.05, 0.1), (0.1, 0.1), (0.1, 0.2)])
def test_the_risk_exceeds_alpha_in_at_most_delta_of_all_calibrations(alpha, delta) -> None:
    """The risk of accepting c ≥ t is the mean of (1 − c)² over [t, 1], which is (1 − t)²/3."""
    rng = np.random.default_rng(2)
    frame = rng.random(5000)
    runs, exceeded, used = 600, 0, 0
    for _ in range(runs):
        found = acceptance_threshold(*grader(500, rng), alpha=alpha, delta=delta, frame=frame)
        if found.threshold is not None:
            used += 1
            exceeded += (1 - found.threshold) ** 2 / 3 > alpha
    assert exceeded / runs <= delta + 2.5 * math.sqrt(delta * (1 - delta) / runs)
    assert used > runs / 2


def test_a_confidence_that_means_nothing_is_found_out() -> None:
    """The hardest case: every threshold is a little worse than α, so any acceptance is an error."""
    rng = np.random.default_rng(5)
    frame, runs = rng.random(5000), 800
    accepted = [
        acceptance_threshold(
            rng.random(300), (rng.random(300) < 0.101).astype(float), alpha=0.1, delta=0.1, frame=frame
        ).threshold
        is not None
        for _ in range(runs)
    ]
    assert 0 < np.mean(accepted) <= 0.1 + 2.5 * math.sqrt(0.1 * 0.9 / runs)


def test_the_risk_stays_within_delta_where_the_surest_answers_are_the_worst() -> None:
    """All wrong marks are among the surest tenth, and even accepting everything is a little too bad."""
    rng = np.random.default_rng(6)
    frame = (np.arange(1000) + 0.5) / 1000
    chances, runs = np.where(frame > 0.9, 0.505, 0.0), 800
    accepted = []
    for _ in range(runs):
        rows = rng.integers(0, 1000, 60)
        wrong = (rng.random(60) < chances[rows]).astype(float)
        found = acceptance_threshold(frame[rows], wrong, alpha=0.05, delta=0.1, frame=frame)
        accepted.append(found.threshold is not None)
    assert 0 < np.mean(accepted) <= 0.1 + 2.5 * math.sqrt(0.1 * 0.9 / runs)


def test_it_begins_where_enough_calibration_answers_lie_to_show_something() -> None:
    """Of the surest twentieths of the frame this calibration set happens to hold few answers."""
    frame = (np.arange(1000) + 0.5) / 1000
    confidence = np.concatenate([np.linspace(0.05, 0.7, 50), np.linspace(0.75, 0.95, 10)])
    found = acceptance_threshold(confidence, np.zeros(60), alpha=0.05, delta=0.1, frame=frame)
    assert found.threshold is not None
    assert found.accepted >= found.needed


def test_one_wrong_among_the_surest_ends_it_only_where_nothing_can_be_shown_with_it() -> None:
    frame = (np.arange(1000) + 0.5) / 1000
    wrong = np.zeros(1000)
    wrong[-1] = 1.0
    few, many = (
        acceptance_threshold(frame[-n:], wrong[-n:], alpha=0.05, delta=0.1) for n in (60, 400)
    )
    assert (few.threshold, few.reason) == (None, "too_many_wrong")
    assert (many.accepted, many.wrong) == (400, 1)


def test_a_stricter_alpha_accepts_less() -> None:
    confidence, wrong = grader(2000, np.random.default_rng(3))
    strict, loose = (
        acceptance_threshold(confidence, wrong, alpha=alpha, delta=0.1) for alpha in (0.03, 0.1)
    )
    assert strict.threshold > loose.threshold
    assert strict.coverage < loose.coverage


def test_any_increasing_confidence_accepts_the_same_answers() -> None:
    confidence, wrong = grader(600, np.random.default_rng(4))
    one = acceptance_threshold(confidence, wrong, alpha=0.1, delta=0.1)
    two = acceptance_threshold(7 * np.exp(confidence) - 40, wrong, alpha=0.1, delta=0.1)
    assert (one.accepted, one.wrong, one.bound) == (two.accepted, two.wrong, two.bound)


def test_the_thresholds_do_not_depend_on_what_was_wrong() -> None:
    frame = np.array([0.9, 0.1, np.nan, 0.5, 0.5, np.inf, 0.7])
    grid = thresholds(frame)
    assert grid.tolist() == sorted(set(grid.tolist()), reverse=True)
    assert grid[-1] == 0.1


def test_the_rest_of_a_dataset_goes_to_people() -> None:
    confidence, wrong = grader(800, np.random.default_rng(1))
    found = acceptance_threshold(confidence, wrong, alpha=0.05, delta=0.1)
    divided = split(found, np.array([found.threshold, found.threshold - 1e-6, np.nan, np.inf, 1.0]))
    assert divided.accepted.tolist() == [True, False, False, False, True]
    assert (divided.to_people, divided.coverage) == (3, 0.4)


@pytest.mark.parametrize(
    ("confidence", "wrong", "risk", "reason"),
    [
        (np.ones(44), np.zeros(44), (0.05, 0.1), "too_few_items"),
        (np.ones(0), np.ones(0), (0.05, 0.1), "no_confidence"),
        (np.full(90, np.nan), np.zeros(90), (0.05, 0.1), "no_confidence"),
        (np.ones(90), np.full(90, np.nan), (0.05, 0.1), "no_confidence"),
        (np.full(90, np.inf), np.zeros(90), (0.05, 0.1), "no_confidence"),
        (np.linspace(0, 1, 90), np.ones(90), (0.05, 0.1), "too_many_wrong"),
        (np.ones(90), np.zeros(90), (0.0, 0.1), "bad_risk"),
        (np.ones(90), np.zeros(90), (0.05, 1.0), "bad_risk"),
        (np.ones(90), np.zeros(90), (math.nan, 0.1), "bad_risk"),
        (np.ones(90), np.zeros(90), (1e-9, 0.1), "too_few_items"),
    ],
)
def test_where_nothing_can_be_proven_nothing_is_accepted(confidence, wrong, risk, reason) -> None:
    found = acceptance_threshold(confidence, wrong, alpha=risk[0], delta=risk[1])
    assert (found.threshold, found.reason) == (None, reason)
    assert not split(found, confidence).accepted.any()


def test_one_confidence_for_all_accepts_all_or_nothing() -> None:
    same = np.ones(200)
    good = acceptance_threshold(same, np.zeros(200), alpha=0.05, delta=0.1)
    assert (good.accepted, good.coverage) == (200, 1)
    assert split(good, np.zeros(0)).coverage is None


def test_forty_five_right_answers_are_just_enough() -> None:
    found = acceptance_threshold(np.ones(45), np.zeros(45), alpha=0.05, delta=0.1)
    assert (found.accepted, found.needed) == (45, 45)
