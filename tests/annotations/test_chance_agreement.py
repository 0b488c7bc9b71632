"""Percent agreement, AC1/AC2, Fleiss, Conger and Brennan-Prediger on published tables."""

from __future__ import annotations

import numpy as np
import pytest

from annotations.methods import chance_agreement as chance
from annotations.methods.conger_kappa import _kappas, conger_kappa
from annotations.methods.long_table import from_counts, from_matrix, long_table
from tests.annotations.published import (
    ABSTRACTORS,
    FLEISS_1971,
    KRIPPENDORFF_C,
    SIX_RATERS,
    cross_table,
)

T_11 = 2.2009851600916384  # t(11) at .975
CATEGORIES = ["depression", "personality", "schizophrenia", "neurosis", "other"]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (chance.percent_agreement, 0.81818),
        (chance.gwet_ac1, 0.77544),
        (chance.gwet_ac2_quadratic, 0.91400),
        (chance.fleiss_kappa, 0.76117),
        (conger_kappa, 0.76282),
        (chance.brennan_prediger, 0.77273),
    ],
)
def test_it_gives_gwets_values_for_four_raters_with_missing_ratings(method, expected):
    assert method(from_matrix(KRIPPENDORFF_C)).value == pytest.approx(expected, abs=5e-6)


def test_the_standard_error_of_ac1_is_gwets():
    result = chance.gwet_ac1(from_matrix(KRIPPENDORFF_C))
    assert (result.value - result.low) / T_11 == pytest.approx(0.14295, abs=5e-6)


def test_it_gives_gwets_values_for_two_abstractors():
    table = from_matrix(cross_table(ABSTRACTORS))
    assert chance.percent_agreement(table).value == pytest.approx(0.89)
    assert chance.gwet_ac1(table).value == pytest.approx(0.84933, abs=5e-6)
    # Scott's π is Fleiss' κ of two raters.
    assert chance.fleiss_kappa(table).value == pytest.approx(0.79624, abs=5e-6)
    assert conger_kappa(table).value == pytest.approx(0.79641, abs=5e-6)


def test_it_gives_gwets_values_for_counts_of_six_raters():
    table = from_counts(SIX_RATERS, CATEGORIES)
    assert chance.gwet_ac1(table).value == pytest.approx(0.44480, abs=5e-6)
    assert chance.fleiss_kappa(table).value == pytest.approx(0.41393, abs=5e-6)
    assert conger_kappa(table).reason.code == "raters_unknown"


def test_it_gives_fleiss_kappa_of_1971():
    assert chance.fleiss_kappa(from_counts(FLEISS_1971, CATEGORIES)).value == pytest.approx(
        0.430, abs=5e-4
    )


def test_weighted_ac2_is_what_its_definition_says():
    rng = np.random.default_rng(0)
    matrix = np.clip(rng.integers(0, 4, (25, 1)) + rng.integers(-1, 2, (25, 3)), 0, 4).astype(float)
    matrix[rng.random(matrix.shape) < 0.2] = np.nan
    table = from_matrix(matrix, domain=[0, 1, 2, 3, 4, 7])
    for method, power in [(chance.gwet_ac2_linear, 1), (chance.gwet_ac2_quadratic, 2)]:
        assert method(table).value == pytest.approx(_slow_ac2(matrix, [0, 1, 2, 3, 4, 7], power))


def _slow_ac2(matrix: np.ndarray, values: list[float], power: int) -> float:
    q, reach = len(values), max(values) - min(values)
    weight = np.array([[1 - abs((a - b) / reach) ** power for b in values] for a in values])
    counts = np.array([[np.sum(row == v) for v in values] for row in matrix], float)
    counts = counts[counts.sum(axis=1) > 0]
    size = counts.sum(axis=1)
    several = size > 1
    agreeing = (counts * (counts @ weight - 1)).sum(axis=1)[several]
    observed = np.mean(agreeing / (size * (size - 1))[several])
    share = (counts / size[:, None]).mean(axis=0)
    expected = weight.sum() / (q * (q - 1)) * (share * (1 - share)).sum()
    return float((observed - expected) / (1 - expected))


def test_adjacent_is_within_one_step_of_the_scale():
    table = from_matrix([[1, 2], [1, 3], [4, 4], [2, 5]])
    assert chance.adjacent_agreement(table).value == pytest.approx(0.5)
    halves = from_matrix([[1, 1.5], [1, 2], [3, 3], [3, 1]], domain=[0, 0.5, 1, 1.5, 2, 2.5, 3])
    assert chance.adjacent_agreement(halves).value == pytest.approx(0.5)
    assert chance.adjacent_agreement(halves, within=1).value == pytest.approx(0.75)


def test_the_number_of_possible_values_is_the_domains():
    narrow = chance.brennan_prediger(from_matrix([[0, 0], [1, 1], [0, 1]])).value
    wide = chance.brennan_prediger(from_matrix([[0, 0], [1, 1], [0, 1]], domain=range(5))).value
    assert narrow == pytest.approx((2 / 3 - 1 / 2) / (1 / 2))
    assert wide == pytest.approx((2 / 3 - 1 / 5) / (4 / 5))


def test_ac1_is_defined_where_alpha_is_not():
    everyone_passes = from_matrix([[1, 1], [1, 1], [1, 1]], domain=[0, 1])
    assert chance.gwet_ac1(everyone_passes).value == pytest.approx(1)
    assert chance.fleiss_kappa(everyone_passes).reason.code == "one_value"


@pytest.mark.parametrize(
    "method",
    [
        chance.percent_agreement, chance.adjacent_agreement, chance.gwet_ac1,
        chance.gwet_ac2_linear, chance.fleiss_kappa, chance.brennan_prediger, conger_kappa,
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        ([[np.nan]], "no_ratings"),
        ([[1], [2]], "one_rater"),
        ([[1, np.nan], [np.nan, 2]], "no_overlap"),
    ],
)
def test_what_is_undefined_says_why(method, matrix, code):
    result = method(from_matrix(matrix))
    assert result.value is None
    assert result.reason.code == code


def test_one_item_gives_a_value_without_an_interval():
    result = chance.percent_agreement(from_matrix([[1, 1, 2]]))
    assert result.value == pytest.approx(1 / 3)
    assert result.low is None
    assert result.caution.code == "too_few_items"


def test_names_have_no_neighbours():
    words = long_table([1, 1], [1, 2], ["cat", "dog"])
    assert chance.adjacent_agreement(words).reason.code == "text_values"
    assert chance.gwet_ac2_linear(words).reason.code == "text_values"
    assert chance.percent_agreement(words).value == 0


def test_permuting_raters_and_items_changes_nothing():
    rng = np.random.default_rng(9)
    shuffled = KRIPPENDORFF_C[rng.permutation(12)][:, rng.permutation(4)]
    for method in (chance.gwet_ac1, chance.fleiss_kappa, conger_kappa):
        assert method(from_matrix(shuffled)).value == pytest.approx(
            method(from_matrix(KRIPPENDORFF_C)).value
        )


def test_the_jackknife_of_conger_leaves_out_each_item_exactly():
    table = from_matrix(KRIPPENDORFF_C)
    quick = _kappas(table, np.arange(12), 12, True)
    slow = [conger_kappa(table.where(table.item != i)).value for i in range(12)]
    np.testing.assert_allclose(quick, slow)
