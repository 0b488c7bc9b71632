"""The best estimate of a single item: prediction and ratings by their precision."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grading.methods.best_estimate import best_estimates, rating_noise


def a_world(seed: int, n: int = 80, size: int = 400, rho: float = 0.8, noise: float = 0.5):
    """(adjusted, noise variances, rated, score, truth)."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=size)
    score = rho * truth + math.sqrt(1 - rho**2) * rng.normal(size=size)
    rated = rng.choice(size, n, replace=False)
    adjusted = truth[rated] + rng.normal(0, noise, n)
    return adjusted, np.full(n, noise**2), rated, score, truth


def test_it_is_closer_than_the_ratings_and_than_the_prediction() -> None:
    errors = np.zeros(3)
    for seed in range(40):
        adjusted, noise, rated, score, truth = a_world(seed)
        found = best_estimates(adjusted, noise, rated, score)
        line = np.polyval(np.polyfit(score[rated], adjusted, 1), score)[rated]
        for place, guess in enumerate((found.value[rated], adjusted, line)):
            errors[place] += ((guess - truth[rated]) ** 2).mean()
    assert errors[0] < 0.8 * min(errors[1], errors[2])


def test_its_intervals_cover_rated_and_unrated_items() -> None:
    hits = {True: [], False: []}
    for seed in range(60):
        adjusted, noise, rated, score, truth = a_world(seed)
        found = best_estimates(adjusted, noise, rated, score)
        inside = (found.low <= truth) & (truth <= found.high)
        is_rated = np.isin(np.arange(len(truth)), rated)
        for which in hits:
            hits[which].append(inside[is_rated == which].mean())
    assert 0.93 <= np.mean(hits[True]) <= 0.97
    assert 0.93 <= np.mean(hits[False]) <= 0.97


def test_a_definitive_score_stands_alone_and_an_unrated_item_has_the_prediction() -> None:
    adjusted, _, rated, score, _ = a_world(1)
    found = best_estimates(adjusted, np.zeros(len(rated)), rated, score)
    assert found.value[rated] == pytest.approx(adjusted)
    assert found.rated_share[rated] == pytest.approx(1)
    assert (np.delete(found.rated_share, rated) == 0).all()


def test_more_ratings_weigh_more() -> None:
    adjusted, noise, rated, score, _ = a_world(1)
    noise[:40] /= 4
    found = best_estimates(adjusted, noise, rated, score).rated_share[rated]
    assert found[:40].min() > found[40:].max()


def test_an_items_own_rating_does_not_go_into_its_prediction() -> None:
    adjusted, noise, rated, score, _ = a_world(1)
    changed = adjusted.copy()
    changed[0] += 1
    one, two = (best_estimates(a, noise, rated, score) for a in (adjusted, changed))
    prediction = [
        (found.value[rated[0]] - share * own) / (1 - share)
        for found, own in ((one, adjusted[0]), (two, changed[0]))
        for share in (found.rated_share[rated[0]],)
    ]
    assert prediction[0] == pytest.approx(prediction[1], abs=1e-9)


def test_a_useless_metric_draws_to_the_mean() -> None:
    adjusted, noise, rated, score, _ = a_world(2, rho=0.0)
    found = best_estimates(adjusted, noise, rated, score)
    assert found.worth.reason == "weak"
    assert np.delete(found.value, rated) == pytest.approx(adjusted.mean())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a, f: (a[:1], f), "too_few_items"),
        (lambda a, f: (a[:0], f), "too_few_items"),
        (lambda a, f: (np.full_like(a, 2.0), f), "constant_ratings"),
        (lambda a, f: (np.append(a[:-1], np.nan), f), "incomplete"),
        (lambda a, f: (a, np.full_like(f, np.inf)), "incomplete"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason_and_no_numbers(change, reason: str) -> None:
    adjusted, noise, rated, score, _ = a_world(1)
    adjusted, score = change(adjusted, score)
    n = len(adjusted)
    found = best_estimates(adjusted, noise[:n], rated[:n], score)
    assert (found.reason, len(found.value)) == (reason, 0)


def test_a_constant_metric_or_a_copy_of_the_ratings_is_not_followed() -> None:
    adjusted, noise, rated, score, _ = a_world(1)
    flat = best_estimates(adjusted, noise, rated, np.ones(len(score)))
    assert flat.worth.reason == "constant_score"
    assert np.isfinite(flat.low).all()
    score[rated] = adjusted
    assert best_estimates(adjusted, noise, rated, score).worth.reason == "perfect_fit"


@pytest.mark.parametrize("wrong", ["negative", "twice", "short"])
def test_input_that_does_not_fit_together_is_refused(wrong: str) -> None:
    adjusted, noise, rated, score, _ = a_world(1)
    if wrong == "negative":
        noise[0] = -1
    elif wrong == "twice":
        rated[1] = rated[0]
    else:
        noise = noise[:-1]
    with pytest.raises(ValueError, match=r"variances|once"):
        best_estimates(adjusted, noise, rated, score)


def test_equal_chances_are_the_same_as_none() -> None:
    adjusted, noise, rated, score, _ = a_world(1)
    one, two = (
        best_estimates(adjusted, noise, rated, score, chances=chances)
        for chances in (None, np.full(len(rated), 0.2))
    )
    assert one.low == pytest.approx(two.low)
    assert one.value == pytest.approx(two.value)


def test_a_sample_of_unequal_chances_is_weighted_and_its_intervals_cover() -> None:
    """Poor items were drawn three times as often, and no score is there to correct for it."""
    hits, errors = [], np.zeros(2)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        truth = rng.normal(size=600)
        chances = np.where(truth < 0, 0.3, 0.1)
        rated = np.flatnonzero(rng.random(600) < chances)
        adjusted = truth[rated] + rng.normal(0, 0.5, len(rated))
        noise, nothing = np.full(len(rated), 0.25), np.zeros(600)
        found = best_estimates(adjusted, noise, rated, nothing, chances=chances[rated])
        naive = best_estimates(adjusted, noise, rated, nothing)
        rest = np.setdiff1d(np.arange(600), rated)
        hits.append(((found.low <= truth) & (truth <= found.high)).mean())
        errors += [(one.value[rest] - truth[rest]).mean() ** 2 for one in (found, naive)]
    assert 0.93 <= np.mean(hits) <= 0.97
    assert errors[0] < 0.5 * errors[1]


def test_the_noise_of_a_mean_is_found_from_items_rated_twice() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1], 400)
    item = np.repeat(np.arange(800), np.tile([1, 2], 400))
    truth, sd = rng.normal(size=800), np.array([0.5, 2.0])[group]
    found = rating_noise(truth[item] + rng.normal(size=len(item)) * sd[item], item, group)
    assert found[[0, 1, 400, 401]] == pytest.approx([0.25, 0.125, 4.0, 2.0], rel=0.25)


def test_without_an_item_rated_twice_the_noise_is_not_known() -> None:
    found = rating_noise(np.array([1.0, 2.0]), np.array([0, 1]), np.array([0, 0]))
    assert np.isnan(found).all()
