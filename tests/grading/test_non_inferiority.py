"""The machine's agreement with people beside theirs among each other."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.metrics_marks import qwk
from grading.methods.non_inferiority import non_inferiority
from grading.methods.non_inferiority_power import power_to_show, shared_variance


def markers(items: int, noise: tuple[float, ...], seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    quality = rng.normal(2, 1, items)
    return np.column_stack([
        np.clip(np.round(quality + rng.normal(0, sd, items)), 0, 4) for sd in noise
    ])


def test_the_difference_is_that_of_the_pairs_kappas() -> None:
    machine, a, b = (m := markers(200, (0.5, 0.5, 0.6)))[:, 0], m[:, 1], m[:, 2]
    found = non_inferiority(machine, m[:, 1:])
    with_machine = (qwk(machine, a).value + qwk(machine, b).value) / 2
    assert found.machine == pytest.approx(with_machine)
    assert found.people == pytest.approx(qwk(a, b).value)
    assert found.difference == pytest.approx(with_machine - qwk(a, b).value)
    assert found.low < found.difference < found.high


def test_each_pair_is_compared_on_the_answers_both_marked() -> None:
    m = markers(100, (0.5, 0.5, 0.5))
    m[:20, 1] = np.nan
    found = non_inferiority(m[:, 0], m[:, 1:])
    expected = (qwk(m[20:, 0], m[20:, 1]).value + qwk(m[:, 0], m[:, 2]).value) / 2
    assert found.machine == pytest.approx(expected)
    assert found.items == 100


def test_a_machine_as_good_as_people_is_shown_with_enough_answers() -> None:
    m = markers(3000, (0.5, 0.5, 0.5))
    assert non_inferiority(m[:, 0], m[:, 1:]).is_shown


def test_a_poor_machine_is_refuted() -> None:
    m = markers(3000, (2.0, 0.5, 0.5))
    found = non_inferiority(m[:, 0], m[:, 1:])
    assert (found.is_shown, found.is_refuted) == (False, True)


def test_the_order_of_answers_and_of_people_changes_only_the_draws() -> None:
    m = markers(150, (0.5, 0.4, 0.7))
    order = np.random.default_rng(2).permutation(150)
    one, two = non_inferiority(m[:, 0], m[:, 1:]), non_inferiority(m[order, 0], m[order][:, [2, 1]])
    assert two.difference == pytest.approx(one.difference)
    assert two.low == pytest.approx(one.low, abs=0.02)
    assert non_inferiority(m[order, 0], m[order, 1:]).low == one.low


def test_the_bound_errs_about_as_often_as_it_says() -> None:
    """At a true difference of 0, a lower bound above 0 is an error: in about 5 of 100 trials."""
    wrong = [
        non_inferiority(m[:, 0], m[:, 1:], margin=0.0, resamples=400).is_shown
        for m in (markers(150, (0.5, 0.5, 0.5), seed) for seed in range(250))
    ]
    assert np.mean(wrong) == pytest.approx(0.05, abs=0.035)


@pytest.mark.parametrize(
    ("machine", "people", "reason"),
    [
        (np.arange(5.0), np.arange(5.0)[:, None], "one_person"),
        (np.arange(5.0), np.zeros((5, 0)), "one_person"),
        (np.zeros(0), np.zeros((0, 2)), "no_overlap"),
        (np.full(5, np.nan), np.full((5, 2), np.nan), "no_overlap"),
        (np.ones(5), np.ones((5, 2)), "one_value"),
        (np.array([np.inf, -np.inf]), np.ones((2, 2)), "no_overlap"),
        (np.array([1.0, 2.0]), np.array([[1.0, 2.0], [2.0, 2.0]]), "too_few_items"),
    ],
)
def test_what_cannot_be_compared_has_a_reason(machine, people, reason) -> None:
    found = non_inferiority(machine, people)
    assert (found.reason, found.low, found.is_shown) == (reason, None, False)


def test_the_power_is_the_published_one() -> None:
    """Margin .05: .29 / .42 / .60 / .84 at 50 / 100 / 200 / 400 answers."""
    found = [power_to_show(n, runs=1500).power for n in (50, 100, 200, 400)]
    assert found == pytest.approx([0.29, 0.42, 0.60, 0.84], abs=0.04)


def test_the_power_foretold_is_the_share_of_trials_that_show_it() -> None:
    shared = shared_variance(0.775, 5)
    rng = np.random.default_rng(4)
    cuts = np.array([-0.8416, -0.2533, 0.2533, 0.8416])
    shown = []
    for _ in range(200):
        quality = np.sqrt(shared) * rng.normal(size=(200, 1))
        m = np.digitize(quality + np.sqrt(1 - shared) * rng.normal(size=(200, 3)), cuts)
        m = m.astype(float)
        shown.append(non_inferiority(m[:, 0], m[:, 1:], resamples=400).is_shown)
    assert np.mean(shown) == pytest.approx(power_to_show(200, runs=1000).power, abs=0.09)


@pytest.mark.parametrize(
    ("items", "options", "reason"),
    [
        (5, {}, "too_few_items"),
        (50, {"agreement": 1.0}, "bad_agreement"),
        (50, {"agreement": float("nan")}, "bad_agreement"),
        (50, {"levels": 1}, "bad_scale"),
        (50, {"margin": 0.0}, "bad_margin"),
        (50, {"margin": float("nan")}, "bad_margin"),
    ],
)
def test_power_that_cannot_be_told_has_a_reason(items, options, reason) -> None:
    found = power_to_show(items, **options)
    assert (found.power, found.reason) == (None, reason)
