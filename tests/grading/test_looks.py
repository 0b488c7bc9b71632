"""Going through a rule's looks: the first decision stands."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.design import simple_design
from grading.methods.estimation import estimate_mean
from grading.methods.interval import Interval, unknown
from grading.methods.looks import Look, looks_due, looks_taken
from grading.methods.stopping import RULES, StoppingRule
from tests.grading.simulate import definitive

POPULATION = 3000


def interval_of(values: np.ndarray):
    """interval_at for values in the order in which they were rated."""

    def interval_at(k: int, confidence: float) -> Interval:
        design = simple_design(k, POPULATION)
        return estimate_mean(values[:k], design, definitive(k), confidence=confidence).like

    return interval_at


def some_values(mean: float, n: int = 200, seed: int = 1) -> np.ndarray:
    return np.clip(np.random.default_rng(seed).normal(mean, 0.15, n), 0, 1)


@pytest.mark.parametrize("kind", RULES)
def test_a_decision_stands_whatever_comes_later(kind: str) -> None:
    values = np.concatenate([some_values(0.8, 120), np.zeros(80)])
    rule = StoppingRule(kind, 200)
    early = looks_taken(rule, 120, interval_of(values), 0.6)
    late = looks_taken(rule, 200, interval_of(values), 0.6)
    assert late[: len(early)] == early
    if kind == "fixed":
        assert [look.outcome for look in late] == ["fail"]
    else:
        assert late == early
        assert early[-1].outcome == "pass"


def test_early_looks_ask_for_more() -> None:
    looks = looks_taken(
        StoppingRule("obrien_fleming", 200), 200, interval_of(some_values(0.6)), 0.6
    )
    asked = [look.confidence for look in looks]
    assert asked == sorted(asked, reverse=True)
    assert [look.rated for look in looks] == [40, 80, 120, 160, 200]


def test_before_the_first_look_nothing_is_seen() -> None:
    for kind in RULES:
        assert looks_taken(StoppingRule(kind, 200), 19, interval_of(some_values(0.9)), 0.1) == ()


def test_the_places_of_the_looks_do_not_move() -> None:
    rule = StoppingRule("anytime", 210)
    assert looks_due(rule, 111) == tuple(at for at in looks_due(rule, 210) if at <= 111)
    assert looks_due(rule, 210)[-1] == 210


def test_an_interval_that_is_not_known_decides_nothing() -> None:
    looks = looks_taken(StoppingRule("pocock", 50), 50, lambda k, c: unknown("one_rater"), 0.5)
    assert {look.outcome for look in looks} == {"undecided"}
    assert len(looks) == 5


def test_half_as_many_ratings_settle_a_clear_case() -> None:
    rule, used = StoppingRule("obrien_fleming", 200), []
    for seed in range(40):
        looks = looks_taken(rule, 200, interval_of(some_values(0.7, seed=seed)), 0.62)
        assert looks[-1].outcome == "pass"
        used.append(looks[-1].rated)
    assert np.mean(used) < 100


def test_a_look_that_was_taken_stays_and_shows_what_it_would_be_today() -> None:
    rule = StoppingRule("obrien_fleming", 200)
    values = some_values(0.65)
    before = looks_taken(rule, 120, interval_of(values), 0.62)
    corrected = np.where(np.arange(200) < 40, 0.0, values)
    kept = looks_taken(rule, 200, interval_of(corrected), 0.62, {look.rated: look for look in before})
    for was, is_now in zip(before, kept, strict=False):
        assert (was.interval, was.outcome) == (is_now.interval, is_now.outcome)
        assert is_now.today.estimate < was.interval.estimate
    assert all(look.today is None for look in kept[len(before) :])


def test_a_decision_that_was_taken_is_not_undone_by_a_correction() -> None:
    rule = StoppingRule("obrien_fleming", 200)
    before = looks_taken(rule, 120, interval_of(some_values(0.9)), 0.5)
    assert before[-1].outcome == "pass"
    taken = {look.rated: look for look in before}
    after = looks_taken(rule, 200, interval_of(np.zeros(200)), 0.5, taken)
    assert [look.outcome for look in after] == [look.outcome for look in before]
    assert after[-1].today.high < 0.5


def test_a_look_taken_of_more_items_than_are_rated_now_stays() -> None:
    rule = StoppingRule("pocock", 100)
    look = Look(40, 0.98, Interval(0.7, 0.65, 0.75), "pass")
    (found,) = looks_taken(rule, 10, interval_of(some_values(0.7)), 0.6, {40: look})
    assert (found.rated, found.outcome, found.today.reason) == (40, "pass", "too_few_items")
