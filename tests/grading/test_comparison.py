"""Two versions on the same items: sign flips, the control variate, Holm."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from grading.methods.comparison import compare, compare_criteria, holm, sign_flip
from grading.methods.design import simple_design, unequal_design
from grading.methods.hybrid import Auxiliary

D = np.array([0.2, -0.1, 0.4, 0.3, 0.1, 0.25])


def test_holm_gives_the_published_values() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_out_what_has_no_p_value_and_stops_at_one() -> None:
    assert holm([0.6, None, 0.7]) == [1.0, None, 1.0]
    assert holm([]) == []


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_holm_refuses_what_is_no_probability(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p])


def test_few_items_go_through_every_pattern_of_signs() -> None:
    means = [abs(np.mean(D * signs)) for signs in product((-1, 1), repeat=len(D))]
    exact = np.mean(np.array(means) >= abs(D.mean()) - 1e-12)
    assert sign_flip(D, np.full(6, 1 / 6)) == pytest.approx(exact)


def test_many_items_agree_with_students_t() -> None:
    values = np.random.default_rng(2).normal(0.18, 1, 150)
    p = sign_flip(values, np.full(150, 1 / 150))
    assert p == pytest.approx(stats.ttest_1samp(values, 0).pvalue, abs=0.02)


def test_p_is_never_zero_and_swapping_the_versions_changes_only_the_sign() -> None:
    values = np.random.default_rng(2).normal(3, 1, 60)
    design = simple_design(60, 600)
    one, two = compare(values, design, flips=999), compare(-values, design, flips=999)
    assert one.p == two.p == 1 / 1000
    assert two.difference == pytest.approx(-one.difference)
    assert (two.low, two.high) == (pytest.approx(-one.high), pytest.approx(-one.low))


def test_the_same_seed_gives_the_same_p() -> None:
    values = np.random.default_rng(2).normal(0.1, 1, 60)
    ps = {compare(values, simple_design(60, 600), flips=499, seed=s).p for s in (4, 4, 5)}
    assert len(ps) == 2


def a_difference(rng: np.random.Generator, n: int = 60, size: int = 600, gap: float = 0.0):
    """Differences and a score that foretells most of them; gap is the true difference."""
    g = rng.normal(size=size)
    d = gap + 0.8 * g + 0.6 * rng.normal(size=size)
    rows = rng.choice(size, n, replace=False)
    return d[rows], Auxiliary(g[rows], g)


def test_a_score_that_foretells_the_difference_narrows_the_interval_and_finds_more() -> None:
    rng, found = np.random.default_rng(1), {False: 0, True: 0}
    for _ in range(60):
        d, auxiliary = a_difference(rng, gap=0.25)
        for is_helped in found:
            result = compare(
                d, simple_design(60, 600), auxiliary=auxiliary if is_helped else None, flips=199
            )
            found[is_helped] += result.p <= 0.05
            width = result.high - result.low
        assert result.worth.is_used
        plain = compare(d, simple_design(60, 600), flips=9)
        assert width < plain.high - plain.low
    assert found[True] > found[False] + 10


@pytest.mark.parametrize("is_weighted", [False, True])
def test_without_a_difference_few_are_found(is_weighted: bool) -> None:
    rng, wrong, outside, runs = np.random.default_rng(6), 0, 0, 300
    for _ in range(runs):
        d, auxiliary = a_difference(rng, n=40)
        design = simple_design(40, 600)
        if is_weighted:
            design = unequal_design(rng.uniform(0.03, 0.12, 40).tolist(), 600)
        found = compare(d, design, auxiliary=auxiliary, flips=199)
        wrong += found.p <= 0.05
        outside += not found.low <= 0 <= found.high
    assert wrong / runs < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert outside / runs < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_several_criteria_are_corrected_together() -> None:
    rng = np.random.default_rng(3)
    names = ("accuracy", "style", "length")
    single = {
        name: compare(rng.normal(gap, 1, 50), simple_design(50, 500), flips=999)
        for name, gap in zip(names, (0.6, 0.3, 0.0), strict=True)
    }
    together = compare_criteria(single)
    assert [together[name].p_holm for name in names] == holm([single[name].p for name in names])


@pytest.mark.parametrize(
    ("values", "reason"),
    [([], "too_few_items"), ([0.3], "too_few_items"), ([0.3, math.nan, 0.1], "incomplete"),
     ([0.3, math.inf, 0.1], "incomplete")],
)  # fmt: skip
def test_what_cannot_be_compared_has_a_reason_and_no_p(values: list[float], reason: str) -> None:
    design = simple_design(len(values), 30) if len(values) > 1 else None
    found = compare(np.array(values, dtype=float), design)
    assert (found.reason, found.p, found.low) == (reason, None, None)


def test_differences_that_are_all_the_same_have_a_p_but_no_interval() -> None:
    found = compare(np.full(8, 0.5), simple_design(8, 80))
    assert (found.low, found.reason) == (None, "all_alike")
    assert found.p == pytest.approx(2 / 2**8)
    assert compare(np.zeros(8), simple_design(8, 80)).p == 1.0


def test_a_score_equal_to_the_difference_is_not_used() -> None:
    found = compare(D, simple_design(6, 12), auxiliary=Auxiliary(D, np.tile(D, 2)))
    assert found.worth.reason == "perfect_fit"
    assert found.low is not None
