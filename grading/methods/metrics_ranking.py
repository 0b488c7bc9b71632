"""Metrics of rankings: NDCG, MAP, MRR, precision at k.

One value an item of the list: `scores` (the higher, the earlier; equal scores keep the order
given), `relevances` (0 = not relevant; NDCG knows grades, the others only more than 0) and
`queries`, which list an item is of. Each figure is a mean over queries; a query without a
relevant item has none and is left out, and `detail` says how many were.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from grading.methods.metrics_value import MetricValue, as_number, paired

Ranked = list[float]  # relevances of one query in the order of the scores
AT = 10


def ndcg(
    scores: Sequence[Any], relevances: Sequence[Any], *, queries: Sequence[Any] | None = None,
    k: int = AT,
) -> MetricValue:  # fmt: skip
    """Normalised discounted cumulative gain at k with gains as given (Järvelin and Kekäläinen 2002)."""

    def one(ranked: Ranked) -> float:
        return _gain(ranked[:k]) / _gain(sorted(ranked, reverse=True)[:k])

    return _mean(scores, relevances, queries, one)


def _gain(ranked: Ranked) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(ranked))


def mean_average_precision(
    scores: Sequence[Any], relevances: Sequence[Any], *, queries: Sequence[Any] | None = None
) -> MetricValue:
    """Mean over queries of the mean precision at every relevant item."""

    def one(ranked: Ranked) -> float:
        found, total = 0, 0.0
        for place, relevance in enumerate(ranked, start=1):
            if relevance > 0:
                found += 1
                total += found / place
        return total / found

    return _mean(scores, relevances, queries, one)


def mrr(
    scores: Sequence[Any], relevances: Sequence[Any], *, queries: Sequence[Any] | None = None
) -> MetricValue:
    """Mean of 1 ÷ the place of the first relevant item."""

    def one(ranked: Ranked) -> float:
        return 1 / next(place for place, gain in enumerate(ranked, start=1) if gain > 0)

    return _mean(scores, relevances, queries, one)


def precision_at_k(
    scores: Sequence[Any], relevances: Sequence[Any], *, queries: Sequence[Any] | None = None,
    k: int = AT,
) -> MetricValue:  # fmt: skip
    """Share of relevant items among the first k; a shorter list is held against k all the same."""
    return _mean(scores, relevances, queries, lambda ranked: sum(g > 0 for g in ranked[:k]) / k)


def _mean(
    scores: Sequence[Any],
    relevances: Sequence[Any],
    queries: Sequence[Any] | None,
    one: Callable[[Ranked], float],
) -> MetricValue:
    kept, p, r = paired(scores, relevances)
    lists: dict[Any, list[tuple[float, float]]] = {}
    for i, said, wanted in zip(kept, p, r, strict=True):
        score, gain = as_number(said), as_number(wanted)
        if score is None or gain is None:
            return MetricValue(None, len(kept), "not_numbers")
        lists.setdefault(queries[i] if queries is not None else "", []).append((score, gain))
    ranked = [[g for _s, g in sorted(rows, key=lambda row: -row[0])] for rows in lists.values()]
    useful = [gains for gains in ranked if any(gain > 0 for gain in gains)]
    if not useful:
        return MetricValue(None, len(kept), "no_pairs" if not ranked else "nothing_relevant")
    detail = {"queries": len(useful), "without_relevant": len(ranked) - len(useful)}
    return MetricValue(sum(map(one, useful)) / len(useful), len(kept), detail=detail)
