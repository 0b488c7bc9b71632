"""Kendall's coefficient of concordance W, corrected for ties (Kendall & Smith 1939)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from annotations.methods.coefficient import Coefficient, Floats, Reason, undefined
from annotations.methods.long_table import LongTable

NAME = "kendall_w"


def kendall_w(table: LongTable) -> Coefficient:
    """W over the items that all raters rated; `method` says how many these are. No interval.

    W = 12 S / (k² (n³ − n) − k Σ T_j), S the squared deviations of the items' rank sums from their
    mean, T_j = Σ (t³ − t) over the ties of rater j.
    """
    if problem := _why_undefined(table):
        return undefined(NAME, problem)
    full = table.where(table.sizes[table.item] == table.rater_count)
    if full.item_count < 2 or full.rater_count < table.rater_count:
        return undefined(NAME, "incomplete")
    matrix = full.x.reshape(full.item_count, full.rater_count)
    value = _concordance(matrix)
    if value is None:
        return undefined(NAME, "one_value")
    over = f"{full.item_count} of {table.item_count} items, rated by all"
    return Coefficient(NAME, value, method=over, caution=Reason("no_interval"))


def _concordance(matrix: Floats) -> float | None:
    n, k = matrix.shape
    sums = pd.DataFrame(matrix).rank().to_numpy().sum(axis=1)
    deviation = float(((sums - sums.mean()) ** 2).sum())
    largest = k**2 * (n**3 - n) - k * sum(_ties(matrix[:, j]) for j in range(k))
    return 12 * deviation / largest if largest > 0 else None


def _ties(column: Floats) -> float:
    times = np.unique(column, return_counts=True)[1].astype(float)
    return float((times**3 - times).sum())


def _why_undefined(table: LongTable) -> str:
    if not len(table):
        return "no_ratings"
    if not table.has_distances:
        return "text_values"
    if not table.has_raters:
        return "raters_unknown"
    return "one_rater" if table.rater_count < 2 else ""
