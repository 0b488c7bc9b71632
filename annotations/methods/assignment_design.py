"""Who rates what: balanced loads, spread pairs, and what the plan can compare.

The greedy rule gives each slot to the least loaded eligible rater, ties to the one who has met
the item's other raters least. Items with few eligible raters come first, the rest in a seeded
random order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components as graph_components

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NOBODY = -1
LOAD, TIE = float(2**24), 0.5  # a rating of difference in load outweighs any number of meetings


class NotEnoughRaters(ValueError):
    """A group of items wants more different raters than may rate it."""

    def __init__(self, group: int, wanted: int, eligible: int) -> None:
        super().__init__(f"group {group}: {wanted} ratings an item, {eligible} eligible raters")
        self.group, self.wanted, self.eligible = group, wanted, eligible


@dataclass(frozen=True)
class DesignQuality:
    """What a plan lets one compare.

    `components`: raters (indices) whose severities can be compared with each other, largest
    first; raters without items are left out. `efficiency`: one a component, in (0, 1], 1 = as
    good as a balanced incomplete block design; None where nobody is compared.
    """

    components: tuple[tuple[int, ...], ...]
    efficiency: tuple[float | None, ...]


def ratings_wanted(n: int, k: int, share: float, seed: int, group: IntArray | None = None) -> IntArray:
    """How many ratings each of n items gets: k on a `share` of them, 1 on the rest; shape (n,).

    The share is drawn systematically along the groups, so that each group has its part of it.
    """
    if k < 1 or not 0 <= share <= 1:
        raise ValueError(f"k = {k}, share = {share}")
    wanted = np.ones(n, dtype=np.int64)
    rng = np.random.default_rng(seed)
    codes = np.zeros(n, dtype=np.int64) if group is None else group
    order = np.lexsort((rng.random(n), codes))
    many = round(share * n)
    if many:
        wanted[order[np.floor((np.arange(many) + rng.random()) * n / many).astype(np.int64)]] = k
    return wanted


def plan_raters(
    wanted: IntArray,
    group: IntArray,
    eligible: BoolArray,
    seed: int,
    *,
    taken: BoolArray | None = None,
    is_partial: bool = False,
) -> IntArray:
    """Share the wanted ratings out; shape (items, max wanted), rater index or NOBODY.

    `wanted` (items,) ratings an item; `group` (items,) row of `eligible`; `eligible`
    (groups, raters) who may rate which group; `taken` (items, raters) who must not get an item
    (has rated or skipped it).
    Raises NotEnoughRaters unless `is_partial`: then slots that nobody may take stay NOBODY.
    """
    free = eligible.sum(axis=1)
    if not is_partial:
        _check_enough(wanted, group, free)
    raters = eligible.shape[1]
    plan = np.full((len(wanted), int(wanted.max(initial=0))), NOBODY, dtype=np.int64)
    rng = np.random.default_rng(seed)
    count = [0] * raters
    # The fraction of a load breaks ties at random; it is drawn anew with every slot.
    load = TIE * rng.random((raters,))
    ties = TIE * rng.random(int(wanted.sum()) + 1)
    met = np.zeros((raters, raters))
    closed = np.where(eligible, 0.0, np.inf)
    used = 0
    for item in np.lexsort((rng.random(len(wanted)), free[group])).tolist():
        key = load + closed[group[item]]
        if taken is not None:
            key[taken[item]] = np.inf
        chosen = _choose(key, int(wanted[item]), met)
        for rater in chosen:
            count[rater] += 1
            load[rater] = LOAD * count[rater] + ties[used]
            used += 1
        plan[item, : len(chosen)] = chosen
    return plan


def _choose(key: FloatArray, wanted: int, met: FloatArray) -> list[int]:
    """Up to `wanted` different raters, lowest key first; counts their meetings in `met`."""
    chosen: list[int] = []
    while len(chosen) < wanted:
        rater = int(key.argmin())
        if key[rater] == np.inf:
            break
        for other in chosen:
            met[rater, other] += 1
            met[other, rater] += 1
        chosen.append(rater)
        if len(chosen) < wanted:
            key[rater] = np.inf
            key += met[rater]
    return chosen


def _check_enough(wanted: IntArray, group: IntArray, free: IntArray) -> None:
    short = np.flatnonzero(wanted > free[group])
    if len(short):
        item = short[np.argmin(free[group[short]] - wanted[short])]
        raise NotEnoughRaters(int(group[item]), int(wanted[item]), int(free[group[item]]))


def loads_of(plan: IntArray, raters: int) -> IntArray:
    """Ratings planned for each rater; shape (raters,)."""
    return np.bincount(plan[plan >= 0], minlength=raters).astype(np.int64)


def connected_components(plan: IntArray, raters: int) -> tuple[tuple[int, ...], ...]:
    """Groups of raters linked by items they share, largest first; idle raters are left out."""
    shared = _meetings(plan, raters)
    _, label = graph_components(shared, directed=False)
    busy = np.flatnonzero(loads_of(plan, raters))
    groups: dict[int, list[int]] = {}
    for rater in busy:
        groups.setdefault(int(label[rater]), []).append(int(rater))
    return tuple(sorted((tuple(g) for g in groups.values()), key=lambda g: (-len(g), g)))


def design_quality(plan: IntArray, raters: int) -> DesignQuality:
    """Components and, within each, the efficiency for comparing raters.

    Items are blocks and raters treatments (John & Williams 1995, ch. 2). With the information
    matrix C = diag(r) − Σ 1/kᵢ nᵢnᵢᵀ the efficiency is the harmonic mean of its non-zero
    eigenvalues over their arithmetic mean. For blocks of one size k the arithmetic mean is that
    of the balanced incomplete block design, r·v(k−1)/((v−1)k), so 1 is that bound.
    """
    components = connected_components(plan, raters)
    information = _information(plan, raters)
    return DesignQuality(components, tuple(_efficiency(information, c) for c in components))


def _efficiency(information: FloatArray, component: tuple[int, ...]) -> float | None:
    if len(component) < 2:
        return None
    part = information[np.ix_(component, component)]
    values = np.linalg.eigvalsh(part)[1:]
    return float(len(values) / np.sum(1 / values) / values.mean())


def _incidence(plan: IntArray, raters: int) -> csr_matrix:
    item, slot = np.nonzero(plan >= 0)
    ones = np.ones(len(item))
    return coo_matrix((ones, (item, plan[item, slot])), shape=(len(plan), raters)).tocsr()


def _meetings(plan: IntArray, raters: int) -> csr_matrix:
    incidence = _incidence(plan, raters)
    return (incidence.T @ incidence).tocsr()


def _information(plan: IntArray, raters: int) -> FloatArray:
    incidence = _incidence(plan, raters)
    size = np.maximum((plan >= 0).sum(axis=1), 1)
    weighted = incidence.multiply(1 / size[:, None]).tocsr()
    met = (incidence.T @ weighted).toarray()
    return np.asarray(np.diag(np.asarray(incidence.sum(axis=0)).ravel()) - met, dtype=np.float64)
