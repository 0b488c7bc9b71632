"""Plans are balanced, spread pairs, respect who may rate what, and say what they can compare."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.methods import assignment_design as design
from annotations.methods.assignment_design import NOBODY, NotEnoughRaters


def plan_of(n: int, k: int, raters: int, seed: int = 1):
    """Everybody may rate everything."""
    return design.plan_raters(
        np.full(n, k), np.zeros(n, dtype=int), np.ones((1, raters), dtype=bool), seed
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    n=st.integers(1, 80), k=st.integers(1, 5), more=st.integers(0, 6), seed=st.integers(0, 999)
)
def test_loads_differ_by_one_at_most_and_no_rater_meets_an_item_twice(n, k, more, seed):
    plan = plan_of(n, k, k + more, seed)
    loads = design.loads_of(plan, k + more)
    assert loads.max() - loads.min() <= 1
    assert loads.sum() == n * k
    assert all(len(set(row)) == k for row in plan.tolist())


def test_the_same_seed_gives_the_same_plan():
    assert np.array_equal(plan_of(50, 2, 7, 3), plan_of(50, 2, 7, 3))
    assert not np.array_equal(plan_of(50, 2, 7, 3), plan_of(50, 2, 7, 4))


def test_pairs_are_spread():
    plan = plan_of(100, 2, 5)
    met = np.zeros((5, 5), dtype=int)
    for a, b in plan:
        met[a, b] += 1
        met[b, a] += 1
    assert set(met[np.triu_indices(5, 1)]) == {10}


def test_ten_thousand_items_by_three_among_fifty_take_no_minutes():
    start = time.process_time()
    plan = plan_of(10_000, 3, 50)
    assert time.process_time() - start < 10, "it took a fraction of a second"
    assert set(design.loads_of(plan, 50)) == {600}


def test_fewer_raters_than_ratings_is_refused_with_the_numbers():
    with pytest.raises(NotEnoughRaters) as refused:
        plan_of(5, 3, 2)
    assert (refused.value.wanted, refused.value.eligible) == (3, 2)


def test_the_group_with_too_few_is_named():
    eligible = np.array([[True, True, True], [True, False, False]])
    with pytest.raises(NotEnoughRaters) as refused:
        design.plan_raters(np.full(4, 2), np.array([0, 0, 1, 1]), eligible, 1)
    assert (refused.value.group, refused.value.eligible) == (1, 1)


def test_raters_get_only_what_they_may_rate():
    group = np.repeat([0, 1], 50)
    eligible = np.array([[True, True, False, False], [False, False, True, True]])
    plan = design.plan_raters(np.full(100, 2), group, eligible, 1)
    assert set(plan[:50].ravel()) == {0, 1}
    assert set(plan[50:].ravel()) == {2, 3}


def test_the_one_who_may_rate_everything_does_not_carry_more():
    group = np.repeat([0, 1], 60)
    eligible = np.array([[True, False, True], [False, True, True]])
    plan = design.plan_raters(np.full(120, 1), group, eligible, 1)
    assert np.ptp(design.loads_of(plan, 3)) <= 1


def test_whoever_has_had_an_item_does_not_get_it_again():
    taken = np.zeros((20, 3), dtype=bool)
    taken[:, 0] = True
    plan = design.plan_raters(
        np.full(20, 1), np.zeros(20, int), np.ones((1, 3), bool), 1, taken=taken, is_partial=True
    )
    assert design.loads_of(plan, 3).tolist() == [0, 10, 10]


def test_a_slot_that_nobody_may_take_stays_open():
    taken = np.array([[True, True]])
    plan = design.plan_raters(
        np.array([1]), np.array([0]), np.ones((1, 2), bool), 1, taken=taken, is_partial=True
    )
    assert plan.tolist() == [[NOBODY]]


def test_nothing_to_plan_is_an_empty_plan():
    assert plan_of(0, 2, 3).shape == (0, 0)


def test_a_share_is_rated_more_than_once_and_every_group_has_its_part():
    group = np.repeat(np.arange(5), 40)
    wanted = design.ratings_wanted(200, 3, 0.25, 1, group)
    assert sorted(set(wanted)) == [1, 3]
    assert [int((wanted[group == g] == 3).sum()) for g in range(5)] == [10] * 5


@pytest.mark.parametrize(("share", "total"), [(0.0, 40), (1.0, 80), (0.5, 60)])
def test_the_ends_of_the_share(share, total):
    assert design.ratings_wanted(40, 2, share, 1).sum() == total


def test_a_balanced_incomplete_block_design_has_efficiency_one():
    # 4 raters in all 6 pairs: v = 4, k = 2, λ = 1
    pairs = np.array([(a, b) for a in range(4) for b in range(a + 1, 4)])
    assert design.design_quality(pairs, 4).efficiency == (pytest.approx(1.0),)


def test_a_chain_of_raters_is_connected_but_poor():
    # The path 0-1-2: eigenvalues of C are ½ and 3/2, harmonic ¾ over arithmetic 1.
    quality = design.design_quality(np.array([[0, 1], [1, 2]]), 3)
    assert quality.components == ((0, 1, 2),)
    assert quality.efficiency == (pytest.approx(0.75),)


def test_greedy_beats_chance():
    rng = np.random.default_rng(0)
    chance = np.array([rng.choice(50, 3, replace=False) for _ in range(100)])
    greedy = design.design_quality(plan_of(100, 3, 50), 50).efficiency[0]
    assert greedy > 0.85 > design.design_quality(chance, 50).efficiency[0]


def test_subjects_apart_are_two_components_each_with_its_own_efficiency():
    plan = np.array([[0, 1], [0, 1], [2, 3]])
    quality = design.design_quality(plan, 5)
    assert quality.components == ((0, 1), (2, 3))
    assert quality.efficiency == (pytest.approx(1.0), pytest.approx(1.0))


def test_a_rater_alone_is_compared_with_nobody():
    quality = design.design_quality(np.array([[0, NOBODY], [1, NOBODY]]), 2)
    assert quality.components == ((0,), (1,))
    assert quality.efficiency == (None, None)
