"""Krippendorff's α against published values, the reference package and brute force."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from annotations.methods import krippendorff_alpha as module
from annotations.methods.alpha_bootstrap import alpha_bootstrap
from annotations.methods.coefficient import LEVELS
from annotations.methods.krippendorff_alpha import krippendorff_alpha
from annotations.methods.leave_one_rater_out import leave_one_rater_out
from annotations.methods.long_table import from_counts, from_matrix, long_table
from tests.annotations.published import ABSTRACTORS, KRIPPENDORFF_C, SIX_RATERS, cross_table

PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}

matrices = (
    st.integers(2, 7)
    .flatmap(
        lambda raters: st.lists(
            st.lists(st.sampled_from([np.nan, 0, 1, 2, 4, 5.5]), min_size=raters, max_size=raters),
            min_size=2,
            max_size=9,
        )
    )
    .map(np.array)
)


@pytest.mark.parametrize(("level", "expected"), PUBLISHED.items())
def test_it_gives_the_values_of_krippendorff_2011(level, expected):
    assert krippendorff_alpha(from_matrix(KRIPPENDORFF_C), level).value == pytest.approx(
        expected, abs=5e-4
    )


def test_it_gives_the_values_of_gwets_tables():
    assert krippendorff_alpha(from_matrix(KRIPPENDORFF_C), "nominal").value == pytest.approx(
        0.74342, abs=5e-6
    )
    two = from_matrix(cross_table(ABSTRACTORS))
    assert krippendorff_alpha(two, "nominal").value == pytest.approx(0.79726, abs=5e-6)
    six = from_counts(SIX_RATERS, ["a", "b", "c", "d", "e"])
    assert krippendorff_alpha(six, "nominal").value == pytest.approx(0.42044, abs=5e-6)


@settings(max_examples=150, deadline=None)
@given(matrix=matrices, level=st.sampled_from(LEVELS))
def test_it_agrees_with_the_krippendorff_package(matrix, level):
    ours = krippendorff_alpha(from_matrix(matrix), level)
    pairable = matrix[(~np.isnan(matrix)).sum(axis=1) >= 2]
    if len(np.unique(pairable[~np.isnan(pairable)])) < 2:
        assert ours.value is None
        return
    theirs = krippendorff.alpha(reliability_data=matrix.T, level_of_measurement=level)
    assert ours.value == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(matrix=matrices, level=st.sampled_from(LEVELS))
def test_the_jackknife_leaves_out_each_item_exactly(matrix, level):
    table = from_matrix(matrix)
    if module.why_undefined(table, level):
        return
    paired = table.paired
    quick, _method = module._replicates(paired, level, module.alpha_parts(paired, level))
    slow = [
        krippendorff_alpha(paired.where(paired.item != i), level, interval=False).value
        for i in range(paired.item_count)
    ]
    np.testing.assert_allclose(quick, np.array(slow, float), atol=1e-9)


@settings(max_examples=80, deadline=None)
@given(matrix=matrices, level=st.sampled_from(LEVELS))
def test_leaving_out_a_rater_is_alpha_of_the_rest(matrix, level):
    table = from_matrix(matrix)
    for rater, quick in enumerate(leave_one_rater_out(table, level)):
        slow = krippendorff_alpha(table.where(table.rater != rater), level, interval=False)
        if slow.value is None:
            assert quick.value is None
        else:
            assert quick.value == pytest.approx(slow.value, abs=1e-9)


def test_the_interval_is_the_jackknife_with_t():
    table = from_matrix(KRIPPENDORFF_C)
    paired = table.paired
    left = [krippendorff_alpha(paired.where(paired.item != i), "interval").value for i in range(11)]
    error = np.sqrt(10 / 11 * ((left - np.mean(left)) ** 2).sum())
    result = krippendorff_alpha(table, "interval")
    assert result.low == pytest.approx(result.value - student.ppf(0.975, 10) * error)
    assert result.high == 1.0
    assert result.method == "jackknife over items, t(10)"


def test_the_interval_covers_the_alpha_of_the_population():
    rng = np.random.default_rng(4)
    truth = rng.normal(size=4000)[:, None] + rng.normal(size=(4000, 3)) * 0.8
    population = krippendorff_alpha(from_matrix(truth), "interval").value
    hits = 0
    for _run in range(300):
        sample = truth[rng.choice(4000, 40, replace=False)]
        interval = krippendorff_alpha(from_matrix(sample), "interval")
        hits += interval.low <= population <= interval.high
    assert 0.91 <= hits / 300 <= 0.985


def test_permuting_items_and_raters_changes_nothing():
    rng = np.random.default_rng(1)
    shuffled = KRIPPENDORFF_C[rng.permutation(12)][:, rng.permutation(4)]
    for level in LEVELS:
        one = krippendorff_alpha(from_matrix(KRIPPENDORFF_C), level)
        other = krippendorff_alpha(from_matrix(shuffled), level)
        assert (one.value, one.low) == pytest.approx((other.value, other.low))


def test_the_interval_metric_knows_no_origin_and_no_unit():
    moved = krippendorff_alpha(from_matrix(1e4 + 0.25 * KRIPPENDORFF_C), "interval")
    here = krippendorff_alpha(from_matrix(KRIPPENDORFF_C), "interval")
    assert (moved.value, moved.low) == pytest.approx((here.value, here.low))
    ranks = krippendorff_alpha(from_matrix(np.exp(KRIPPENDORFF_C)), "ordinal")
    assert ranks.value == pytest.approx(
        krippendorff_alpha(from_matrix(KRIPPENDORFF_C), "ordinal").value
    )


def test_more_of_the_same_items_narrows_the_interval():
    once = krippendorff_alpha(from_matrix(KRIPPENDORFF_C), "interval")
    ninefold = krippendorff_alpha(from_matrix(np.tile(KRIPPENDORFF_C, (9, 1))), "interval")
    assert ninefold.low > once.low
    assert (ninefold.value - ninefold.low) * 2 < once.value - once.low


def test_ordinal_with_very_many_values_leaves_out_groups_of_items():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=(500, 1)) + 0.4 * rng.normal(size=(500, 2))
    result = krippendorff_alpha(from_matrix(truth), "ordinal")
    assert result.method.startswith("jackknife over 100 groups of items")
    assert result.low < result.value < result.high


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        ([[np.nan, np.nan]], "no_ratings"),
        ([[1], [2]], "one_rater"),
        ([[1, np.nan], [np.nan, 2]], "no_overlap"),
        ([[3, 3], [3, 3]], "one_value"),
    ],
)
def test_what_is_undefined_says_why(matrix, code):
    result = krippendorff_alpha(from_matrix(matrix), "interval")
    assert result.value is None
    assert result.low is None
    assert result.reason.code == code


def test_values_only_on_singly_rated_items_do_not_make_it_defined():
    result = krippendorff_alpha(from_matrix([[3, 3], [3, 3], [1, np.nan]]), "nominal")
    assert result.reason.code == "one_value"


def test_ratio_needs_values_from_zero_up():
    assert (
        krippendorff_alpha(from_matrix([[-1, 2], [3, 3]]), "ratio").reason.code == "negative_values"
    )


def test_text_is_nominal_only():
    words = long_table([1, 1, 2, 2], [1, 2, 1, 2], ["a", "b", "a", "a"])
    assert krippendorff_alpha(words, "interval").reason.code == "text_values"
    assert krippendorff_alpha(words, "nominal").value == pytest.approx(0)


def test_two_items_have_no_interval_and_it_says_so():
    result = krippendorff_alpha(from_matrix([[1, 2], [3, 3]]), "interval")
    assert result.value is not None
    assert result.low is None
    assert result.caution.code == "too_few_items"


def test_where_one_item_holds_all_variation_there_is_no_interval():
    result = krippendorff_alpha(from_matrix([[1, 1], [1, 1], [1, 1], [1, 2]]), "nominal")
    assert result.value == pytest.approx(0)
    assert result.low is None
    assert result.caution.code == "one_item_decides"


def test_perfect_agreement_is_one_with_a_caution():
    result = krippendorff_alpha(from_matrix([[0.1, 0.1], [0.7, 0.7], [0.3, 0.3]]), "interval")
    assert (result.value, result.high) == (1.0, 1.0)
    assert result.caution.code == "no_disagreement"


def test_an_unknown_level_is_an_error():
    with pytest.raises(ValueError, match="level"):
        krippendorff_alpha(from_matrix(KRIPPENDORFF_C), "cardinal")


@pytest.mark.parametrize("level", LEVELS)
def test_the_bootstrap_resamples_items(level):
    """One draw over patterns is α of a table in which the items are repeated as drawn."""
    from annotations.methods.alpha_bootstrap import _alphas, patterns

    rows = patterns(from_matrix(KRIPPENDORFF_C).paired)
    assert rows.times.sum() == 11
    weights = np.arange(1.0, len(rows.times) + 1)
    repeated = np.repeat(rows.counts, weights.astype(int), axis=0)
    slow = krippendorff_alpha(from_counts(repeated, list(rows.values)), level).value
    assert _alphas(rows, weights[None, :], level)[0] == pytest.approx(slow)


def test_the_bootstrap_is_seeded_and_near_the_jackknife():
    rng = np.random.default_rng(3)
    table = from_matrix(np.clip(rng.integers(0, 5, (80, 1)) + rng.integers(-1, 2, (80, 3)), 0, 4))
    first, again = (
        alpha_bootstrap(table, "ordinal", seed=5),
        alpha_bootstrap(table, "ordinal", seed=5),
    )
    assert first == again
    assert first != alpha_bootstrap(table, "ordinal", seed=6)
    jackknife = krippendorff_alpha(table, "ordinal")
    assert first.low == pytest.approx(jackknife.low, abs=0.03)
    assert first.high == pytest.approx(jackknife.high, abs=0.03)
