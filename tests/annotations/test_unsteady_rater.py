"""One unsteady rater among steady ones, and raters who never met: unsteadiness is known and has to be found."""

from __future__ import annotations

import numpy as np

from annotations.methods.long_table import LongTable, long_table
from annotations.methods.rater_consistency import PerRater, consistency
from annotations.methods.rater_effects import rater_effects

RUNS, EACH = 25, 100


def a_table(groups: list[list[int]], true: list[float], rng: np.random.Generator) -> LongTable:
    """EACH items a group of raters, each rated by two of the group drawn at random."""
    rows = []
    for group in groups:
        for _item in range(EACH):
            worth, item = rng.normal(50, 15), len(rows) // 2
            rows += [(item, r, worth + rng.normal(0, true[r])) for r in rng.choice(group, 2, replace=False)]
    item, rater, value = np.array(rows).T
    return long_table(item, rater, value)


def found_in(groups: list[list[int]], true: list[float]) -> list[PerRater]:
    """By the number of the rater."""
    rng, found = np.random.default_rng(3), []
    for _run in range(RUNS):
        table = a_table(groups, true, rng)
        order = np.argsort(table.rater_labels)
        one = consistency(table, rater_effects(table))
        found.append(PerRater(one.value[order], one.low[order], one.high[order]))
    return found


def check(groups: list[list[int]], true: list[float]) -> None:
    runs, truth = found_in(groups, true), np.array(true)
    error = np.sqrt(np.mean([(one.value - truth) ** 2 for one in runs], axis=0))
    covered = np.mean([(one.low <= truth) & (truth <= one.high) for one in runs])
    assert error[:3].max() < 1.6
    assert covered > 0.88


def test_one_unsteady_rater_does_not_hide_how_steady_the_others_are() -> None:
    check([[0, 1, 2, 3]], [3, 3, 3, 12])


def test_two_raters_apart_do_not_take_from_the_others_that_they_are_told_apart() -> None:
    check([[0, 1, 2, 3], [4, 5]], [3, 3, 3, 12, 3, 3])
