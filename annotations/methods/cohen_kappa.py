"""Cohen's κ for every pair of raters: unweighted, linear, quadratic (QWK), all pairs at once.

Weights are those of the values themselves, |a − b| and (a − b)² (Cohen 1968), so a value that nobody
used leaves a gap as wide as it is. Quadratic κ is 1 − E(a − b)² / (σ²_a + σ²_b + (μ_a − μ_b)²), which is
Lin's concordance (Fleiss & Cohen 1973), so it needs no table of categories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.methods.chance_agreement import step_of
from annotations.methods.coefficient import Coefficient, Floats, Ints, Reason, undefined
from annotations.methods.grouped_jackknife import grouped_jackknife
from annotations.methods.long_table import LongTable, sum_by, within_pairs

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
class _Joint:
    """Ratings of the same item by two raters, (first, second) with first < second, shape (n,)."""

    pair: Ints
    a: Ints
    b: Ints


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
    joint = _joint(table)
    size = len(first)
    items = np.bincount(joint.pair, minlength=size)
    x, y = table.values[joint.a], table.values[joint.b]
    limit = (step_of(table.values) if within is None else within) * (1 + 1e-9)
    exact = _mean(joint.pair, joint.a == joint.b, items)
    near = _mean(joint.pair, np.abs(x - y) <= limit, items)
    difference = _mean(joint.pair, x - y, items)
    nominal, linear = _category_kappas(table, joint, items)
    kappa = dict(zip(KAPPAS, (nominal, linear, _quadratic(joint.pair, x, y, items)), strict=True))
    if not table.has_distances:
        nothing = np.full(size, np.nan)
        near, difference = nothing, nothing
        kappa = {**dict.fromkeys(KAPPAS, nothing), "cohen_kappa": nominal}
    return PairMatrix(first, second, items, exact, near, difference, kappa)


def pair_agreements(table: LongTable, within: float | None = None) -> list[PairAgreement]:
    """Every pair of raters, also those who share no item; empty where raters are unknown."""
    if not table.has_raters or table.rater_count < 2:
        return []
    matrix, labels = pair_matrix(table, within), table.rater_labels
    return [_pair(matrix, labels, i, table.has_distances) for i in range(len(matrix.items))]


def mean_kappa(table: LongTable, name: str, confidence: float = 0.95) -> Coefficient:
    """Mean of κ over the pairs where it is defined. `name` is one of KAPPAS."""
    if problem := _why_undefined(table, name):
        return undefined(name, problem)
    result = grouped_jackknife(table, name, lambda part: _mean_of(part, name), confidence)
    values = pair_matrix(table).kappa[name]
    over = f"mean over {np.isfinite(values).sum()} of {len(values)} pairs"
    return replace(result, method="; ".join(filter(None, [over, result.method])))


def mean_kappa_value(matrix: PairMatrix, name: str) -> float | None:
    """The mean without an interval, from a matrix that is at hand; None where no pair has one."""
    values = matrix.kappa[name][np.isfinite(matrix.kappa[name])]
    return float(values.mean()) if len(values) else None


def _mean_of(table: LongTable, name: str) -> float:
    value = mean_kappa_value(pair_matrix(table), name)
    return float("nan") if value is None else value


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


def _joint(table: LongTable) -> _Joint:
    """Every two ratings of one item, once, in the order of their raters."""
    pairs = list(within_pairs(table.item))
    if not pairs:
        nothing = np.zeros(0, dtype=np.int64)
        return _Joint(nothing, nothing, nothing)
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    r, s = table.rater[left], table.rater[right]
    first, second = np.minimum(r, s), np.maximum(r, s)
    place = first * (2 * table.rater_count - first - 1) // 2 + second - first - 1
    swapped = r > s
    a = np.where(swapped, table.code[right], table.code[left])
    b = np.where(swapped, table.code[left], table.code[right])
    return _Joint(place, a, b)


def _mean(pair: Ints, values: NDArray[Any], items: Ints) -> Floats:
    return _divided(sum_by(pair, values, len(items)), items, items > 0)


def _divided(a: Floats, b: Floats | Ints, where: NDArray[np.bool_]) -> Floats:
    """a / b, NaN elsewhere."""
    return np.asarray(np.divide(a, b, out=np.full(len(a), np.nan), where=where))


def _quadratic(pair: Ints, x: Floats, y: Floats, items: Ints) -> Floats:
    if not len(x):
        return np.full(len(items), np.nan)
    middle = x[len(x) // 2]
    x, y = x - middle, y - middle
    mean_x, mean_y = _mean(pair, x, items), _mean(pair, y, items)
    spread = _mean(pair, x * x, items) - mean_x**2 + _mean(pair, y * y, items) - mean_y**2
    expected = spread + (mean_x - mean_y) ** 2
    observed = _mean(pair, (x - y) ** 2, items)
    noise = 1e-12 * (_mean(pair, x * x, items) + _mean(pair, y * y, items))
    is_defined = expected > noise
    return 1 - _divided(observed, expected, is_defined)


def _category_kappas(table: LongTable, joint: _Joint, items: Ints) -> tuple[Floats, Floats]:
    """Unweighted and linear κ by blocks of pairs, so that pairs × categories is never held."""
    size, values = len(table.values), table.values
    nominal, linear = np.full(len(items), np.nan), np.full(len(items), np.nan)
    block = max(1, CELLS // max(1, size))
    order = np.argsort(joint.pair, kind="stable")
    pair, a, b = joint.pair[order], joint.a[order], joint.b[order]
    for start in range(0, len(items), block):
        end = min(start + block, len(items))
        rows = slice(*np.searchsorted(pair, [start, end]))
        at = (pair[rows] - start) * size
        n = np.maximum(items[start:end], 1)[:, None]
        p = np.bincount(at + a[rows], minlength=(end - start) * size).reshape(-1, size) / n
        q = np.bincount(at + b[rows], minlength=(end - start) * size).reshape(-1, size) / n
        disagree = _mean(pair[rows] - start, a[rows] != b[rows], items[start:end])
        nominal[start:end] = _corrected(disagree, 1 - (p * q).sum(axis=1))
        apart = _mean(
            pair[rows] - start, np.abs(values[a[rows]] - values[b[rows]]), items[start:end]
        )
        linear[start:end] = _corrected(apart, _expected_apart(p, q, values))
    return nominal, linear


def _expected_apart(p: Floats, q: Floats, values: Floats) -> Floats:
    """E|a − b| of independent a ~ p, b ~ q: ∫ F (1 − G) + G (1 − F)."""
    below_a, below_b = np.cumsum(p, axis=1)[:, :-1], np.cumsum(q, axis=1)[:, :-1]
    return (below_a * (1 - below_b) + below_b * (1 - below_a)) @ np.diff(values)


def _corrected(observed: Floats, expected: Floats) -> Floats:
    return 1 - _divided(observed, expected, expected > 1e-12 * expected.max(initial=0))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
