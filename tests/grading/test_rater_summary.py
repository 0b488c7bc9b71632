"""Plain figures that set raters apart."""

from __future__ import annotations

import numpy as np
import pytest

from grading.methods.rater_summary import rater_summaries

NAN = np.nan


def summaries(item, rater, value, seconds=None, **kwargs):
    seconds = [10.0] * len(item) if seconds is None else seconds
    found = rater_summaries(
        np.array(item), np.array(rater), np.array(value, float), np.array(seconds, float), **kwargs
    )
    return {one.rater: one for one in found}


def test_only_items_that_another_rated_too_are_shared():
    found = summaries([1, 1, 2, 2, 3], [7, 8, 7, 8, 7], [0.5, 0.7, 0.2, 0.6, 1.0])
    assert (found[7].shared, found[7].ratings) == (2, 3)
    assert found[7].mean == pytest.approx(1.7 / 3)


def test_exact_agreement_counts_pairs_with_co_raters():
    found = summaries([1, 1, 1, 2, 2], [1, 2, 3, 1, 2], [3, 3, 4, 1, 1])
    assert found[1].exact == pytest.approx(2 / 3)
    assert found[3].exact == 0
    assert summaries([1, 1], [1, 2], [3, 4], tolerance=1)[1].exact == 1


def test_a_rater_alone_has_no_agreement():
    found = summaries([1, 2], [1, 2], [0.5, 0.6])
    assert (found[1].shared, found[1].exact) == (0, None)


def test_what_could_not_be_judged_is_left_out():
    found = summaries([1, 1], [1, 2], [NAN, 0.5], [NAN, 4])
    assert (found[1].mean, found[1].ratings, found[1].seconds) == (None, 1, None)
    assert found[2].shared == 0


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(3)
    item, rater = np.repeat(np.arange(30), 3), np.tile([1, 2, 3], 30)
    value, turn = rng.integers(0, 4, 90).astype(float), rng.permutation(90)
    assert summaries(item, rater, value) == summaries(item[turn], rater[turn], value[turn])
