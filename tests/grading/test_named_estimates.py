"""People alone, regression, ridge, PPI and PPI++ side by side, on any scale and for rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from grading.methods.design import DesignProblem, simple_design
from grading.methods.hybrid import Auxiliary
from grading.methods.interval import clopper_pearson_interval
from grading.methods.named_estimates import NAMES, NamedEstimates, named_estimates
from grading.methods.ppi import ppi_estimate
from grading.methods.ridge_crossfit import FOLDS, crossfit_score, ridge_slopes


def a_file(
    n: int = 60, population: int = 900, rho: float = 0.8, columns: int = 1, seed: int = 3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(human (N,), scores (N, p), truth (N,)); marks around 3, each score with correlation ρ."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=population)
    noise = rng.normal(size=(population, columns))
    scores = 3 + rho * z[:, None] + math.sqrt(1 - rho**2) * noise
    truth = 3 + z
    human = np.full(population, np.nan)
    rows = rng.choice(population, n, replace=False)
    human[rows] = truth[rows]
    return human, scores, truth


def by_name(found: NamedEstimates) -> dict:
    return {row.name: row for row in found.estimates}


def test_the_names_and_their_order_are_stable() -> None:
    human, scores, _ = a_file()
    assert tuple(row.name for row in named_estimates(human, scores).estimates) == NAMES


def test_people_alone_get_students_interval_and_the_regression_the_formula() -> None:
    human, scores, _ = a_file()
    found = by_name(named_estimates(human, scores))
    rated = ~np.isnan(human)
    y, f, everyone = human[rated], scores[rated, 0], scores[:, 0]
    n, away = len(y), f - f.mean()
    half = stats.t.ppf(0.975, n - 1) * y.std(ddof=1) / math.sqrt(n)
    assert found["human_only"].low == pytest.approx(y.mean() - half)
    sff = (away**2).sum()
    b = (away * (y - y.mean())).sum() / sff
    w = 1 / n + away * (everyone.mean() - f.mean()) / sff
    rest = (y - y.mean() - b * away) / (1 - 1 / n - away**2 / sff)
    error = math.sqrt((w**2 * rest**2).sum() + b**2 * everyone.var() / len(everyone))
    value = y.mean() + b * (everyone.mean() - f.mean())
    assert found["regression"].value == pytest.approx(value)
    assert found["regression"].high == pytest.approx(value + stats.t.ppf(0.975, n - 2) * error)
    widths = [found[name].high - found[name].low for name in ("regression", "human_only")]
    assert found["regression"].ratings_saved == pytest.approx(1 - (widths[0] / widths[1]) ** 2)


def test_ppi_takes_the_score_at_its_word_and_ppi_plus_plus_the_best_share_of_it() -> None:
    human, scores, _ = a_file()
    found = by_name(named_estimates(human, scores))
    rated = ~np.isnan(human)
    y, f, everyone = human[rated], scores[rated, 0], scores[:, 0]
    assert found["ppi"].value == pytest.approx(everyone.mean() + (y - f).mean())
    share = ((y - y.mean()) * (f - f.mean())).mean() / everyone.var()
    tuned = share * everyone.mean() + (y - share * f).mean()
    assert found["ppi_plus_plus"].value == pytest.approx(tuned)


def test_ppi_plus_plus_does_not_depend_on_the_scale_of_the_score() -> None:
    human, scores, _ = a_file()
    one, two = (
        by_name(named_estimates(human, s))["ppi_plus_plus"] for s in (scores, 7 - 9 * scores)
    )
    assert (two.low, two.high) == (pytest.approx(one.low), pytest.approx(one.high))


def test_a_score_that_is_the_same_everywhere_has_no_best_share() -> None:
    flat = Auxiliary(np.ones(6), np.ones(20))
    with pytest.raises(ValueError, match="slope"):
        ppi_estimate(np.arange(6.0), flat, simple_design(6, 20), is_tuned=True)


def test_the_regression_is_recommended_for_one_score_and_the_ridge_for_several() -> None:
    for columns, name in ((1, "regression"), (3, "ridge_crossfit")):
        human, scores, _ = a_file(columns=columns)
        assert named_estimates(human, scores).recommended == name


def test_three_scores_save_more_than_one() -> None:
    human, scores, _ = a_file(n=200, rho=0.5, columns=3)
    found = by_name(named_estimates(human, scores))
    assert found["ridge_crossfit"].ratings_saved > found["regression"].ratings_saved + 0.05


def test_a_useless_score_is_switched_off_with_its_numbers_kept() -> None:
    human, scores, _ = a_file(rho=0.0)
    found = named_estimates(human, scores)
    assert by_name(found)["regression"].reason == "weak"
    assert by_name(found)["regression"].low is not None
    assert found.recommended == "human_only"


def test_a_constant_column_beside_a_good_one_does_no_harm() -> None:
    human, scores, _ = a_file()
    wider = np.column_stack([scores, np.full(len(human), 4.0)])
    one, two = named_estimates(human, scores), named_estimates(human, wider)
    assert by_name(two)["ridge_crossfit"].value == pytest.approx(
        by_name(one)["ridge_crossfit"].value
    )


def test_nobodys_own_rating_goes_into_the_score_made_for_it() -> None:
    human, scores, _ = a_file(columns=3)
    rated = np.flatnonzero(~np.isnan(human))
    values, weights = human[rated], np.full(len(rated), 1 / len(rated))
    made = crossfit_score(values, scores[rated], scores, weights)
    changed = values.copy()
    changed[7] += 5
    again = crossfit_score(changed, scores[rated], scores, weights)
    same = np.isclose(made.sampled, again.sampled)
    assert same[7]
    assert same.sum() == pytest.approx(len(rated) / FOLDS, abs=1)  # only its own fold
    assert made.population.mean() == pytest.approx(0, abs=1e-9)


def test_ridge_finds_the_slopes_of_a_clear_case() -> None:
    x = np.random.default_rng(1).normal(size=(400, 2))
    slopes = ridge_slopes(x, 2 * x[:, 0] - x[:, 1] + 5, np.ones(400))
    assert slopes == pytest.approx([2, -1], abs=0.01)


@pytest.mark.parametrize("bad", [np.full((9, 1), np.nan), np.ones((9, 1))])
def test_ridge_refuses_what_it_cannot_fit(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="score"):
        crossfit_score(np.arange(20.0), np.resize(bad, (20, 1)), bad, np.ones(20))


def test_equal_probabilities_estimate_as_a_simple_sample() -> None:
    human, scores, _ = a_file()
    chances = np.full(len(human), 60 / 900)
    simple, weighted = (
        by_name(named_estimates(human, scores, probabilities=p)) for p in (None, chances)
    )
    for name in NAMES:
        assert weighted[name].value == pytest.approx(simple[name].value)
    assert weighted["human_only"].high == pytest.approx(simple["human_only"].high)


def test_definitive_scores_of_every_item_leave_nothing_open() -> None:
    human, scores, truth = a_file(n=900)
    found = by_name(named_estimates(human, scores, is_definitive=True))["human_only"]
    assert (found.low, found.high) == (pytest.approx(truth.mean()), pytest.approx(truth.mean()))
    plain = by_name(named_estimates(human, scores))["human_only"]
    assert plain.high > plain.low


def test_a_rate_stays_within_its_bounds_and_holds_its_estimate() -> None:
    human, scores, _ = a_file(rho=0.9)
    for mark in (0.9, 1.5, 4.8):
        for row in named_estimates(human, scores, at_least=mark).estimates:
            if row.low is not None:
                assert 0 <= row.low <= row.value <= row.high <= 1


def test_a_rate_of_which_no_exception_was_seen_is_not_certain() -> None:
    human, scores, _ = a_file(n=40)
    found = by_name(named_estimates(human, scores, at_least=-100.0))
    exact = clopper_pearson_interval(1.0, 40, 0.95)
    assert (found["human_only"].low, found["human_only"].high) == (pytest.approx(exact.low), 1.0)
    assert found["regression"].reason == "constant_ratings"


def test_a_rate_with_few_exceptions_is_left_to_people_with_the_numbers_kept() -> None:
    human, scores, _ = a_file(n=100)
    passed = np.sort(human[~np.isnan(human)])
    for mark, is_left in ((passed[9], True), (passed[10], False), (passed[-9], True)):
        found = named_estimates(human, scores, at_least=mark)
        row = by_name(found)["regression"]
        assert row.low is not None
        assert (row.reason == "few_exceptions") == is_left
        assert (found.recommended == "human_only") == is_left


def test_ppi_of_a_rate_needs_a_score_on_the_human_scale() -> None:
    human, scores, _ = a_file()
    found = by_name(named_estimates(human, scores + 100, at_least=3.0))
    assert found["ppi"].reason == "off_scale"
    assert found["regression"].reason is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda human, s: (np.full_like(human, np.nan), s), "no_ratings"),
        (lambda human, s: (np.where(np.arange(len(human)) == 4, 3.0, np.nan), s), "too_few_items"),
        (lambda human, s: (human, np.full_like(s, 2.0)), "constant_score"),
        (lambda human, s: (np.where(np.isnan(human), np.nan, 3.0), s), "constant_ratings"),
        (lambda human, s: (human, np.where(s > s.mean(), np.nan, s)), "incomplete"),
        (lambda human, s: (human, np.where(s > s.mean(), np.inf, s)), "incomplete"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason_and_no_number(change, reason: str) -> None:
    human, scores = change(*a_file()[:2])
    for at_least in (None, 2.5):
        found = named_estimates(human, scores, at_least=at_least)
        assert found.recommended == "human_only"
        for row in found.estimates[1:]:
            assert (row.low, row.ratings_saved, row.reason) == (None, None, reason)


def test_a_copy_of_the_human_scores_is_no_evidence() -> None:
    human, scores, truth = a_file(columns=2)
    found = by_name(named_estimates(human, np.column_stack([truth, scores])))
    for name in ("regression", "ridge_crossfit", "ppi", "ppi_plus_plus"):
        assert (found[name].value, found[name].reason) == (None, "perfect_fit")


def test_people_who_all_say_the_same_give_a_mean_without_an_interval() -> None:
    human, scores, _ = a_file()
    row = named_estimates(np.where(np.isnan(human), np.nan, 3.0), scores).best
    assert (row.value, row.low, row.reason) == (pytest.approx(3.0), None, "constant_ratings")


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.2, math.nan, math.inf])
def test_a_weight_that_is_none_is_refused(chance: float) -> None:
    human, scores, _ = a_file()
    chances = np.full(len(human), 0.1)
    chances[np.flatnonzero(~np.isnan(human))[0]] = chance
    with pytest.raises(DesignProblem):
        named_estimates(human, scores, probabilities=chances)


def test_an_infinite_human_value_is_refused() -> None:
    human, scores, _ = a_file()
    human[np.flatnonzero(~np.isnan(human))[0]] = math.inf
    with pytest.raises(ValueError, match="finite"):
        named_estimates(human, scores)


def test_the_decision_follows_the_recommended_interval() -> None:
    human, scores, _ = a_file()
    found = named_estimates(human, scores)
    low, high = found.best.low, found.best.high
    assert [found.decision(t) for t in (low - 0.01, low, low + 0.01, high, high + 0.01)] == [
        "pass",
        "pass",
        "undecided",
        "undecided",
        "fail",
    ]


def test_without_an_interval_nothing_is_decided() -> None:
    human, scores, _ = a_file()
    assert named_estimates(np.full_like(human, np.nan), scores).decision(0.5) == "undecided"


def coverage(runs: int, **world) -> dict[str, float]:
    """Share of runs whose interval holds the truth, by name; the lowest scored are drawn most
    where `weighted`."""
    options = {k: world.pop(k) for k in ("at_least", "weighted") if k in world}
    hits: dict[str, list[bool]] = {name: [] for name in (*NAMES, "recommended")}
    at_least, n, size = options.get("at_least"), world["n"], 1500
    truth = 3.0 if at_least is None else stats.norm.sf(at_least - 3)
    for seed in range(runs):
        human, scores, values = a_file(population=size, seed=seed, **world)
        chances = None
        if options.get("weighted"):
            rng = np.random.default_rng(seed)
            pull = 1 / (1 + np.exp(scores[:, 0] - 3))
            chances = np.minimum(1, n * (0.2 / size + 0.8 * pull / pull.sum()))
            human = np.where(rng.random(size) < chances, values, np.nan)
        found = named_estimates(human, scores, probabilities=chances, at_least=at_least)
        for name, row in [*by_name(found).items(), ("recommended", found.best)]:
            if row.low is not None:
                hits[name].append(row.low <= truth <= row.high)
    return {name: float(np.mean(of)) for name, of in hits.items() if of}


@pytest.mark.parametrize(
    "world",
    [
        {"n": 50, "rho": 0.7, "columns": 3},
        {"n": 30, "rho": 0.7, "at_least": 3 - 1.8808},  # a rate of .97
        {"n": 60, "rho": 0.7, "columns": 2, "weighted": True},
    ],
)
def test_the_recommended_intervals_cover(world: dict) -> None:
    found = coverage(200, **world)
    for name in ("human_only", "regression", "ridge_crossfit", "recommended"):
        assert found[name] >= 0.92, name
