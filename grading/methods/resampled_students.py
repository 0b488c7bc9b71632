"""What figures of marks would be with other students of the same kind: whole students are drawn again.

A student with several answers comes and goes with all of them, as they are alike in what the grader finds hard.
Ends are percentiles of the resamples, a little further out than the nominal ones: with few students plain
percentiles are too narrow. Source: Hesterberg 2015, What teachers should know about the bootstrap (expanded
percentiles).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from grading.methods.interval import clopper_pearson_interval, quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ends = tuple[float, float]
NEAR = 1e-9
CONFIDENCE = 0.95
RESAMPLES = 2000
FEWEST = 10
"""Students below which no interval is given: the few there are say too little of how students differ."""
LEAST_KNOWN = 0.9
"""Share of resamples in which a figure must be defined."""
DIGITS = 12
"""To which ends are rounded, so that what cannot differ has no width."""
BLOCK = 4_000_000
"""Counts (resamples × students) that are held at once."""


@dataclass(frozen=True)
class FigureIntervals:
    """Ends of the 95 % intervals of `Figures`, as those are scaled; None where there is none. `units` is how many
    students (or answers of nobody known) they rest on, fewer than FEWEST give no interval at all."""

    units: int
    accuracy: Ends | None = None
    mae: Ends | None = None
    qwk: Ends | None = None
    pooled_qwk: Ends | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def units_of(students: Sequence[str]) -> list[int]:
    """(rows,) a number for each student; an answer without a student is a unit of its own."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(student or row, len(known)) for row, student in enumerate(students)]


def figure_intervals(
    marks: Sequence[Sequence[float | None]],
    right: Sequence[float],
    questions: Sequence[str],
    units: Sequence[int],
    *,
    full_marks: Sequence[float] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> list[FigureIntervals]:
    """Of several graders on the same rows, all by the same resamples.

    Args:
        marks: (graders, rows), None where it gave none. right, questions: (rows,) as for `figures`.
        units: (rows,) whose answer each row is, from `units_of`. full_marks: (rows,), > 0; None: no pooled QWK.
    """
    given, meant, unit = _numbers(marks), np.asarray(right, float), np.unique(units, return_inverse=True)[1]
    counts = [len(np.unique(unit[np.isfinite(one)])) for one in given]
    if max(counts, default=0) < FEWEST:
        return [FigureIntervals(count) for count in counts]
    has_pooled = full_marks is not None and len(set(questions)) > 1
    full = np.asarray(full_marks if has_pooled else np.ones(len(meant)), float)
    off = np.abs(given - meant)
    simple = [_sums(unit, np.isfinite(off), (off < NEAR).astype(float), np.nan_to_num(off))]
    told = [_moments(given, meant, rows, unit) for rows in _rows_of(questions)]
    pooled = [_moments(given / full, meant / full, np.arange(len(meant)), unit)] if has_pooled else []
    found: list[list[Floats]] = []
    for weights in _resampled(unit, seed, resamples):
        total = _weighted(weights, simple[0], np.arange(weights.shape[1]))
        count = np.where(total[..., 0] > 0, total[..., 0], np.nan)
        found.append([
            total[..., 1] / count, total[..., 2] / count, _mean_known(_kappas(weights, told)),
            *(_kappas(weights, [one])[0] for one in pooled),
        ])  # fmt: skip
    columns = [np.concatenate(one) for one in zip(*found, strict=True)]
    return [
        _intervals([one[:, grader] for one in columns], counts[grader], off[grader])
        for grader in range(len(given))
    ]


def _intervals(columns: list[Floats], units: int, off: Floats) -> FigureIntervals:
    """`columns`: resamples of accuracy, error, QWK and, where there is one, pooled QWK."""
    if units < FEWEST:
        return FigureIntervals(units)
    accuracy, *others = (None if one and one[0] == one[1] else one for one in (ends_of(c, units) for c in columns))
    hits = off[np.isfinite(off)] < NEAR
    if hits.all() or not hits.any():
        exact = clopper_pearson_interval(float(hits.all()), units, CONFIDENCE)
        accuracy = (exact.low or 0.0, 1.0 if exact.high is None else exact.high)
    return FigureIntervals(units, accuracy, *others)


def gain_intervals(
    first: Floats, second: Floats, right: Floats, questions: Sequence[str], units: Sequence[int],
    *, seed: int = 0, resamples: int = RESAMPLES,
) -> tuple[Ends | None, Ends | None]:  # fmt: skip
    """Of the second grader minus the first on the same rows (rows,): exact marks, and QWK as the mean over the
    questions for which both have one. Both None with fewer than FEWEST units."""
    unit = np.unique(units, return_inverse=True)[1]
    count = int(unit.max()) + 1 if len(unit) else 0
    if count < FEWEST:
        return None, None
    given = np.stack([first, second])
    hits = (np.abs(given - right) < NEAR).astype(float)
    sums = _sums(unit, np.ones_like(hits), hits)
    told = [_moments(given, right, rows, unit) for rows in _rows_of(questions)]
    gains, kappas = [], []
    for weights in _resampled(unit, seed, resamples):
        total = _weighted(weights, sums, np.arange(count))
        gains.append((total[:, 1, 1] - total[:, 0, 1]) / total[:, 0, 0])
        found = _kappas(weights, told)
        kappas.append(_mean_known(found[..., 1] - found[..., 0]))
    return ends_of(np.concatenate(gains), count), ends_of(np.concatenate(kappas), count)


def ends_of(values: Floats, units: int) -> Ends | None:
    """None where too many of the resamples (resamples,) have no value."""
    known = values[np.isfinite(values)]
    if len(known) < LEAST_KNOWN * len(values):
        return None
    wider = np.sqrt(units / (units - 1)) * quantile(CONFIDENCE, units - 1)
    tail = float(special.ndtr(-wider))
    low, high = (np.quantile(known, [tail, 1 - tail]).round(DIGITS) + 0.0).tolist()  # no −0
    return low, high


def _numbers(marks: Sequence[Sequence[float | None]]) -> Floats:
    return np.array([[np.nan if one is None else one for one in row] for row in marks], dtype=float)


def _rows_of(questions: Sequence[str]) -> list[Ints]:
    _names, asked = np.unique(np.asarray(questions), return_inverse=True)
    order = np.argsort(asked, kind="stable")
    return np.split(order, np.cumsum(np.bincount(asked))[:-1])


def _resampled(unit: Ints, seed: int, resamples: int) -> Iterator[Floats]:
    """(block, units) how often each unit was drawn."""
    count = int(unit.max()) + 1
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK // count)
    for begin in range(0, resamples, block):
        size = min(block, resamples - begin)
        drawn = rng.integers(count, size=(size, count)) + count * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count).astype(float)


def _sums(unit: Ints, *values: NDArray[Any]) -> Floats:
    """(units, graders, values) sums over each unit's rows, from (graders, rows) each."""
    count = int(unit.max()) + 1
    return np.stack(
        [np.stack([np.bincount(unit, row, count) for row in one], axis=1) for one in values], axis=2
    )


def _moments(given: Floats, right: Floats, rows: Ints, unit: Ints) -> tuple[Ints, Floats]:
    """The units of these rows and (units, graders, 6) what QWK is made of: how many, Σp, Σr, Σp², Σr², Σ(p−r)²."""
    p, r = given[:, rows], right[rows]
    is_known = np.isfinite(p)
    p, r = np.where(is_known, p, 0.0), np.where(is_known, r, 0.0)
    places, mine = np.unique(unit[rows], return_inverse=True)
    return places, _sums(mine, is_known, p, r, p**2, r**2, (p - r) ** 2)


def _weighted(weights: Floats, sums: Floats, places: Ints) -> Floats:
    """(resamples, graders, values)"""
    mine = weights if len(places) == weights.shape[1] else weights[:, places]
    return (mine @ sums.reshape(len(sums), -1)).reshape(len(weights), *sums.shape[1:])


def _kappas(weights: Floats, told: list[tuple[Ints, Floats]]) -> Floats:
    """(questions, resamples, graders); NaN where QWK is undefined."""
    graders = told[0][1].shape[1] if told else 0
    found = np.empty((len(told), len(weights), graders))
    for at, (places, sums) in enumerate(told):
        total = _weighted(weights, sums, places)
        count = np.maximum(total[..., :1], 1)
        p, r, pp, rr, apart = np.moveaxis(total[..., 1:] / count, -1, 0)
        expected = (pp - p**2) + (rr - r**2) + (p - r) ** 2
        is_known = (expected > 1e-12) & (total[..., 0] > 0)
        found[at] = np.where(is_known, 1 - apart / np.where(is_known, expected, 1.0), np.nan)
    return found


def _mean_known(found: Floats) -> Floats:
    """Over the first axis, of what is known; NaN where nothing is."""
    known = np.isfinite(found)
    count = known.sum(0)
    return np.where(count > 0, np.where(known, found, 0.0).sum(0) / np.maximum(count, 1), np.nan)
