"""The whole suite: names, shape, degenerate tables."""

from __future__ import annotations

import json

import numpy as np
import pytest

from annotations.methods.agreement import NAMES, agreement
from annotations.methods.coefficient import LEVELS, SENTENCES, Reason
from annotations.methods.long_table import from_counts, from_matrix, long_table
from tests.annotations.published import KRIPPENDORFF_C, SHROUT_FLEISS

ALL = {
    "krippendorff_alpha", "percent_agreement", "adjacent_agreement", "gwet_ac1",
    "gwet_ac2_linear", "gwet_ac2_quadratic", "fleiss_kappa", "conger_kappa", "brennan_prediger",
    "cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic", "icc_1_1", "icc_a_1", "icc_c_1",
    "icc_1_k", "icc_a_k", "icc_c_k", "sem_consistency", "kendall_w",
}  # fmt: skip

DEGENERATE = {
    "nothing": from_matrix(np.empty((0, 0))),
    "all missing": from_matrix([[np.nan, np.nan], [np.nan, np.nan]]),
    "one rating": from_matrix([[1.0]]),
    "one item": from_matrix([[1.0, 2.0, 2.0]]),
    "one rater": from_matrix([[1.0], [2.0], [3.0]]),
    "one value": from_matrix([[2.0, 2.0]] * 5),
    "no overlap": from_matrix([[1.0, np.nan], [np.nan, 2.0]]),
    "perfect": from_matrix([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [1.0, 1.0]]),
    "constant raters": from_matrix([[1.0, 2.0]] * 6),
    "text": long_table([1, 1, 2, 2, 3, 3], [1, 2] * 3, ["a", "b", "a", "a", "c", "c"]),
    "counts": from_counts([[3, 0], [0, 3], [1, 2]], [0.0, 1.0]),
    "negative": from_matrix([[-1.0, -2.0], [0.0, 0.5], [3.0, 3.0]]),
    "one item decides": from_matrix([[1.0, 1.0]] * 4 + [[1.0, 2.0]]),
}


def test_every_coefficient_has_its_stable_name():
    assert set(NAMES) == ALL


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("case", DEGENERATE)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_degenerate_tables_give_numbers_or_reasons_never_nan(case, level):
    result = agreement(DEGENERATE[case], level)
    for coefficient in result.coefficients:
        assert (coefficient.value is None) == (coefficient.reason is not None), coefficient
        for number in (coefficient.value, coefficient.low, coefficient.high):
            assert number is None or (type(number) is float and np.isfinite(number)), coefficient
        if coefficient.value is not None and coefficient.low is None:
            assert coefficient.caution is not None, coefficient
    json.dumps([c.as_dict() for c in result.coefficients], allow_nan=False)
    json.dumps([p.as_dict() for p in result.pairs], allow_nan=False)


def test_all_of_it_on_one_table():
    result = agreement(from_matrix(SHROUT_FLEISS, raters=list("abcd")), "interval")
    assert (result.items, result.raters) == (6, 4)
    assert len(result.pairs) == 6
    assert result.rater_labels == ("a", "b", "c", "d")
    assert len(result.without) == 4
    assert result["icc_c_1"].value == pytest.approx(0.715, abs=5e-4)


def test_some_of_it_when_asked():
    result = agreement(from_matrix(KRIPPENDORFF_C), "ordinal", names=["gwet_ac1"])
    assert [c.name for c in result.coefficients] == ["gwet_ac1"]


def test_the_bootstrap_is_an_option():
    result = agreement(
        from_matrix(KRIPPENDORFF_C), "ordinal", ["krippendorff_alpha"], interval="bootstrap"
    )
    assert "bootstrap" in result["krippendorff_alpha"].method


def test_a_rater_whose_removal_lifts_alpha_stands_out():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 6, (80, 1))
    good = np.clip(truth + rng.integers(-1, 2, (80, 3)), 0, 5)
    careless = rng.integers(0, 6, (80, 1))
    result = agreement(from_matrix(np.hstack([good, careless])), "interval", ["krippendorff_alpha"])
    alphas = [c.value for c in result.without]
    assert int(np.argmax(alphas)) == 3
    assert alphas[3] > result["krippendorff_alpha"].value + 0.1


def test_every_reason_is_a_sentence():
    for code, sentence in SENTENCES.items():
        assert str(Reason(code)) == sentence
        assert sentence.endswith(".")
    with pytest.raises(ValueError, match="unknown reason"):
        Reason("because")
