"""What would decide an undecided verdict: more ratings, more raters, or nothing affordable.

The half width with n of N items and R raters is √(t(n−1)²·S²·(1/n − 1/N) + t(R−1)²·(σ_r²·c/R + e/n)),
e being what single ratings put into the raters' part; it has to fall below the distance δ from
estimate to threshold. "Plug-in" takes δ as it looks now, which decides about three times in
four; "assured" asks for δ ≥ half width + z.80·SE, which decides four times in five.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from grading.methods.interval import Spread

ASSURANCE = 0.8
MOST_RATERS = 20  # more raters than that nobody finds for one verdict


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
    `rater_noise`: what single ratings add to the raters' part now. `degrees`: raters less blocks;
    0 when there is no rater part (definitive scores)."""

    distance: float
    items: int
    population: int
    item_variance: float
    rater_variance: float
    raters: int
    degrees: float
    rater_noise: float = 0.0
    ratings_per_item: float = 1.0
    confidence: float = 0.95


def what_decides(state: State) -> Advice:
    """The cheapest thing that would decide. `state.distance` = |estimate − threshold|."""
    items = _items_needed(state, 0, 0.0)
    if items is not None:
        assured = _items_needed(state, 0, float(special.ndtri(ASSURANCE)))
        return _advice("more_ratings", state, items, assured, 0)
    for more in range(1, MOST_RATERS + 1) if state.degrees > 0 else ():
        items = _items_needed(state, more, 0.0)
        if items is not None:
            assured = _items_needed(state, more, float(special.ndtri(ASSURANCE)))
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
    """The fewest items ≥ the present ones that settle, or None when all N would not."""
    low, high = state.items, state.population
    if not _settles(state, high, more_raters, z):
        return None
    while low < high:
        middle = (low + high) // 2
        if _settles(state, middle, more_raters, z):
            high = middle
        else:
            low = middle + 1
    return low


def _settles(state: State, n: int, more_raters: int, z: float) -> bool:
    """Whether n items and that many more raters would bring the interval off the threshold."""
    left = 1 / state.items - 1 / state.population
    spread = state.item_variance / left if left > 0 else 0.0
    of_items = spread * (1 / n - 1 / state.population)
    raters = max(1, state.raters)
    of_raters = state.rater_variance * raters / (raters + more_raters)
    of_raters += state.rater_noise * state.items / n
    parts = [(of_items, float(n - 1))]
    if state.degrees > 0:
        parts.append((of_raters, state.degrees + more_raters))
    total = Spread(tuple(parts))
    error = math.sqrt(total.variance)
    return state.distance > (total.quantile(state.confidence) + z) * error and state.distance > 0
