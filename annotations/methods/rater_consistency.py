"""How steadily a rater rates (residual SD), and how much of the scale a rater uses (spread ratio)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from annotations.methods.coefficient import Floats, Ints
from annotations.methods.item_jackknife import GROUPS, jackknife_of_sums, random_groups
from annotations.methods.long_table import LongTable
from annotations.methods.rater_effects import RaterEffects

# Fewer shared items than this say nothing about one rater.
ENOUGH = 10
ROUNDS = 3
LEAST_SHARE = 0.02  # of the mean variance


@dataclass(frozen=True)
class PerRater:
    """One figure a rater with its 95 % interval, in the order of `rater_labels`; NaN = undefined."""

    value: Floats
    low: Floats
    high: Floats


def consistency(table: LongTable, effects: RaterEffects, group: Ints | None = None) -> PerRater:
    """Residual SD of each rater in units of the scale, severities removed: small is steady.

    A deviation from an item's mean holds everybody's errors, so the raters' variances are solved for
    together (Grubbs 1948, for any design), in each group of raters linked by items on its own. Where the
    design cannot tell them apart, as with two raters only, co-raters are taken to be as steady as the rater.
    Items of unsteady raters weigh less (found in ROUNDS steps): else one such rater hides how steady the others are.
    """
    paired, values = _shared(table, effects, group)
    sizes = paired.sizes.astype(np.float64)
    deviation = values - (np.bincount(paired.item, values, paired.item_count) / sizes)[paired.item]
    groups = connected_components(_mixing(paired, np.ones(paired.item_count)) > 0, directed=False)[1]
    statistic = _residual_sd(_correction(paired, groups), groups)
    say = np.ones(paired.item_count)
    for _round in range(ROUNDS):
        sums = _sums(paired, deviation**2, say)
        say = _say(paired, statistic(sums.sum(axis=0)) ** 2)
    return _within(0.0, table, paired, *jackknife_of_sums(_sums(paired, deviation**2, say), statistic))


def spread_ratio(table: LongTable, effects: RaterEffects, group: Ints | None = None) -> PerRater:
    """SD of a rater's values ÷ SD of the co-raters' on the same items, severities removed.

    Below 1 the rater keeps to the middle of the scale (central tendency), above 1 to its ends.
    """
    paired, values = _shared(table, effects, group)
    others = paired.sizes[paired.item] - 1.0
    of_others = (np.bincount(paired.item, values)[paired.item] - values) / others
    squares = (np.bincount(paired.item, values**2)[paired.item] - values**2) / others
    place = random_groups(paired.item_count)
    columns = (np.ones(len(paired)), values, values**2, of_others, squares)
    sums = np.stack([_by_group(paired, place, column) for column in columns], axis=2)
    return _within(0.0, table, paired, *jackknife_of_sums(sums, _spread))


def _shared(
    table: LongTable, effects: RaterEffects, group: Ints | None
) -> tuple[LongTable, Floats]:
    """Items with two ratings or more; their values without severity and without the group's mean."""
    values = table.x + np.nan_to_num(effects.severity)[table.rater]
    if group is not None and len(table):
        of_rating = group[table.item]
        means = np.bincount(of_rating, values) / np.maximum(1, np.bincount(of_rating))
        values = values - means[of_rating]
    mask = table.sizes[table.item] >= 2
    return table.where(mask), values[mask]


def _by_group(table: LongTable, place: Ints, column: Floats) -> Floats:
    """Sums of a column over the ratings of each group of items and rater: (groups, raters)."""
    key = place[table.item] * table.rater_count + table.rater
    sums = np.bincount(key, column, GROUPS * table.rater_count)
    return np.asarray(sums.reshape(GROUPS, -1), dtype=np.float64)


def _sums(table: LongTable, squares: Floats, say: Floats) -> Floats:
    """What variances are solved from, for each group of items: (groups, r, r + 1)."""
    place = random_groups(table.item_count)
    of_rater = _by_group(table, place, say[table.item] * squares)
    weights = np.array([_mixing(table, np.where(place == g, say, 0.0)) for g in range(GROUPS)])
    return np.concatenate([weights, of_rater[:, :, None]], axis=2)


def _say(table: LongTable, variances: Floats) -> Floats:
    """(items,) 1 ÷ the square of the mean variance of an item's raters, none of which is next to nothing."""
    known = np.nan_to_num(variances)
    usual = float(known.mean())
    if usual <= 0:
        return np.ones(table.item_count)
    of_item = np.bincount(table.item, np.maximum(known / usual, LEAST_SHARE)[table.rater], table.item_count)
    return np.asarray((of_item / table.sizes) ** -2.0)


def _mixing(table: LongTable, say: Floats) -> Floats:
    """How the expected squared deviations of each rater mix the raters' variances: (r, r); `say` (items,)."""
    shape = (table.item_count, table.rater_count)
    of_rating = say[table.item]
    weight = np.sqrt(of_rating) / table.sizes[table.item]
    seen = coo_matrix((weight, (table.item, table.rater)), shape=shape).tocsr()
    own = np.bincount(table.rater, of_rating * (1 - 2 / table.sizes[table.item]), table.rater_count)
    return np.asarray((seen.T @ seen).toarray() + np.diag(own), dtype=np.float64)


def _correction(table: LongTable, groups: Ints) -> Floats:
    """For the severities taken out, by rater: the degrees of freedom of the rater's group without and with them."""
    of_rating = groups[table.rater]
    spare = np.bincount(of_rating, 1 - 1 / table.sizes[table.item])
    found: Floats = spare / np.maximum(1, spare - np.bincount(groups) + 1)
    return found[groups]


def _residual_sd(correction: Floats, groups: Ints) -> Callable[[Floats], Floats]:
    places = [np.flatnonzero(groups == group) for group in np.unique(groups)]

    def statistic(sums: Floats) -> Floats:
        weights, squares = sums[:, :-1], sums[:, -1] * correction
        found = np.empty(len(squares))
        for mine in places:
            found[mine] = _solved(weights[np.ix_(mine, mine)], squares[mine])
        return np.sqrt(found)

    return statistic


def _solved(weights: Floats, squares: Floats) -> Floats:
    """The variances of raters who are linked."""
    if np.linalg.cond(weights) < 1e6:
        return np.asarray(nnls(weights, squares)[0])
    rows = weights.sum(axis=1)
    return np.asarray(np.divide(squares, rows, out=np.full_like(rows, np.nan), where=rows > 0))


def _spread(sums: Floats) -> Floats:
    n, own, own_squares, others, others_squares = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        mine = own_squares / n - (own / n) ** 2
        theirs = others_squares / n - (others / n) ** 2
        return np.asarray(np.where(theirs > 1e-12, np.sqrt(np.clip(mine, 0, None) / theirs), np.nan))


def _within(
    least: float, table: LongTable, paired: LongTable, value: Floats, low: Floats, high: Floats
) -> PerRater:
    """Back to all raters of `table`; NaN for those who share fewer than ENOUGH items."""
    enough = np.bincount(paired.rater, minlength=paired.rater_count) >= ENOUGH
    known = {label: i for i, label in enumerate(paired.rater_labels.tolist()) if enough[i]}
    at = np.array([known.get(label, -1) for label in table.rater_labels.tolist()], dtype=np.int64)
    columns = (np.append(c, np.nan)[at] for c in (value, np.maximum(least, low), high))
    return PerRater(*columns)
