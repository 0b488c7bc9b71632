"""Intraclass correlations."""

from __future__ import annotations

import numpy as np
import pytest

from annotations.methods.icc import NAMES, icc, one_way, sem_consistency, two_way
from annotations.methods.kendall_w import kendall_w
from annotations.methods.long_table import from_counts, from_matrix, long_table
from tests.annotations.published import SHROUT_FLEISS

# Shrout & Fleiss 1979, table 4.
PUBLISHED = {
    "icc_1_1": 0.17, "icc_a_1": 0.29, "icc_c_1": 0.71,
    "icc_1_k": 0.44, "icc_a_k": 0.62, "icc_c_k": 0.91,
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), PUBLISHED.items())
def test_it_gives_the_values_of_shrout_and_fleiss(name, expected):
    assert icc(from_matrix(SHROUT_FLEISS), name).value == pytest.approx(expected, abs=5e-3)


def test_the_error_mean_square_is_theirs():
    assert two_way(from_matrix(SHROUT_FLEISS)).rest == pytest.approx(1.0194, abs=5e-5)
    assert sem_consistency(from_matrix(SHROUT_FLEISS)).value == pytest.approx(
        np.sqrt(1.0194), abs=5e-5
    )


def test_the_intervals_are_those_of_shrout_and_fleiss():
    """Their worked example gives ICC(1,1) in [−.13, .72], ICC(2,1) in [.02, .76], ICC(3,1) in [.34, .95]."""
    table = from_matrix(SHROUT_FLEISS)
    for name, low, high in [
        ("icc_1_1", -0.13, 0.72),
        ("icc_a_1", 0.02, 0.76),
        ("icc_c_1", 0.34, 0.95),
    ]:
        result = icc(table, name)
        assert (result.low, result.high) == pytest.approx((low, high), abs=5e-3)


def test_components_are_right_on_average_where_ratings_are_missing():
    """Items 4, raters 1, rest 2: the mean of 200 sparse tables comes near, both ways."""
    rng = np.random.default_rng(8)
    found = []
    for _run in range(200):
        matrix = (
            rng.normal(0, 2, (60, 1)) + rng.normal(0, 1, (1, 8)) + rng.normal(0, 2**0.5, (60, 8))
        )
        matrix[rng.random(matrix.shape) < 0.6] = np.nan
        parts = two_way(from_matrix(matrix))
        found.append((parts.items, parts.raters, parts.rest))
    assert np.mean(found, axis=0) == pytest.approx([4, 1, 2], rel=0.1)


def test_an_incomplete_table_has_a_jackknife_interval():
    matrix = SHROUT_FLEISS.copy()
    matrix[0, 1] = np.nan
    result = icc(from_matrix(matrix), "icc_a_k")
    assert result.low < result.value < result.high
    assert result.method.startswith("jackknife over items")


def test_the_mean_of_k_raters_uses_the_harmonic_mean_of_ratings_an_item():
    matrix = np.array([[1, 2, np.nan], [3, 4, 3], [5, np.nan, 5], [2, 2, 2.5]])
    assert one_way(from_matrix(matrix)).k == pytest.approx(4 / (1 / 2 + 1 / 3 + 1 / 2 + 1 / 3))


def test_a_constant_severity_lowers_agreement_and_not_consistency():
    harsh = SHROUT_FLEISS.copy()
    harsh[:, 0] -= 3
    before, after = from_matrix(SHROUT_FLEISS), from_matrix(harsh)
    assert icc(after, "icc_c_1").value == pytest.approx(icc(before, "icc_c_1").value)
    kind = SHROUT_FLEISS.copy()
    kind[:, 0] += 3
    assert icc(from_matrix(kind), "icc_a_1").value < icc(before, "icc_a_1").value


def test_permuting_changes_nothing():
    shuffled = SHROUT_FLEISS[::-1][:, [2, 0, 3, 1]]
    for name in NAMES:
        assert icc(from_matrix(shuffled), name).value == pytest.approx(
            icc(from_matrix(SHROUT_FLEISS), name).value
        )


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        ([[np.nan]], "no_ratings"),
        ([[1], [2]], "one_rater"),
        ([[1, np.nan], [np.nan, 2]], "no_overlap"),
        ([[1, 2]], "one_item"),
        ([[4, 4], [4, 4]], "one_value"),
    ],
)
def test_what_is_undefined_says_why(matrix, code):
    for name in NAMES:
        assert icc(from_matrix(matrix), name).reason.code == code


def test_perfect_agreement_is_one_without_an_interval():
    result = icc(from_matrix([[1, 1], [2, 2], [5, 5]]), "icc_a_1")
    assert result.value == pytest.approx(1)
    assert result.caution.code == "no_disagreement"


def test_unknown_raters_leave_the_one_way_form():
    counts = from_counts([[3, 1], [0, 4], [2, 2]], [0.0, 1.0])
    assert icc(counts, "icc_1_1").value is not None
    assert icc(counts, "icc_a_1").reason.code == "raters_unknown"


def test_text_is_refused_with_the_reason():
    words = long_table([1, 1], [1, 2], ["a", "b"])
    assert icc(words, "icc_a_1").reason.code == "text_values"
    assert kendall_w(words).reason.code == "text_values"


def test_kendall_w_is_one_for_equal_orders_and_corrects_ties():
    assert kendall_w(from_matrix([[1, 10], [2, 20], [3, 70]])).value == pytest.approx(1)
    assert kendall_w(from_matrix([[1, 5], [1, 5], [3, 9]])).value == pytest.approx(1)
    assert kendall_w(from_matrix([[1, 3], [2, 2], [3, 1]])).value == pytest.approx(0)


def test_kendall_w_is_linear_in_the_mean_rank_correlation():
    """W = (ρ̄ (k − 1) + 1) / k (Kendall & Gibbons 1990), without ties."""
    from scipy.stats import spearmanr

    ranks = np.random.default_rng(3).permuted(np.tile(np.arange(9.0), (4, 1)), axis=1).T
    mean = (spearmanr(ranks).statistic.sum() - 4) / 12
    assert kendall_w(from_matrix(ranks)).value == pytest.approx((3 * mean + 1) / 4)


def test_kendall_w_uses_the_items_rated_by_all_and_says_how_many():
    result = kendall_w(from_matrix([[1, 10], [2, 20], [3, np.nan]]))
    assert result.method == "2 of 3 items, rated by all"
    assert kendall_w(from_matrix([[1, np.nan], [np.nan, 2], [3, 3]])).reason.code == "incomplete"
    assert kendall_w(from_matrix([[2, 2], [2, 2]])).reason.code == "one_value"
