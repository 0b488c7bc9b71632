"""Samples have known probabilities, are reproducible, and grow without losing anything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.methods import sampling
from annotations.methods.sampling import SampleTooLarge, SampleTooSmall

KEYS = [f"item {i}" for i in range(200)]
CLASSES = ["A"] * 120 + ["B"] * 60 + ["C"] * 20


def test_a_random_sample_has_n_different_units_of_equal_probability():
    sample = sampling.draw_random(KEYS, 50, seed=7)
    assert len(set(sample.index.tolist())) == 50
    assert set(sample.probability) == {0.25}


def test_the_same_seed_draws_the_same_units_whatever_the_order_of_the_frame():
    forward = sampling.draw_random(KEYS, 30, seed=1)
    backward = sampling.draw_random(KEYS[::-1], 30, seed=1)
    assert {KEYS[i] for i in forward.index} == {KEYS[::-1][i] for i in backward.index}


def test_another_seed_draws_other_units():
    one, two = (sampling.draw_random(KEYS, 30, seed=s) for s in (1, 2))
    assert set(one.index) != set(two.index)


def test_all_units_have_probability_one():
    sample = sampling.draw_all(KEYS, seed=3)
    assert len(sample) == 200
    assert set(sample.probability) == {1.0}


def test_every_unit_is_drawn_as_often_as_its_probability_says():
    hits = np.zeros(20)
    for seed in range(2000):
        hits[sampling.draw_random(KEYS[:20], 5, seed).index] += 1
    # 2000 draws at π = ¼ have a standard error of .0097
    assert np.abs(hits / 2000 - 0.25).max() < 0.04


def test_proportional_strata_follow_their_sizes():
    lines = sampling.allocate(CLASSES, 20)
    assert [(s.name, s.size, s.drawn) for s in lines] == [("A", 120, 12), ("B", 60, 6), ("C", 20, 2)]


def test_equal_strata_get_the_same_until_one_is_empty():
    assert [s.drawn for s in sampling.allocate(CLASSES, 30, "equal")] == [10, 10, 10]
    assert [s.drawn for s in sampling.allocate(CLASSES, 100, "equal")] == [40, 40, 20]


def test_probability_is_the_share_drawn_of_the_stratum():
    sample = sampling.draw_stratified(KEYS, CLASSES, 30, seed=1, allocation="equal")
    found = dict(zip(sample.stratum, sample.probability, strict=True))
    assert found == {"A": 10 / 120, "B": 10 / 60, "C": 10 / 20}


def test_a_stratum_of_one_is_taken_whole():
    assert [s.drawn for s in sampling.allocate(["x", "y", "y", "y"], 3)] == [1, 2]


def test_too_small_a_sample_names_the_smallest_possible():
    with pytest.raises(SampleTooSmall) as refused:
        sampling.draw_stratified(KEYS, CLASSES, 5, seed=1)
    assert refused.value.needed == 6


def test_more_than_the_frame_is_refused():
    with pytest.raises(SampleTooLarge):
        sampling.draw_random(KEYS, 201, seed=1)


def test_an_empty_frame_is_refused():
    with pytest.raises(SampleTooSmall):
        sampling.draw_random([], 0, seed=1)


def test_the_digest_knows_the_frame_and_not_its_order():
    assert sampling.frame_digest(KEYS) == sampling.frame_digest(KEYS[::-1])
    assert sampling.frame_digest(KEYS) != sampling.frame_digest(KEYS[1:])
    assert sampling.frame_digest(["a", "b"]) != sampling.frame_digest(["ab"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    allocation=st.sampled_from(sampling.ALLOCATIONS),
    seed=st.integers(0, 10_000),
)
def test_a_larger_sample_contains_the_smaller_one(sizes, ends, allocation, seed):
    strata = [f"s{h}" for h, size in enumerate(sizes) for _ in range(size)]
    keys = [f"k{i}" for i in range(len(strata))]
    least = sum(min(2, size) for size in sizes)
    small, large = sorted(round(least + end * (len(keys) - least)) for end in ends)
    spread = {f"s{h}": h * 0.5 for h in range(len(sizes))}
    first = sampling.draw_stratified(keys, strata, small, seed, allocation, spread=spread)
    second = sampling.draw_stratified(keys, strata, large, seed, allocation, spread=spread)
    assert set(first.index) <= set(second.index)
    assert (len(first), len(second)) == (small, large)
    # The weights of each stratum add up to its size (Horvitz-Thompson).
    assert np.sum(1 / second.probability) == pytest.approx(len(keys))


def test_a_simple_sample_is_extended_by_the_next_random_numbers():
    small, large = sampling.draw_random(KEYS, 20, 5), sampling.draw_random(KEYS, 60, 5)
    assert set(small.index) < set(large.index)
    assert set(large.probability) == {0.3}
    kept = dict(zip(large.index.tolist(), large.random_number, strict=True))
    assert all(kept[i] == u for i, u in zip(small.index.tolist(), small.random_number, strict=True))
