"""Severity: how much less than the others a rater gives on the same items, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from annotations.methods.coefficient import Floats, Ints, Reason
from annotations.methods.crossed_effects import (
    AbsorbedTable,
    Variances,
    absorb,
    reml,
    why_no_variances,
)
from annotations.methods.long_table import LongTable


@dataclass(frozen=True)
class RaterEffects:
    """Arrays have one entry a rater, in the order of the table's `rater_labels`.

    `severity` is in units of the scale, positive = severe, against the mean of the raters of the same
    `component` (those linked by items they share; severities do not compare across components);
    NaN for a rater who shares no item. `low`, `high` bound it. `adjustment` is what to add to the
    rater's values: the severity shrunk by how well it is known, and `left` the variance that it leaves.
    `reason` says why there is nothing.
    """

    variances: Variances | None
    severity: Floats
    low: Floats
    high: Floats
    adjustment: Floats
    left: Floats
    component: Ints
    reason: Reason | None = None

    @property
    def rater_share(self) -> float | None:
        """The raters' part of the variance of a single rating, in [0, 1]."""
        if self.variances is None:
            return None
        parts = self.variances
        whole = parts.item + parts.rater + parts.error
        return parts.rater / whole if whole > 0 else None


def rater_effects(
    table: LongTable, group: Ints | None = None, confidence: float = 0.95
) -> RaterEffects:
    """Severities by generalised least squares with random items, variances by REML.

    `group` (items,) numbers the group of each item that has a mean of its own, such as its question.
    A rater's severity is a fixed effect here, so its interval covers it whatever the other raters
    are like; the adjustment is the best linear prediction, severity · σ²_r / (σ²_r + se²).
    """
    reason = why_no_variances(table)
    if reason is not None:
        return no_effects(table.rater_count, reason)
    sums = absorb(table, group)
    variances = reml(sums)
    severity, error = _severities(sums, variances)
    df = max(1, len(table) - table.item_count - table.rater_count + 1)
    half = float(stdtrit(df, (1 + confidence) / 2)) * error
    known = np.isfinite(severity)
    spread = variances.rater + error**2
    shrunk = np.divide(variances.rater, spread, out=np.zeros_like(error), where=known & (spread > 0))
    return RaterEffects(
        variances=variances,
        severity=severity,
        low=severity - half,
        high=severity + half,
        adjustment=np.where(known, np.nan_to_num(severity) * shrunk, 0.0),
        left=variances.rater * (1 - shrunk),
        component=sums.component,
    )


def adjusted_items(table: LongTable, effects: RaterEffects) -> Floats:
    """Severity-adjusted score of each item: the mean of value + adjustment, shape (items,)."""
    values = table.x + effects.adjustment[table.rater]
    return np.asarray(np.bincount(table.item, values, table.item_count) / table.sizes)


def _severities(sums: AbsorbedTable, variances: Variances) -> tuple[Floats, Floats]:
    """Severity and standard error of each rater; NaN where nobody else shares an item."""
    ratio = variances.item / variances.error if variances.error > 0 else np.inf
    whole, right, _ = sums.weighted(min(float(ratio), 1e9))
    inverse = np.linalg.pinv(whole, hermitian=True)
    contrast = _against_component(sums)
    severity = contrast @ inverse @ right
    error = np.sqrt(np.clip(np.einsum("ij,jk,ik->i", contrast, inverse, contrast), 0, None))
    alone = np.bincount(sums.component)[sums.component] < 2
    return np.where(alone, np.nan, severity), np.where(alone, np.nan, error * variances.error**0.5)


def _against_component(sums: AbsorbedTable) -> Floats:
    """Rows: mean of the component less the rater, over all columns of the design."""
    same = sums.component[:, None] == sums.component[None, :]
    rows = np.zeros((sums.raters, len(sums.whole)))
    rows[:, : sums.raters] = same / same.sum(axis=1, keepdims=True) - np.eye(sums.raters)
    return rows


def no_effects(raters: int, reason: Reason) -> RaterEffects:
    """What there is to say of `raters` raters where there is nothing."""
    empty = np.full(raters, np.nan)
    return RaterEffects(
        None, empty, empty, empty, np.zeros(raters), np.zeros(raters), np.zeros(raters, dtype=np.int64), reason
    )
