"""The bar of an exam: what it asks of an error rate, and how much must be marked to show that."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from grading.methods.exam_guarantee import (
    Bar,
    BarProblem,
    hours,
    marks_to_show,
    upper_bound,
)


@pytest.mark.parametrize(("questions", "known"), [(1, 0.0536), (2, 0.0265), (5, 0.0105), (10, 0.0052)])
def test_the_true_error_may_be_at_most_the_published_rate(questions: int, known: float) -> None:
    assert Bar(questions=questions).largest_error == pytest.approx(known, abs=6e-5)


def test_at_the_largest_error_the_bar_is_kept_with_the_assurance_and_not_above_it() -> None:
    bar = Bar(questions=5)
    assert bar.chance(bar.largest_error) == pytest.approx(0.95)
    assert bar.chance(bar.largest_error * 1.1) < 0.95


def test_five_wrong_in_fifty_may_be_an_error_of_almost_a_fifth() -> None:
    assert upper_bound(5, 50) == pytest.approx(0.199, abs=5e-4)


@pytest.mark.parametrize(
    ("rate", "wrong", "marks"),
    [(0.0535, 0, 55), (0.0535, 2, 116), (0.0535, 5, 194), (0.1, 0, 29), (0.1, 2, 61), (0.1, 5, 103)],
)
def test_so_many_marks_show_a_rate(rate: float, wrong: int, marks: int) -> None:
    assert marks_to_show(rate, wrong) == marks
    assert upper_bound(wrong, marks) <= rate < upper_bound(wrong, marks - 1)


@pytest.mark.parametrize(("rate", "wrong"), [(0.0, 0), (1.0, 0), (math.nan, 0), (1e-9, 0)])
def test_what_no_number_of_marks_can_show_is_none(rate: float, wrong: int) -> None:
    assert marks_to_show(rate, wrong) is None


def test_all_wrong_bounds_nothing() -> None:
    assert upper_bound(3, 3) == 1
    assert upper_bound(0, 0) == 1


def test_the_next_class_is_beta_binomial() -> None:
    """Against its definition: the binomial averaged over what the error rate may be."""
    rates = stats.beta.rvs(2.5, 98.5, size=200_000, random_state=np.random.default_rng(3))
    assert Bar().chance_next(2, 100) == pytest.approx(stats.binom.cdf(5, 50, rates).mean(), abs=0.003)


def test_the_next_class_is_less_sure_than_the_rate_that_was_seen() -> None:
    bar = Bar()
    assert bar.chance_next(2, 100) < bar.chance(0.02)
    assert bar.chance_next(200, 10_000) == pytest.approx(bar.chance(0.02), abs=0.002)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"papers": 0}, "bad_counts"),
        ({"questions": -1}, "bad_counts"),
        ({"papers": 2.5}, "bad_counts"),
        ({"papers": "50"}, "bad_counts"),
        ({"papers": True}, "bad_counts"),
        ({"wrong_allowed": -1}, "bad_counts"),
        ({"wrong_allowed": 50}, "bad_counts"),
        ({"tolerance": math.nan}, "bad_tolerance"),
        ({"tolerance": -0.5}, "bad_tolerance"),
        ({"assurance": 1.0}, "bad_assurance"),
        ({"assurance": math.nan}, "bad_assurance"),
    ],
)
def test_a_bar_that_makes_no_sense_is_refused_with_its_code(values: dict, code: str) -> None:
    with pytest.raises(BarProblem) as problem:
        Bar(**values)
    assert problem.value.code == code


def test_hours_of_a_class_with_and_without_the_machine() -> None:
    found = hours(Bar(questions=5), 36, machine_seconds=3.6, human_share=0.6, markings=2)
    assert (found.people, found.machine) == (pytest.approx(5), pytest.approx(0.25))
    assert found.together == pytest.approx(1.75)
    assert found.is_no_slower


def test_a_machine_that_needs_two_people_beside_it_is_slower_than_one() -> None:
    assert not hours(Bar(), 30, machine_seconds=1, human_share=2).is_no_slower


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf])
def test_hours_of_no_number_are_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        hours(Bar(), seconds, machine_seconds=1, human_share=0.5)
