"""Ratings as a long table."""

from __future__ import annotations

import numpy as np
import pytest

from annotations.methods.coded_values import OutsideDomain
from annotations.methods.long_table import (
    DuplicateRating,
    from_counts,
    from_matrix,
    long_table,
    within_pairs,
)


def test_missing_ratings_are_left_out_and_labels_kept():
    table = long_table(["b", "a", "a", "b"], ["y", "x", "y", "x"], [3, 1, np.nan, 2])
    assert len(table) == 3
    assert table.item_labels.tolist() == ["b", "a"]
    assert table.sizes.tolist() == [2, 1]
    assert table.x.tolist() == [3, 2, 1]


def test_it_is_sorted_by_item_then_rater_whatever_the_order_of_the_rows():
    table = long_table([1, 2, 1, 2], [7, 8, 8, 7], [0, 1, 2, 3])
    assert table.item.tolist() == [0, 0, 1, 1]
    assert table.rater.tolist() == [0, 1, 0, 1]
    assert table.x.tolist() == [0, 2, 3, 1]


@pytest.mark.parametrize("value", [[1, float("inf")], [1, "good"], [True, object()], [1]])
def test_it_refuses_what_is_no_value(value):
    with pytest.raises((ValueError, TypeError)):
        long_table([1, 2], [1, 1], value)


def test_it_names_the_rater_who_rated_an_item_twice():
    with pytest.raises(DuplicateRating) as caught:
        long_table(["i", "j", "i"], ["bob", "bob", "bob"], [1, 2, 1])
    assert (caught.value.item, caught.value.rater) == ("i", "bob")


def test_a_value_outside_the_domain_is_refused_and_near_misses_of_floats_are_not():
    with pytest.raises(OutsideDomain) as caught:
        long_table([1], [1], [4], domain=[0, 1, 2])
    assert caught.value.value == 4
    assert long_table([1], [1], [0.1 + 0.2], domain=[0, 0.3]).x.tolist() == [0.3]


def test_text_has_no_distances_unless_its_order_is_given():
    words = (["i", "i"], ["x", "y"], ["good", "bad"])
    assert not long_table(*words).has_distances
    table = long_table(*words, domain=["bad", "fair", "good"], ordered=True)
    assert table.has_distances
    assert table.x.tolist() == [2, 0]


def test_counts_become_ratings_of_unknown_raters():
    table = from_counts([[2, 0, 1], [0, 3, 0]], ["a", "b", "c"])
    assert not table.has_raters
    assert table.sizes.tolist() == [3, 3]
    assert len(table.values) == 3


@pytest.mark.parametrize("cells", [[[-1, 2]], [[0.5, 1]], [[np.nan, 1]]])
def test_counts_are_whole_numbers(cells):
    with pytest.raises(ValueError, match="whole numbers"):
        from_counts(cells, [0.0, 1.0])


def test_runs_count_the_values_of_each_item():
    runs = from_matrix([[1, 1, 2], [3, np.nan, 1]]).runs
    assert runs.item.tolist() == [0, 0, 1, 1]
    assert runs.count.tolist() == [2, 1, 1, 1]


def test_every_pair_of_an_item_comes_once():
    pairs = [
        pair
        for a, b in within_pairs(np.array([0, 0, 0, 1, 2, 2]))
        for pair in zip(a, b, strict=True)
    ]
    assert sorted(pairs) == [(0, 1), (0, 2), (1, 2), (4, 5)]


def test_dropping_ratings_drops_empty_items_and_raters():
    table = from_matrix([[1, 2], [3, np.nan]])
    assert table.paired.item_count == 1
    assert table.where(table.rater == 0).rater_count == 1
