"""Cohen's κ for pairs of raters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from annotations.methods.cohen_kappa import (
    KAPPAS,
    _replicates,
    _why_undefined,
    mean_kappa,
    mean_kappa_value,
    pair_agreements,
    pair_matrix,
)
from annotations.methods.long_table import from_counts, from_matrix, long_table
from tests.annotations.published import ABSTRACTORS, cross_table


def test_it_gives_gwets_values_for_two_abstractors():
    (pair,) = pair_agreements(from_matrix(cross_table(ABSTRACTORS)))
    assert pair.items == 100
    assert pair.percent_agreement == pytest.approx(0.89)
    assert pair.cohen_kappa == pytest.approx(0.79641, abs=5e-6)
    assert pair.cohen_kappa_linear == pytest.approx(0.843, abs=5e-4)
    assert pair.cohen_kappa_quadratic == pytest.approx(0.892, abs=5e-4)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.sampled_from([np.nan, 0.0, 1.0, 2.0, 3.0])] * 3), min_size=3, max_size=20
    )
)
def test_it_agrees_with_scikit_learn(rows):
    matrix = np.array(rows)
    for pair in pair_agreements(from_matrix(matrix, domain=range(4))):
        a, b = matrix[:, pair.raters[0]], matrix[:, pair.raters[1]]
        both = ~np.isnan(a + b)
        assert pair.items == both.sum()
        if len(np.unique(np.concatenate([a[both], b[both]]))) < 2:
            assert pair.cohen_kappa_quadratic is None
            assert pair.reason is not None
            continue
        for weights, value in [(None, pair.cohen_kappa), ("linear", pair.cohen_kappa_linear),
                               ("quadratic", pair.cohen_kappa_quadratic)]:  # fmt: skip
            theirs = cohen_kappa_score(a[both], b[both], labels=range(4), weights=weights)
            assert value == pytest.approx(theirs, abs=1e-9)


def test_pairs_without_common_items_are_listed_with_the_reason():
    pairs = pair_agreements(from_matrix([[1, 2, np.nan], [2, 2, np.nan], [np.nan, np.nan, 3]]))
    assert [pair.raters for pair in pairs] == [(0, 1), (0, 2), (1, 2)]
    assert [pair.items for pair in pairs] == [2, 0, 0]
    assert pairs[1].reason.code == "no_overlap"
    assert pairs[1].percent_agreement is None


def test_one_value_between_two_raters_is_undefined():
    (pair,) = pair_agreements(from_matrix([[2, 2], [2, 2]]))
    assert pair.percent_agreement == 1
    assert pair.cohen_kappa is None
    assert pair.reason.code == "one_value"


def test_the_mean_leaves_out_undefined_pairs_and_says_so():
    result = mean_kappa(
        from_matrix([[1, 1, 1], [2, 2, np.nan], [1, 2, np.nan], [2, 2, np.nan]]), "cohen_kappa"
    )
    assert result.value == pytest.approx(0.5)
    assert result.method.startswith("mean over 1 of 3 pairs")


def test_difference_is_the_mean_of_the_first_less_the_second():
    (pair,) = pair_agreements(from_matrix([[3, 1], [2, 1]]))
    assert pair.difference == pytest.approx(1.5)


def test_text_has_only_the_unweighted_kappa():
    words = long_table([1, 1, 2, 2], [1, 2, 1, 2], ["cat", "cat", "dog", "dog"])
    (pair,) = pair_agreements(words)
    assert pair.cohen_kappa == pytest.approx(1)
    assert pair.cohen_kappa_quadratic is None
    assert pair.reason.code == "text_values"
    assert mean_kappa(words, "cohen_kappa_quadratic").reason.code == "text_values"


def test_counts_have_no_pairs():
    counts = from_counts([[2, 1], [0, 3]], [0.0, 1.0])
    assert pair_agreements(counts) == []
    assert mean_kappa(counts, "cohen_kappa").reason.code == "raters_unknown"


def test_quadratic_kappa_of_continuous_scores_is_lins_concordance():
    rng = np.random.default_rng(0)
    x = rng.normal(50, 10, 200)
    y = x + rng.normal(2, 4, 200)
    (pair,) = pair_agreements(from_matrix(np.column_stack([x, y])))
    lin = 2 * np.cov(x, y, ddof=0)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    assert pair.cohen_kappa_quadratic == pytest.approx(lin)


def test_a_pair_as_json_is_plain():
    (pair,) = pair_agreements(from_matrix([[1, 2], [2, 2]]))
    plain = pair.as_dict()
    assert plain["raters"] == [0, 1]
    assert type(plain["raters"][0]) is int


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.sampled_from([np.nan, 0.0, 1.0, 2.0])] * 3), min_size=3, max_size=12),
    st.sampled_from(KAPPAS),
)
def test_the_jackknife_leaves_out_each_item_exactly(rows, name):
    table = from_matrix(np.array(rows))
    if _why_undefined(table, name):
        return
    quick, _method = _replicates(table, name)
    left_out = [pair_matrix(table.where(table.item != i)) for i in range(table.item_count)]
    slow = [mean_kappa_value(matrix, name) for matrix in left_out]
    np.testing.assert_allclose(quick, np.array(slow, float), atol=1e-9)


def test_many_values_leave_unweighted_kappa_without_an_interval():
    rng = np.random.default_rng(1)
    table = from_matrix(rng.normal(size=(4000, 40)).round(3))
    result = mean_kappa(table, "cohen_kappa")
    assert result.value is not None
    assert result.caution.code == "no_interval"
    assert mean_kappa(table, "cohen_kappa_quadratic").low is not None
