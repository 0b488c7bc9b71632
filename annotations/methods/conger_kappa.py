"""Conger's κ for any number of raters: chance keeps each rater's own habits (Conger 1980).

κ = (p_a − p_e) / (1 − p_e), p_e the mean over pairs of raters g ≠ h of Σ_k p_gk p_hk, with missing
ratings as in Gwet (2014). The interval is a jackknife over items; everything is a sum over items.
"""

from __future__ import annotations

import numpy as np

from annotations.methods.chance_agreement import observed_agreement, why_undefined
from annotations.methods.coefficient import Coefficient, Floats, Ints, Reason, undefined
from annotations.methods.grouped_jackknife import item_groups, jackknife_interval
from annotations.methods.long_table import LongTable, sum_by
from annotations.methods.pair_sums import divided

NAME = "conger_kappa"
CELLS = 8_000_000


def conger_kappa(table: LongTable, confidence: float = 0.95) -> Coefficient:
    """Conger's κ with its jackknife interval."""
    if not table.has_raters:
        return undefined(NAME, "raters_unknown")
    if problem := why_undefined(table) or ("one_value" if table.used < 2 else ""):
        return undefined(NAME, problem)
    value = float(_kappas(table, np.zeros(table.item_count, dtype=np.int64), 1, False)[0])
    if np.count_nonzero(table.sizes > 1) < 3:
        return Coefficient(NAME, value, caution=Reason("too_few_items"))
    group, method = item_groups(table.item_count)
    groups = int(group.max()) + 1
    if groups * table.rater_count * len(table.values) > CELLS:
        return Coefficient(NAME, value, caution=Reason("no_interval"))
    return jackknife_interval(NAME, value, _kappas(table, group, groups, True), confidence, method)


def _kappas(table: LongTable, group: Ints, groups: int, is_left_out: bool) -> Floats:
    """κ of each group of items, or of all items but the group's; shape (groups,)."""
    raters, size = table.rater_count, len(table.values)
    key = (group[table.item] * raters + table.rater) * size + table.code
    cells = np.bincount(key, minlength=groups * raters * size).astype(float)
    counts = cells.reshape(groups, raters, size)
    observed = observed_agreement(table, "identity")
    agreeing = sum_by(group, observed.of_item, groups)
    paired = sum_by(group, observed.is_paired, groups)
    if is_left_out:
        counts = counts.sum(axis=0) - counts
        agreeing, paired = agreeing.sum() - agreeing, paired.sum() - paired
    return _corrected(divided(agreeing, paired, paired > 0), counts)


def _corrected(observed: Floats, counts: Floats) -> Floats:
    loads = counts.sum(axis=2, keepdims=True)
    shares = divided(
        counts, np.broadcast_to(loads, counts.shape), np.broadcast_to(loads > 0, counts.shape)
    )
    shares = np.nan_to_num(shares)
    raters = (loads[:, :, 0] > 0).sum(axis=1).astype(float)
    apart = (shares.sum(axis=1) ** 2).sum(axis=1) - (shares**2).sum(axis=(1, 2))
    chance = divided(apart, raters * (raters - 1), raters > 1)
    return divided(observed - chance, 1 - chance, chance < 1 - 1e-12)
