"""Thinning a sample: what is spared is spared by chance, and its probability is known."""

from __future__ import annotations

import numpy as np

from annotations.methods.audit import Drawing, audit_numbers, thinned
from annotations.methods.sampling import draw_all, draw_random, draw_stratified, random_numbers

KEYS = [f"i{n}" for n in range(400)]
GROUPS = ["good" if n % 2 else "bad" for n in range(400)]


def shares(share: float) -> np.ndarray:
    return np.array([share if group == "bad" else 1.0 for group in GROUPS])


def bad(sample) -> np.ndarray:
    return np.array([GROUPS[i] == "bad" for i in sample.index])


def test_a_share_of_a_group_is_that_share_up_to_one_unit():
    for seed in range(20):
        numbers = audit_numbers(KEYS, GROUPS, seed)
        sample = thinned([Drawing(draw_all(KEYS, seed), shares(0.05))], numbers)
        assert abs(bad(sample).sum() - 0.05 * 200) <= 1
        assert (~bad(sample)).sum() == 200


def test_the_probability_is_that_of_the_draw_times_the_share():
    drawn = draw_random(KEYS, 100, 3)
    sample = thinned([Drawing(drawn, shares(0.2))], audit_numbers(KEYS, GROUPS, 3))
    np.testing.assert_allclose(sample.probability[bad(sample)], 0.25 * 0.2)
    np.testing.assert_allclose(sample.probability[~bad(sample)], 0.25)


def test_a_unit_is_drawn_as_often_as_its_probability_says():
    """Also where the share changed between two draws, in either direction."""
    courses = ((0.3, 1.0), (1.0, 0.3), (0.3, 0.3))
    counts, stated = np.zeros((3, 400)), np.zeros((3, 400))
    for seed in range(600):
        numbers = audit_numbers(KEYS, GROUPS, seed)
        drawn = [draw_random(KEYS, n, seed) for n in (100, 200)]
        for course, of_it in enumerate(courses):
            steps = [Drawing(one, shares(share)) for one, share in zip(drawn, of_it, strict=True)]
            sample = thinned(steps, numbers)
            counts[course, sample.index] += 1
            stated[course, sample.index] = sample.probability
    rejected = np.array([group == "bad" for group in GROUPS])
    for group in (rejected, ~rejected):
        for seen, said in zip(counts, stated, strict=True):
            expected = said[group & (seen > 0)][0]
            assert abs(seen[group].mean() / 600 - expected) < 0.01


def test_the_share_does_not_depend_on_what_was_drawn():
    """The two numbers of a unit are independent, or the audit would not be a random part."""
    both = np.corrcoef(random_numbers(KEYS, 1), audit_numbers(KEYS, ["all"] * 400, 1))
    assert abs(both[0, 1]) < 0.15


def test_a_larger_sample_gives_nothing_back():
    numbers = audit_numbers(KEYS, GROUPS, 7)
    strata = ["a" if n < 100 else "b" for n in range(400)]
    steps = [
        Drawing(draw_stratified(KEYS, strata, n, 7), shares(share))
        for n, share in ((40, 0.4), (120, 0.1), (200, 0.1))
    ]
    before: set[int] = set()
    for end in (1, 2, 3):
        now = set(thinned(steps[:end], numbers).index.tolist())
        assert before <= now
        before = now


def test_nothing_of_a_group_without_a_share_is_left():
    sample = thinned([Drawing(draw_all(KEYS, 1), shares(0.0))], audit_numbers(KEYS, GROUPS, 1))
    assert not bad(sample).any()
    assert len(sample) == 200
