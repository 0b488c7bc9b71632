"""Unequal probabilities: exact, fixed in size, right when extended; Neyman's allocation."""

import numpy as np
import pytest

from annotations.methods.sampling import SampleTooLarge, SampleTooSmall, allocate, draw_stratified
from annotations.methods.sampling_unequal import draw_unequal, extend_unequal, unequal_probabilities

KEYS = [f"item {i}" for i in range(40)]
SCORE = np.concatenate([np.zeros(20), np.linspace(0.1, 1, 19), [50.0]])


def test_probabilities_add_up_and_nothing_has_none():
    probability = unequal_probabilities(SCORE, 12)
    assert probability.sum() == pytest.approx(12)
    assert probability.min() == pytest.approx(probability[0])
    assert probability[0] > 0
    assert probability[-1] == 1


def test_an_even_share_of_one_is_a_simple_random_sample():
    assert unequal_probabilities(SCORE, 10, floor=1) == pytest.approx(np.full(40, 0.25))
    assert unequal_probabilities(np.zeros(40), 10) == pytest.approx(np.full(40, 0.25))


def test_every_sample_has_the_size_asked_for_and_the_stored_probabilities_are_true():
    hits, n = np.zeros(40), 3000
    for seed in range(n):
        sample = draw_unequal(KEYS, SCORE, 12, seed)
        assert len(sample) == 12
        hits[sample.index] += 1
    probability = unequal_probabilities(SCORE, 12)
    assert np.abs(hits / n - probability).max() < 4 * np.sqrt(0.25 / n)


def test_an_extended_sample_holds_the_first_and_keeps_its_probabilities_true():
    hits, sizes, n = np.zeros(40), [], 3000
    for seed in range(n):
        first = draw_unequal(KEYS, SCORE, 8, seed)
        more = extend_unequal(KEYS, SCORE, first, 16, seed)
        assert set(first.index) <= set(more.index)
        hits[more.index] += 1
        sizes.append(len(more))
    probability = unequal_probabilities(SCORE, 16)
    assert np.abs(hits / n - probability).max() < 4 * np.sqrt(0.25 / n)
    assert np.mean(sizes) == pytest.approx(16, abs=0.1)


def test_a_weighted_mean_of_such_a_sample_is_unbiased_where_the_plain_one_is_not():
    truth = SCORE.copy()
    truth[-1] = 2.0
    plain, weighted = [], []
    for seed in range(2000):
        sample = draw_unequal(KEYS, SCORE, 12, seed)
        plain.append(truth[sample.index].mean())
        weighted.append((truth[sample.index] / sample.probability).sum() / 40)
    assert np.mean(weighted) == pytest.approx(truth.mean(), abs=0.01)
    assert np.mean(plain) > truth.mean() + 0.1


def test_the_same_seed_gives_the_same_sample_in_any_order_of_the_frame():
    order = np.random.default_rng(1).permutation(40)
    here = draw_unequal(KEYS, SCORE, 12, 7)
    there = draw_unequal([KEYS[i] for i in order], SCORE[order], 12, 7)
    assert sorted(KEYS[i] for i in here.index) == sorted(KEYS[order[i]] for i in there.index)


@pytest.mark.parametrize("score", [[1, np.nan], [1, np.inf], [1, -1]])
def test_scores_that_are_none_are_refused(score):
    with pytest.raises(ValueError, match="0 or more"):
        unequal_probabilities(score, 1)


def test_sizes_out_of_reach_are_refused():
    with pytest.raises(SampleTooLarge):
        unequal_probabilities(SCORE, 41)
    with pytest.raises(SampleTooSmall):
        unequal_probabilities(SCORE, 0)
    with pytest.raises(ValueError, match="another floor"):
        extend_unequal(KEYS, SCORE, draw_unequal(KEYS, SCORE, 8, 1, floor=0.5), 12, 1)


class TestNeyman:
    STRATA = ("a",) * 100 + ("b",) * 100 + ("c",) * 20

    def test_it_follows_size_times_spread(self):
        found = {s.name: s.drawn for s in allocate(self.STRATA, 62, "neyman", spread={"a": 1, "b": 4, "c": 5})}
        assert found == {"a": 10, "b": 42, "c": 10}

    def test_a_stratum_without_spread_keeps_its_minimum(self):
        found = {s.name: s.drawn for s in allocate(self.STRATA, 42, "neyman", spread={"a": 0, "b": 1, "c": 1})}
        assert found["a"] == 2

    def test_it_varies_less_than_a_proportional_sample(self):
        rng = np.random.default_rng(2)
        value = np.concatenate([rng.normal(0, 0.1, 100), rng.normal(5, 4, 100), rng.normal(2, 1, 20)])
        keys = [str(i) for i in range(220)]
        spread = {"a": 0.1, "b": 4.0, "c": 1.0}

        def errors(allocation):
            for seed in range(400):
                s = draw_stratified(keys, self.STRATA, 40, seed, allocation, spread=spread)
                yield (value[s.index] / s.probability).sum() / 220 - value.mean()

        assert np.std(list(errors("neyman"))) < 0.8 * np.std(list(errors("proportional")))

    def test_without_spreads_it_is_refused(self):
        with pytest.raises(ValueError, match="spread of every stratum"):
            allocate(self.STRATA, 40, "neyman", spread={"a": 1})
