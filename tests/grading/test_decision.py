"""From gates, agreement and interval to a verdict, and what would decide an open one."""

from __future__ import annotations

import math

import pytest

from grading.methods.decision import Agreement, GateResult, decide, worst
from grading.methods.interval import Interval, quantile, unknown
from grading.methods.what_decides import State, what_decides

GOOD = Agreement(0.85, 0.81, 0.88)
ABOVE, BELOW, ACROSS = (Interval(x, x - 0.05, x + 0.05) for x in (0.9, 0.5, 0.7))
PASSED, FAILED = GateResult("accuracy", 0.9, 0.8), GateResult("accuracy", 0.7, 0.8)
UNDEFINED = GateResult("bleu", None, 0.3, reason="no_reference")


@pytest.mark.parametrize(
    ("gates", "agreement", "interval", "outcome", "reason"),
    [
        ([PASSED], GOOD, ABOVE, "pass", "above"),
        ([PASSED], GOOD, BELOW, "fail", "below"),
        ([PASSED], GOOD, ACROSS, "undecided", "straddles"),
        ([PASSED, FAILED], Agreement(0.2, 0.1), ABOVE, "rejected", "gate_failed"),
        ([PASSED], Agreement(0.9, 0.6, 0.95), ABOVE, "raters_not_ready", "agreement_below_floor"),
        ([PASSED], Agreement(0.2, 0.1, 0.3), BELOW, "raters_not_ready", "agreement_below_floor"),
        (
            [],
            Agreement(None, None, reason="one_value"),
            ABOVE,
            "raters_not_ready",
            "agreement_unknown",
        ),
        ([UNDEFINED], GOOD, ABOVE, "undecided", "gate_unknown"),
        ([UNDEFINED], GOOD, BELOW, "fail", "below"),
        ([], GOOD, unknown("one_rater", 0.9), "undecided", "no_estimate"),
    ],
)
def test_the_order_of_the_questions(gates, agreement, interval, outcome, reason) -> None:
    decision = decide(gates, agreement, 0.667, interval, 0.7)
    assert (decision.outcome, decision.reason) == (outcome, reason)


def test_the_lower_end_counts_not_the_coefficient() -> None:
    decision = decide([], Agreement(0.8, 0.6, 0.9), 0.667, ABOVE, 0.7)
    assert decision.outcome == "raters_not_ready"


def test_a_floor_of_nothing_asks_for_nothing() -> None:
    decision = decide([], Agreement(None, None, reason="no_overlap"), 0.0, ABOVE, 0.7)
    assert decision.outcome == "pass"


def test_an_unfinished_sample_says_where_it_leans() -> None:
    decision = decide([], GOOD, 0.667, ABOVE, 0.7, is_finished=False)
    assert (decision.outcome, decision.reason, decision.leaning) == (
        "undecided",
        "unfinished",
        "pass",
    )


def test_an_unfinished_sample_is_never_called_undecided_for_another_reason() -> None:
    for interval in (ACROSS, unknown("too_few_items")):
        decision = decide([], GOOD, 0.667, interval, 0.7, is_finished=False)
        assert (decision.outcome, decision.reason) == ("undecided", "unfinished")


def test_a_gate_may_be_an_upper_limit() -> None:
    assert GateResult("mae", 0.4, 0.5, is_at_least=False).is_passed
    assert GateResult("mae", 0.6, 0.5, is_at_least=False).is_passed is False
    assert UNDEFINED.is_passed is None


@pytest.mark.parametrize(("end", "outcome"), [(0.7, "pass"), (0.6999, "undecided")])
def test_an_end_upon_the_threshold_is_decided(end: float, outcome: str) -> None:
    assert decide([], GOOD, 0.667, Interval(0.8, end, 0.9), 0.7).outcome == outcome


def test_the_worst_outcome_is_the_one_furthest_from_use() -> None:
    assert worst(["pass", "undecided", "fail"]) == "fail"
    assert worst(["rejected", "fail"]) == "rejected"
    assert worst(["undecided", "raters_not_ready"]) == "raters_not_ready"


def test_the_asked_ratings_would_decide_by_the_same_formula() -> None:
    state = State(0.04, 50, 1000, 0.2**2 * (1 / 50 - 1 / 1000), 0.0, 0, 0.0, ratings_per_item=2)
    advice = what_decides(state)
    n = 50 + advice.items
    half = quantile(0.95, n - 1) * 0.2 * math.sqrt(1 / n - 1 / 1000)
    assert advice.kind == "more_ratings"
    assert half <= 0.04
    assert half == pytest.approx(0.04, rel=0.02)
    assert advice.ratings == 2 * advice.items
    assert advice.assured_items > advice.items


def test_where_raters_are_the_limit_more_raters_are_asked_for() -> None:
    advice = what_decides(State(0.05, 100, 2000, 0.0003, 0.0009, 4, 3.0))
    assert advice.kind == "more_raters"
    assert advice.raters >= 1


def test_upon_the_threshold_nothing_decides() -> None:
    assert what_decides(State(0.0, 100, 2000, 0.0003, 0.0009, 4, 3.0)).kind == "too_close"
    assert what_decides(State(0.0, 100, 2000, 0.0003, 0.0, 0, 0.0)).kind == "too_close"


def test_a_complete_sample_is_not_told_to_rate_more_items() -> None:
    advice = what_decides(State(0.01, 100, 100, 0.0, 0.0004, 5, 4.0))
    assert advice.items == 0
    assert advice.kind in ("more_raters", "too_close")
