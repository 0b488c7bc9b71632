"""Dawid-Skene on the anaesthetists of 1979 and on degenerate tables."""

import numpy as np
import pytest

from annotations.methods.dawid_skene import dawid_skene

# Dawid & Skene 1979, table 1: 45 patients; observer 1 three times, then observers 2 to 5.
ANAESTHETISTS = (  # noqa: SIM905
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 "
    "1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 "
    "1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 "
    "2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222"
).split()


@pytest.fixture(scope="module")
def published():
    value = np.array([[int(v) for v in patient] for patient in ANAESTHETISTS])
    item = np.repeat(np.arange(45), 7)
    rater = np.tile([1, 1, 1, 2, 3, 4, 5], 45)
    return item, rater, value.ravel()


def test_the_class_marginals_are_the_published_ones(published):
    found = dawid_skene(*published)
    assert found.marginals == pytest.approx([0.3996, 0.4220, 0.1118, 0.0667], abs=5e-5)
    assert found.posterior.sum(axis=1) == pytest.approx(np.ones(45))


def test_observer_one_names_class_one_as_published(published):
    # Table 4 of the paper: .89 of class 1 is called 1, .11 is called 2.
    assert dawid_skene(*published).errors[0, 0] == pytest.approx([0.89, 0.11, 0, 0], abs=0.005)


SKILL = (0.9, 0.85, 0.8, 0.8, 0.5)


def test_a_rater_at_random_counts_little():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 500)
    votes = np.column_stack([np.where(rng.random(500) < p, truth, 1 - truth) for p in SKILL])
    found = dawid_skene(np.repeat(np.arange(500), 5), np.tile(range(5), 500), votes.ravel())
    assert found.accuracy == pytest.approx(SKILL, abs=0.05)
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.92


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (([], [], []), "no_ratings"),
        (([1, 2], [1, 1], [0, 1]), "one_rater"),
        (([1, 2], [1, 2], [0, 1]), "no_overlap"),
        (([1, 1], [1, 2], [1, 1]), "one_value"),
        (([1, 1], [1, 2], [np.nan, np.nan]), "no_ratings"),
        (([1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2], [0, 1, 1, 1, 0, 0]), "no_third_rater"),
        (([1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 1, 2], [0, 1, 1, 1, 0, 0]), "no_third_rater"),
    ],
)
def test_what_is_undefined_says_why(columns, code):
    assert dawid_skene(*columns).reason.code == code


def test_of_two_raters_who_differ_nothing_tells_who_is_right():
    """One is right in .95, the other in .70 of the items: the likelihood is as high with .8 for both."""
    rng = np.random.default_rng(4)
    truth = rng.random(400) < 0.3
    votes = np.stack([np.where(rng.random(400) < right, truth, ~truth) for right in (0.95, 0.7)]).T
    found = dawid_skene(np.repeat(np.arange(400), 2), np.tile(range(2), 400), votes.ravel())
    assert found.reason.code == "no_third_rater"
