"""Percent agreement and the coefficients that correct it for chance: AC1/AC2, Fleiss, Brennan-Prediger.

All are (p_a − p_e) / (1 − p_e). p_a averages over the items with two ratings or more the share of
agreeing (or, with weights, nearly agreeing) pairs. Formulas and standard errors with missing ratings
are those of Gwet, Handbook of Inter-Rater Reliability (2014, 4th ed.), chapters 2–5, as in his irrCAC.
Weights are 1 for equal values, else 0 (nominal), 1 − |a − b| / range (linear) or 1 − (a − b)² / range²
(quadratic), over the values themselves; the range and the number of categories are the domain's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from annotations.methods.coefficient import Coefficient, Floats, Reason, t_interval, undefined
from annotations.methods.krippendorff_alpha import same_value_pairs, squared_parts
from annotations.methods.long_table import LongTable, sum_by, within_pairs

METHOD = "linearisation over items"


@dataclass(frozen=True)
class Observed:
    """p_a and, for each of n items, its own agreement (0 for singly rated ones)."""

    value: float
    of_item: Floats
    is_paired: Floats

    @property
    def scale(self) -> float:
        """n over the number of items with two ratings or more."""
        return len(self.of_item) / float(self.is_paired.sum())


def percent_agreement(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Share of rater pairs that gave the same value, averaged over items."""
    return _share(table, "percent_agreement", same_value_pairs(table), confidence)


def adjacent_agreement(
    table: LongTable, within: float | None = None, confidence: float = 0.95
) -> Coefficient:
    """Share of rater pairs at most `within` apart (None: one step of the scale, see `step_of`)."""
    name = "adjacent_agreement"
    if not table.has_distances:
        return undefined(name, "text_values")
    limit = (step_of(table.values) if within is None else within) * (1 + 1e-9)
    near, x = table.sizes.astype(float), table.x
    for a, b in within_pairs(table.item):
        near += 2 * np.bincount(table.item[a], np.abs(x[a] - x[b]) <= limit, table.item_count)
    return _share(table, name, near, confidence)


def step_of(values: Floats) -> float:
    """One step of a scale: 1 where all values are whole numbers, else the smallest gap."""
    if len(values) < 2 or np.all(values == np.round(values)):
        return 1.0
    return float(np.diff(values).min())


def gwet_ac1(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Gwet's AC1 (Gwet 2008): chance is Σ π(1 − π) / (q − 1)."""
    return _gwet(table, "gwet_ac1", "identity", confidence)


def gwet_ac2_linear(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Gwet's AC2 with linear weights."""
    return _gwet(table, "gwet_ac2_linear", "linear", confidence)


def gwet_ac2_quadratic(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Gwet's AC2 with quadratic weights."""
    return _gwet(table, "gwet_ac2_quadratic", "quadratic", confidence)


def fleiss_kappa(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Fleiss' κ (Fleiss 1971), generalised to missing ratings: chance is Σ π²."""
    name = "fleiss_kappa"
    if problem := why_undefined(table) or _why_one_value(table):
        return undefined(name, problem)
    share = _shares(table)
    chance_of_item = _mean_of_ratings(table, share)
    return _linearised(name, observed_agreement(table, "identity"), float(share @ share), chance_of_item,
                       confidence)  # fmt: skip


def brennan_prediger(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Brennan-Prediger (1981): chance is 1 / q."""
    name = "brennan_prediger"
    if problem := why_undefined(table) or _why_one_category(table):
        return undefined(name, problem)
    chance = 1.0 / len(table.values)
    same = np.full(table.item_count, chance)
    return _linearised(name, observed_agreement(table, "identity"), chance, same, confidence)


def _gwet(table: LongTable, name: str, weights: str, confidence: float) -> Coefficient:
    if weights != "identity" and not table.has_distances:
        return undefined(name, "text_values")
    if problem := why_undefined(table) or _why_one_category(table):
        return undefined(name, problem)
    share, q = _shares(table), len(table.values)
    factor = _total_weight(table.values, weights) / (q * (q - 1))
    chance_of_item = factor * _mean_of_ratings(table, 1 - share)
    chance = factor * float(share @ (1 - share))
    return _linearised(name, observed_agreement(table, weights), chance, chance_of_item, confidence)


def _linearised(
    name: str, observed: Observed, chance: float, chance_of_item: Floats, confidence: float
) -> Coefficient:
    value = (observed.value - chance) / (1 - chance)
    of_item = observed.scale * (observed.of_item - chance * observed.is_paired) / (1 - chance)
    of_item = of_item - 2 * (1 - value) * (chance_of_item - chance) / (1 - chance)
    return _with_error(name, value, of_item, observed, confidence)


def _with_error(
    name: str,
    value: float,
    of_item: Floats,
    observed: Observed,
    confidence: float,
    least: float = -math.inf,
) -> Coefficient:
    n = len(of_item)
    if observed.is_paired.sum() < 2:
        return Coefficient(name, value, caution=Reason("too_few_items"))
    error = float(np.sqrt(((of_item - value) ** 2).sum() / (n * (n - 1))))
    return t_interval(name, value, error, n - 1, confidence, METHOD, least)


def _share(table: LongTable, name: str, pairs: Floats, confidence: float) -> Coefficient:
    """`pairs`: agreeing ordered pairs of each item, a rating with itself included."""
    if problem := why_undefined(table):
        return undefined(name, problem)
    observed = _averaged(table, pairs)
    of_item = observed.scale * observed.of_item
    return _with_error(name, observed.value, of_item, observed, confidence, least=0.0)


def observed_agreement(table: LongTable, weights: str) -> Observed:
    """p_a with "identity", "linear" or "quadratic" weights; the table has an item with two ratings."""
    if weights == "identity":
        return _averaged(table, same_value_pairs(table))
    reach = float(table.values[-1] - table.values[0])
    if weights == "quadratic":
        within, _total = squared_parts(table.item, table.sizes, table.x)
        return _averaged(table, table.sizes**2 - within / reach**2)
    return _averaged(table, table.sizes**2 - _absolute_within(table) / reach)


def _averaged(table: LongTable, pairs: Floats) -> Observed:
    possible = table.sizes * (table.sizes - 1.0)
    is_paired = (possible > 0).astype(float)
    of_item = np.divide(pairs - table.sizes, possible, out=np.zeros(len(pairs)), where=possible > 0)
    return Observed(float(of_item.sum() / is_paired.sum()), of_item, is_paired)


def _absolute_within(table: LongTable) -> Floats:
    """Σ |a − b| over the ordered pairs of each item, from the sorted values."""
    runs = table.runs
    before = (np.cumsum(table.sizes) - table.sizes)[runs.item]
    below = np.cumsum(runs.count) - runs.count - before
    above = table.sizes[runs.item] - below - runs.count
    x = table.values[runs.code] - table.values[0]
    return 2 * sum_by(runs.item, runs.count * x * (below - above), table.item_count)


def _shares(table: LongTable) -> Floats:
    """π_k: the share of category k, averaged over items, shape (q,)."""
    weight = 1.0 / table.sizes[table.item]
    return np.bincount(table.code, weight, len(table.values)) / table.item_count


def _mean_of_ratings(table: LongTable, of_category: Floats) -> Floats:
    return np.bincount(table.item, of_category[table.code], table.item_count) / table.sizes


def _total_weight(values: Floats, weights: str) -> float:
    """Σ_kl w_kl over all pairs of categories."""
    q, reach, x = len(values), float(values[-1] - values[0]), values - values[0]
    if weights == "identity":
        return float(q)
    if weights == "quadratic":
        return q * q - 2 * float(q * (x @ x) - x.sum() ** 2) / reach**2
    return q * q - 2 * float(((2 * np.arange(q) - q + 1) * x).sum()) / reach


def why_undefined(table: LongTable) -> str:
    """The code of the reason why no agreement can be computed at all, or ""."""
    if not len(table):
        return "no_ratings"
    if table.has_raters and table.rater_count < 2:
        return "one_rater"
    return "" if (table.sizes > 1).any() else "no_overlap"


def _why_one_value(table: LongTable) -> str:
    return "one_value" if table.used < 2 else ""


def _why_one_category(table: LongTable) -> str:
    return "one_value" if len(table.values) < 2 else ""
