"""Several labels an item, and rankings, against scikit-learn and worked examples."""

from __future__ import annotations

import random

import pytest
from sklearn import metrics as sk
from sklearn.preprocessing import MultiLabelBinarizer

from grading.metrics import compute, per_item

RANDOM = random.Random(4)
WANTED = [[x for x in "abcd" if RANDOM.random() < 0.4] for _i in range(80)]
SAID = [[x for x in "abcd" if (x in row) != (RANDOM.random() < 0.2)] for row in WANTED]


def test_sets_of_labels_are_judged_as_scikit_learn_does():
    binary = MultiLabelBinarizer(classes=list("abcd"))
    p, r = binary.fit_transform(SAID), binary.transform(WANTED)
    assert compute("hamming_loss", SAID, WANTED).value == pytest.approx(sk.hamming_loss(r, p))
    known = sk.jaccard_score(r, p, average="samples", zero_division=1)
    assert compute("jaccard", SAID, WANTED).value == pytest.approx(known)


def test_sets_may_be_written_as_texts():
    texts = ["; ".join(row) for row in SAID], ["、".join(row) for row in WANTED]
    for name in ("jaccard", "hamming_loss"):
        assert compute(name, *texts).value == compute(name, SAID, WANTED).value


def test_jaccard_of_single_items():
    assert per_item("jaccard", ["a;b", "", None], ["b;c", "", "a"]) == [1 / 3, 1.0, None]


QUERIES = [q for q in range(12) for _place in range(15)]
SCORES = [RANDOM.random() for _row in QUERIES]
GAINS = [RANDOM.choice([0, 0, 0, 1, 2, 3]) for _row in QUERIES]


def rows_of(query: int) -> tuple[list[float], list[int]]:
    mine = [i for i, q in enumerate(QUERIES) if q == query]
    return [SCORES[i] for i in mine], [GAINS[i] for i in mine]


@pytest.mark.parametrize("k", [3, 10, 50])
def test_ndcg_is_scikit_learns_in_the_mean(k):
    each = [sk.ndcg_score([gains], [scores], k=k) for scores, gains in map(rows_of, range(12))]
    assert compute("ndcg", SCORES, GAINS, queries=QUERIES, k=k).value == pytest.approx(sum(each) / 12)


def test_mean_average_precision_is_scikit_learns_in_the_mean():
    each = [
        sk.average_precision_score([gain > 0 for gain in gains], scores)
        for scores, gains in map(rows_of, range(12))
    ]
    found = compute("mean_average_precision", SCORES, GAINS, queries=QUERIES)
    assert found.value == pytest.approx(sum(each) / 12)


def test_a_small_ranking_by_hand():
    """Two queries; the first relevant items stand second and first."""
    scores, gains = [3, 2, 1, 9, 8], [0, 1, 1, 1, 0]
    queries = ["a", "a", "a", "b", "b"]
    assert compute("mrr", scores, gains, queries=queries).value == pytest.approx((1 / 2 + 1) / 2)
    assert compute("precision_at_k", scores, gains, queries=queries, k=2).value == 0.5
    assert compute("mean_average_precision", scores, gains, queries=queries).value == pytest.approx(
        ((1 / 2 + 2 / 3) / 2 + 1) / 2
    )


def test_a_query_without_a_relevant_item_is_left_out_and_counted():
    found = compute("mrr", [2, 1, 2, 1], [1, 0, 0, 0], queries=["a", "a", "b", "b"])
    assert (found.value, found.detail) == (1, {"queries": 1, "without_relevant": 1})
    assert compute("ndcg", [1, 2], [0, 0]).reason == "nothing_relevant"
