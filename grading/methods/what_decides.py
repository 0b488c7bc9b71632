"""What would decide an undecided verdict: more ratings, more raters, or nothing affordable.

The half width with n of N items and R raters is t·√(S²·(1/n − 1/N) + σ_r²·c/R); it has to fall
below the distance δ from estimate to threshold. "Plug-in" takes δ as it looks now, which decides
about three times in four; "assured" asks for δ ≥ (t + z.80)·SE, which decides four times in five.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from grading.methods.interval import quantile

ASSURANCE = 0.8
MOST_RATERS = 60


@dataclass(frozen=True)
class Advice:
    """`kind`: "more_ratings", "more_raters" or "too_close".

    items, ratings: how many *more* (plug-in); assured_items, assured_ratings: for 80 %
    assurance, None when even all N items would not give it. raters: how many more.
    """

    kind: str
    items: int = 0
    ratings: int = 0
    assured_items: int | None = None
    assured_ratings: int | None = None
    raters: int = 0


@dataclass(frozen=True)
class State:
    """Where the rating stands. `item_variance`, `rater_variance`: of the estimate now.
    `degrees`: raters less blocks; 0 when there is no rater part (definitive scores)."""

    distance: float
    items: int
    population: int
    item_variance: float
    rater_variance: float
    raters: int
    degrees: float
    ratings_per_item: float = 1.0
    confidence: float = 0.95


def what_decides(state: State) -> Advice:
    """The cheapest thing that would decide. `state.distance` = |estimate − threshold|."""
    items = _items_needed(state, 0, 0.0)
    if items is not None:
        assured = _items_needed(state, 0, float(stats.norm.ppf(ASSURANCE)))
        return _advice("more_ratings", state, items, assured, 0)
    for more in range(1, MOST_RATERS) if state.degrees > 0 else ():
        items = _items_needed(state, more, 0.0)
        if items is not None:
            assured = _items_needed(state, more, float(stats.norm.ppf(ASSURANCE)))
            return _advice("more_raters", state, items, assured, more)
    return Advice("too_close")


def _advice(kind: str, state: State, items: int, assured: int | None, raters: int) -> Advice:
    def ratings(extra: int) -> int:
        return math.ceil(extra * state.ratings_per_item)

    more = max(0, items - state.items)
    assured_more = None if assured is None else max(0, assured - state.items)
    return Advice(
        kind,
        more,
        ratings(more),
        assured_more,
        None if assured_more is None else ratings(assured_more),
        raters,
    )


def _items_needed(state: State, more_raters: int, z: float) -> int | None:
    """n ≥ the present one that settles, or None when all N would not."""
    raters = state.raters + more_raters
    panel = state.rater_variance * state.raters / raters if state.degrees > 0 else 0.0
    spread = _per_item_variance(state)
    n = state.items
    for _ in range(8):  # t depends on n only without a rater part; this settles quickly
        degrees = state.degrees + more_raters if state.degrees > 0 else max(1, n - 1)
        room = (state.distance / (quantile(state.confidence, degrees) + z)) ** 2 - panel
        if room < 0 or (room == 0 and spread > 0):
            return None
        exact = state.items if spread == 0 else 1 / (room / spread + 1 / state.population)
        found = max(state.items, math.ceil(exact - 1e-9))
        if found == n:
            break
        n = found
    return min(n, state.population)


def _per_item_variance(state: State) -> float:
    """S² from the variance now; 0 when all N are rated."""
    left = 1 / state.items - 1 / state.population
    return state.item_variance / left if left > 0 else 0.0
