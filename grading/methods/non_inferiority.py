"""May the machine stand in for a human marker? Agreement with each person beside theirs.

Δ = mean QWK(machine, each person) − mean QWK(person, person). The machine is not inferior when the
one-sided bootstrap bound of Δ over the answers lies above −margin (Piaggio et al. 2012 on
non-inferiority; Efron & Tibshirani 1993 on the paired bootstrap). It is never held against the
people's consensus: a mean of several people is steadier than any of them, which favours whoever
is compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from annotations.methods.pair_sums import Sums, quadratic_kappa

Floats = NDArray[np.float64]
MARGIN = 0.05
RESAMPLES = 2000
MOST_UNDEFINED = 0.02  # of the resamples; more would move the bound
CELLS = 4_000_000


@dataclass(frozen=True)
class NonInferiority:
    """`machine`: mean QWK of machine and person; `people`: of person and person; difference Δ with
    its one-sided bound `low` (and `high` on the other side, each with the confidence). is_shown:
    low > −margin; is_refuted: high < −margin, the machine is worse by more than the margin.
    items: answers used. reason where there are no numbers: "one_person" (nobody to compare people
    with), "no_overlap", "one_value" (a pair used one value only), or, without a bound alone,
    "too_few_items".
    """

    margin: float
    items: int
    machine: float | None = None
    people: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    is_shown: bool = False
    is_refuted: bool = False
    reason: str | None = None


def non_inferiority(
    machine: Floats,
    people: Floats,
    *,
    margin: float = MARGIN,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> NonInferiority:
    """Compare the machine's agreement with people with theirs among each other.

    Args:
        machine: (n,) marks; people: (n, H) marks of H ≥ 2 people on the same scale; NaN where
            one is missing. Each pair is compared on the answers that both marked.
        margin: the loss of QWK that is still accepted, ≥ 0. confidence: of each bound.
    """
    if people.ndim != 2 or people.shape[1] < 2:
        return NonInferiority(margin, len(machine), reason="one_person")
    marks = np.column_stack([machine, people])
    used = np.isfinite(marks).sum(axis=1) > 1
    patterns, counts = _patterns(marks[used])
    items = int(used.sum())
    pairs = list(combinations(range(marks.shape[1]), 2))
    columns, reach = _columns(patterns, pairs)
    if not items or (counts @ columns[:, :, 0] < 1).any():
        return NonInferiority(margin, items, reason="no_overlap")
    kappas = _kappas(counts[None, :].astype(float), columns, reach)[0]
    if not np.isfinite(kappas).all():
        return NonInferiority(margin, items, reason="one_value")
    of_machine = np.array([0 in pair for pair in pairs])
    drawn = _resampled(counts, columns, reach, resamples, seed)
    found = _difference(kappas[None, :], of_machine)[0]
    low, high = _ends(_difference(drawn, of_machine), confidence)
    return NonInferiority(
        margin,
        items,
        float(kappas[of_machine].mean()),
        float(kappas[~of_machine].mean()),
        float(found),
        low,
        high,
        is_shown=low is not None and low > -margin,
        is_refuted=high is not None and high < -margin,
        reason="too_few_items" if low is None else None,
    )


def _patterns(marks: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Rows that occur and how often: a bootstrap of rows is a multinomial over these."""
    missing = np.isnan(marks)
    rows = np.column_stack([np.where(missing, 0.0, marks), missing])
    unique, counts = np.unique(rows, axis=0, return_counts=True)
    width = marks.shape[1]
    return np.where(unique[:, width:] > 0, np.nan, unique[:, :width]), counts


def _columns(patterns: Floats, pairs: list[tuple[int, int]]) -> tuple[Floats, float]:
    """What is summed for each pattern and pair, (patterns, pairs, 6), and the scale's reach."""
    finite = patterns[np.isfinite(patterns)]
    reach = float(np.ptp(finite)) if len(finite) else 0.0
    middle = float(finite.mean().round()) if len(finite) else 0.0
    first, second = (patterns[:, [pair[side] for pair in pairs]] - middle for side in (0, 1))
    both = np.isfinite(first) & np.isfinite(second)
    x, y = np.where(both, first, 0.0), np.where(both, second, 0.0)
    return np.stack([both.astype(float), x, y, x * x, y * y, (x - y) ** 2], axis=-1), reach


def _kappas(counts: Floats, columns: Floats, reach: float) -> Floats:
    """QWK of every pair (…, pairs) for counts (…, patterns)."""
    n, x, y, xx, yy, square = np.moveaxis(np.tensordot(counts, columns, axes=1), -1, 0)
    nothing = np.zeros_like(n)
    return quadratic_kappa(Sums(n, x, y, xx, yy, nothing, square, nothing), reach)


def _resampled(
    counts: NDArray[np.int64], columns: Floats, reach: float, resamples: int, seed: int
) -> Floats:
    rng, items = np.random.default_rng(seed), int(counts.sum())
    block = max(1, CELLS // len(counts))
    return np.concatenate([
        _kappas(
            rng.multinomial(items, counts / items, min(block, resamples - start)).astype(float),
            columns,
            reach,
        )
        for start in range(0, resamples, block)
    ])


def _difference(kappas: Floats, of_machine: NDArray[np.bool_]) -> Floats:
    found: Floats = kappas[:, of_machine].mean(axis=1) - kappas[:, ~of_machine].mean(axis=1)
    return found


def _ends(drawn: Floats, confidence: float) -> tuple[float | None, float | None]:
    """The two percentile bounds; none where κ is too often undefined in a resample."""
    known = drawn[np.isfinite(drawn)]
    if not len(known) or 1 - len(known) / len(drawn) > MOST_UNDEFINED:
        return None, None
    low, high = np.quantile(known, [1 - confidence, confidence])
    return float(low), float(high)
