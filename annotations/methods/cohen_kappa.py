"""Cohen's κ for every pair of raters: unweighted, linear, quadratic (QWK), all pairs at once.

Weights are those of the values themselves, |a − b| and (a − b)² (Cohen 1968), so a value that nobody
used leaves a gap as wide as it is. Quadratic κ is 1 − E(a − b)² / (σ²_a + σ²_b + (μ_a − μ_b)²), which is
Lin's concordance (Fleiss & Cohen 1973), so it needs no table of categories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.methods.chance_agreement import step_of
from annotations.methods.coefficient import Coefficient, Floats, Ints, Reason, undefined
from annotations.methods.grouped_jackknife import item_groups, jackknife_interval
from annotations.methods.long_table import LongTable, sum_by
from annotations.methods.pair_sums import (
    Joint,
    Sums,
    divided,
    joint_ratings,
    linear_kappa,
    marginals,
    nominal_kappa,
    pair_sums,
    quadratic_kappa,
)

KAPPAS = ("cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic")
CELLS = 8_000_000


@dataclass(frozen=True)
class PairAgreement:
    """Two raters over the `items` that both rated.

    `difference` is the mean of the first less the second. `reason` says why the κ are None.
    """

    raters: tuple[Any, Any]
    items: int
    percent_agreement: float | None
    adjacent_agreement: float | None
    difference: float | None
    cohen_kappa: float | None
    cohen_kappa_linear: float | None
    cohen_kappa_quadratic: float | None
    reason: Reason | None

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and strings for JSON."""
        values = {**self.__dict__, "raters": [_plain(rater) for rater in self.raters]}
        values["reason"] = None if self.reason is None else str(self.reason)
        return values


@dataclass(frozen=True)
class PairMatrix:
    """Every κ of all R (R − 1) / 2 pairs; arrays of shape (pairs,), NaN where undefined."""

    first: Ints
    second: Ints
    items: Ints
    exact: Floats
    near: Floats
    difference: Floats
    kappa: dict[str, Floats]


def pair_matrix(table: LongTable, within: float | None = None) -> PairMatrix:
    """All pairs at once; `within` as in `adjacent_agreement`."""
    first, second = np.triu_indices(table.rater_count, 1)
    joint, size = joint_ratings(table), len(first)
    sums = pair_sums(joint, table.values, joint.pair, size)
    limit = (step_of(table.values) if within is None else within) * (1 + 1e-9)
    is_near = np.abs(table.values[joint.a] - table.values[joint.b]) <= limit
    near = divided(sum_by(joint.pair, is_near, size), sums.n, sums.n > 0)
    difference = divided(sums.x - sums.y, sums.n, sums.n > 0)
    exact = divided(sums.n - sums.unequal, sums.n, sums.n > 0)
    kappa = _point_kappas(table, joint, sums)
    if not table.has_distances:
        nothing = np.full(size, np.nan)
        near, difference = nothing, nothing
        kappa = {**dict.fromkeys(KAPPAS, nothing), "cohen_kappa": kappa["cohen_kappa"]}
    return PairMatrix(first, second, sums.n.astype(np.int64), exact, near, difference, kappa)


def pair_agreements(table: LongTable, within: float | None = None) -> list[PairAgreement]:
    """Every pair of raters, also those who share no item; empty where raters are unknown."""
    if not table.has_raters or table.rater_count < 2:
        return []
    matrix, labels = pair_matrix(table, within), table.rater_labels
    return [_pair(matrix, labels, i, table.has_distances) for i in range(len(matrix.items))]


def mean_kappa(table: LongTable, name: str, confidence: float = 0.95) -> Coefficient:
    """Mean of κ over the pairs where it is defined, with a jackknife over items.

    `name` is one of KAPPAS.
    """
    if problem := _why_undefined(table, name):
        return undefined(name, problem)
    values = pair_matrix(table).kappa[name]
    if not np.isfinite(values).any():
        return undefined(name, "one_value")
    over = f"mean over {np.isfinite(values).sum()} of {len(values)} pairs"
    value = float(values[np.isfinite(values)].mean())
    if np.count_nonzero(table.sizes > 1) < 3:
        return Coefficient(name, value, method=over, caution=Reason("too_few_items"))
    replicates, method = _replicates(table, name)
    if replicates is None:
        return Coefficient(name, value, method=over, caution=Reason("no_interval"))
    return jackknife_interval(name, value, replicates, confidence, f"{over}; {method}")


def mean_kappa_value(matrix: PairMatrix, name: str) -> float | None:
    """The mean without an interval, from a matrix that is at hand; None where no pair has one."""
    values = matrix.kappa[name][np.isfinite(matrix.kappa[name])]
    return float(values.mean()) if len(values) else None


def _replicates(table: LongTable, name: str) -> tuple[Floats | None, str]:
    """The mean κ without each group of items, None where that needs too much memory."""
    group, method = item_groups(table.item_count)
    groups, pairs = int(group.max()) + 1, table.rater_count * (table.rater_count - 1) // 2
    joint = joint_ratings(table)
    key, shape = group[joint.item] * pairs + joint.pair, (groups, pairs)
    flat = pair_sums(joint, table.values, key, groups * pairs)
    each = Sums(*(column.reshape(shape) for column in flat.__dict__.values()))
    rest = each.total().less(each)
    if name == "cohen_kappa_quadratic":
        return _mean_of_defined(quadratic_kappa(rest, _reach(table))), method
    size = len(table.values)
    if groups * pairs * size > CELLS:
        return None, method
    p, q = (
        marginals(code, key, groups * pairs, size).reshape(*shape, size)
        for code in (joint.a, joint.b)
    )
    p, q = p.sum(axis=0) - p, q.sum(axis=0) - q
    if name == "cohen_kappa":
        return _mean_of_defined(nominal_kappa(rest, p, q)), method
    return _mean_of_defined(linear_kappa(rest, p, q, table.values)), method


def _mean_of_defined(kappas: Floats) -> Floats:
    """Mean over pairs (the last axis) where κ is defined, NaN where it is for none."""
    is_defined = np.isfinite(kappas)
    count = is_defined.sum(axis=-1).astype(float)
    return divided(np.where(is_defined, kappas, 0.0).sum(axis=-1), count, count > 0)


def _reach(table: LongTable) -> float:
    return float(table.values[-1] - table.values[0]) if len(table.values) else 0.0


def _point_kappas(table: LongTable, joint: Joint, sums: Sums) -> dict[str, Floats]:
    """κ of every pair, by blocks of pairs, so that pairs × categories is never held."""
    size, pairs = len(table.values), len(sums.n)
    nominal, linear = np.full(pairs, np.nan), np.full(pairs, np.nan)
    block = max(1, CELLS // max(1, size))
    for start in range(0, pairs, block):
        end = min(start + block, pairs)
        rows = joint.where((joint.pair >= start) & (joint.pair < end))
        part = Sums(*(column[start:end] for column in sums.__dict__.values()))
        key = rows.pair - start
        p, q = (marginals(code, key, end - start, size) for code in (rows.a, rows.b))
        nominal[start:end] = nominal_kappa(part, p, q)
        linear[start:end] = linear_kappa(part, p, q, table.values)
    quadratic = quadratic_kappa(sums, _reach(table))
    return dict(zip(KAPPAS, (nominal, linear, quadratic), strict=True))


def _why_undefined(table: LongTable, name: str) -> str:
    if not len(table):
        return "no_ratings"
    if not table.has_raters:
        return "raters_unknown"
    if table.rater_count < 2:
        return "one_rater"
    if name != "cohen_kappa" and not table.has_distances:
        return "text_values"
    return "" if (table.sizes > 1).any() else "no_overlap"


def _pair(matrix: PairMatrix, labels: NDArray[Any], i: int, has_distances: bool) -> PairAgreement:
    kappas = {name: _number(values[i]) for name, values in matrix.kappa.items()}
    code = "" if matrix.items[i] else "no_overlap"
    if not code and kappas["cohen_kappa"] is None:
        code = "one_value"
    if not code and not has_distances:
        code = "text_values"
    return PairAgreement(
        (labels[matrix.first[i]], labels[matrix.second[i]]),
        int(matrix.items[i]),
        _number(matrix.exact[i]),
        _number(matrix.near[i]),
        _number(matrix.difference[i]),
        **kappas,
        reason=Reason(code) if code else None,
    )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
