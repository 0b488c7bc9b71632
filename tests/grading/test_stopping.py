"""Stopping rules: published constants, what counts as a look, and how often they are wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grading.methods.group_sequential import boundary, crossing_probability
from grading.methods.stopping import RULES, StoppingRule, sequence_value


def even(looks: int) -> tuple[float, ...]:
    return tuple((k + 1) / looks for k in range(looks))


@pytest.mark.parametrize(
    ("looks", "obrien_fleming", "pocock"),
    [(1, 1.960, 1.960), (2, 1.977, 2.178), (3, 2.004, 2.289), (4, 2.024, 2.361), (5, 2.040, 2.413),
     (10, 2.087, 2.555)],
)  # fmt: skip
def test_published_constants(looks: int, obrien_fleming: float, pocock: float) -> None:
    """Jennison & Turnbull 2000, tables 2.1 and 2.3, α = .05."""
    assert boundary("obrien_fleming", even(looks))[-1] == pytest.approx(obrien_fleming, abs=6e-4)
    assert boundary("pocock", even(looks))[-1] == pytest.approx(pocock, abs=6e-4)


def test_an_early_obrien_fleming_look_asks_for_more() -> None:
    values = boundary("obrien_fleming", even(5))
    assert values[0] == pytest.approx(values[-1] * math.sqrt(5))


def test_uneven_looks_use_up_the_same_alpha() -> None:
    fractions = (0.2, 0.35, 0.9, 1.0)
    values = np.array(boundary("pocock", fractions, 0.1))
    assert crossing_probability(values, np.array(fractions)) == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("fractions", [(), (0.5, 0.4, 1.0), (0.0, 1.0), (0.5,), (0.5, math.nan)])
def test_fractions_that_do_not_rise_to_one_are_refused(fractions: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="fractions"):
        boundary("pocock", fractions)


def test_an_unknown_boundary_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        boundary("haybittle", (1.0,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "peeking", "planned": 100},
        {"kind": "fixed", "planned": 1},
        {"kind": "pocock", "planned": 4, "looks": 5},
        {"kind": "pocock", "planned": 4, "looks": 0},
        {"kind": "fixed", "planned": 9, "alpha": 0},
        {"kind": "fixed", "planned": 9, "alpha": math.nan},
    ],
)
def test_what_makes_no_rule_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"rule|look"):
        StoppingRule(**wrong)


def test_a_fixed_sample_is_looked_at_once_and_at_the_ordinary_interval() -> None:
    rule = StoppingRule("fixed", 100)
    assert rule.confidence(99) is None
    assert rule.confidence(100) == pytest.approx(0.95)
    assert rule.confidence(100, taken=1) is None


def test_each_planned_look_is_taken_once_and_may_come_late() -> None:
    rule = StoppingRule("obrien_fleming", 100)
    assert rule.schedule == (20, 40, 60, 80, 100)
    assert rule.critical_value(19) is None
    assert rule.critical_value(43) == rule.critical_value(40)
    assert rule.critical_value(43, taken=rule.looks_passed(43)) is None
    assert rule.critical_value(60, taken=2) < rule.critical_value(43, taken=1)


def test_the_anytime_rule_looks_whenever_it_likes() -> None:
    rule = StoppingRule("anytime", 200)
    assert rule.confidence(19) is None
    assert all(rule.confidence(n) > 0.99 for n in range(20, 201))


def test_the_confidence_sequence_is_that_of_the_paper() -> None:
    """Half width in units of s: √(2(tρ²+1)/(t²ρ²)·ln(√(tρ²+1)/α))."""
    t, alpha = 70, 0.05
    rho2 = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / 100
    width = math.sqrt(
        2 * (t * rho2 + 1) / (t**2 * rho2) * math.log(math.sqrt(t * rho2 + 1) / alpha)
    )
    assert sequence_value(t, 100, alpha) == pytest.approx(width * math.sqrt(t))


def test_a_confidence_sequence_is_tightest_about_where_it_was_meant_to_be() -> None:
    values = {tight: sequence_value(100, tight) for tight in (5, 100, 5000)}
    assert values[100] < min(values[5], values[5000])


def wrong_verdicts(critical: list[float | None], runs: int = 4000, planned: int = 200) -> float:
    """Share of paths with the truth upon the threshold that cross at some look (after n items
    for n in 1 … planned)."""
    rng = np.random.default_rng(7)
    steps = rng.normal(size=(runs, planned))
    n = np.arange(1, planned + 1)
    mean = np.cumsum(steps, axis=1) / n
    spread = np.sqrt((np.cumsum(steps**2, axis=1) / n - mean**2) * n / np.maximum(1, n - 1))
    limits = np.array([math.inf if c is None else c for c in critical])
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((np.abs(mean) * np.sqrt(n) / spread > limits).any(axis=1).mean())


def looks_of(rule: StoppingRule) -> list[float | None]:
    """The critical value after each item, every planned look taken when it is due."""
    return [
        rule.critical_value(n, taken=rule.looks_passed(n - 1)) for n in range(1, rule.planned + 1)
    ]


@pytest.mark.parametrize("kind", RULES)
def test_no_rule_is_wrong_more_often_than_it_says(kind: str) -> None:
    """Three standard errors of the simulation and a little for the normal quantile at 40 items."""
    assert wrong_verdicts(looks_of(StoppingRule(kind, 200))) < 0.05 + 3 * 0.0035 + 0.003


@pytest.mark.parametrize("kind", ["fixed", "obrien_fleming", "pocock"])
def test_planned_looks_use_what_they_may(kind: str) -> None:
    assert wrong_verdicts(looks_of(StoppingRule(kind, 200))) > 0.04


def test_peeking_at_the_ordinary_interval_is_wrong_a_quarter_of_the_time() -> None:
    peeking = [1.96 if n >= 20 and n % 10 == 0 else None for n in range(1, 201)]
    assert wrong_verdicts(peeking) > 0.2
