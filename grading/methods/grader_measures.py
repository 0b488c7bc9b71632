"""How well a grader's marks meet people's on rows that it has not learnt, and two graders on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.methods.mark_calibration import calibration_error
from grading.methods.mcnemar import compare_wrong
from grading.methods.metrics_marks import qwk

Floats = NDArray[np.float64]
NEAR = 1e-9
RESAMPLES = 2000
BLOCK = 1_000_000
"""Rows of resamples that are held at once."""


@dataclass(frozen=True)
class Figures:
    """Shares in [0, 1]; `mae` and `bias` in marks (bias: given − right). `qwk` is the mean over the
    questions for which it is defined; None where there is none. `pooled_qwk` is of all answers together, each mark
    as its share of the full mark; None of one question. `adjacent`: at most one step off."""

    n: int
    accuracy: float
    adjacent: float
    qwk: float | None
    mae: float
    bias: float
    calibration_error: float | None = None
    pooled_qwk: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(
    marks: Sequence[float],
    right: Sequence[float],
    questions: Sequence[str],
    steps: Sequence[float],
    confidence: Floats | None = None,
    full_marks: Sequence[float] | None = None,
) -> Figures:
    """All figures of one grader.

    Args:
        marks, right: (rows,) given by the grader and by people.
        questions: (rows,) which question each row answers. steps: (rows,) the step of its marks.
        confidence: (rows,) in [0, 1]. full_marks: (rows,) of each row's question, > 0; None: not told.
    """
    given, meant = np.asarray(marks, float), np.asarray(right, float)
    off = np.abs(given - meant)
    is_right = off < NEAR
    return Figures(
        n=len(given),
        accuracy=float(is_right.mean()),
        adjacent=float((off <= np.asarray(steps, float) + NEAR).mean()),
        qwk=mean_qwk(given, meant, questions),
        mae=float(off.mean()),
        bias=float((given - meant).mean()),
        calibration_error=None if confidence is None else calibration_error(confidence, is_right),
        pooled_qwk=None if full_marks is None else pooled_qwk(given, meant, questions, full_marks),
    )


def pooled_qwk(
    marks: Floats, right: Floats, questions: Sequence[str], full_marks: Sequence[float]
) -> float | None:
    """Quadratic weighted kappa of all answers together, each mark as its share of the full mark (rows,), which
    leaves it as it is where all are the same. None where it is undefined or there is one question only.

    It also rewards knowing which question is the harder one, and is steady where each has few answers.
    """
    if len(set(questions)) < 2:
        return None
    full = np.asarray(full_marks, float)
    return qwk((marks / full).tolist(), (right / full).tolist()).value


def mean_qwk(marks: Floats, right: Floats, questions: Sequence[str]) -> float | None:
    """Quadratic weighted kappa, averaged over the questions for which it is defined."""
    asked = np.asarray(questions)
    found = [
        qwk(marks[asked == one].tolist(), right[asked == one].tolist()) for one in set(questions)
    ]
    known = [one.value for one in found if one.value is not None]
    return float(np.mean(known)) if known else None


@dataclass(frozen=True)
class Paired:
    """The second grader minus the first on the same rows. `low`, `high`: 95 % percentile interval of
    resampled rows; `p` of McNemar's exact test on which marks are right, None where the same ones are."""

    n: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    qwk: float | None
    qwk_low: float | None
    qwk_high: float | None
    p: float | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def paired(
    first: Sequence[float],
    second: Sequence[float],
    right: Sequence[float],
    questions: Sequence[str],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Paired:
    """Compare two graders by their marks of the same rows, resampled within questions.

    Args:
        first, second, right: (rows,) marks. questions: (rows,).
    """
    one, two, meant = (np.asarray(values, float) for values in (first, second, right))
    ok = np.abs(one - meant) < NEAR, np.abs(two - meant) < NEAR
    asked = np.asarray(questions)
    places = [np.flatnonzero(asked == name) for name in dict.fromkeys(questions)]
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK // max(1, len(meant)))
    gains, kappas = [], []
    for begin in range(0, resamples, block):
        size = min(block, resamples - begin)
        drawn = [mine[rng.integers(len(mine), size=(size, len(mine)))] for mine in places]
        gains.append(sum(ok[1][rows].sum(1) - ok[0][rows].sum(1) for rows in drawn) / len(meant))
        kappas.append(_qwk_gains(one, two, meant, drawn))
    found = np.concatenate(kappas)
    known = found[np.isfinite(found)]
    accuracy = float(ok[1].mean() - ok[0].mean())
    low, high = np.quantile(np.concatenate(gains), [0.025, 0.975])
    ends = np.quantile(known, [0.025, 0.975]) if len(known) else (None, None)
    gain = float(_qwk_gains(one, two, meant, [rows[None] for rows in places])[0])
    return Paired(
        n=len(meant),
        accuracy=accuracy,
        accuracy_low=float(low),
        accuracy_high=float(high),
        qwk=gain if np.isfinite(gain) else None,
        qwk_low=None if ends[0] is None else float(ends[0]),
        qwk_high=None if ends[1] is None else float(ends[1]),
        p=compare_wrong(~ok[0], ~ok[1]).p_value,
    )


def _qwk_gains(one: Floats, two: Floats, right: Floats, drawn: list[NDArray[np.int64]]) -> Floats:
    """Mean over questions of the difference, (resamples,); without those for which either is undefined, NaN where
    no question is left. `drawn`: for each question (resamples, its rows)."""
    gains = np.stack([_closed_qwk(two[rows], right[rows]) - _closed_qwk(one[rows], right[rows]) for rows in drawn])
    known = np.isfinite(gains)
    count = known.sum(0)
    total = np.where(known, gains, 0.0).sum(0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _closed_qwk(p: Floats, r: Floats) -> Floats:
    """(resamples,) from (resamples, rows); NaN where it is undefined."""
    expected = p.var(1) + r.var(1) + (p.mean(1) - r.mean(1)) ** 2
    is_known = expected > 1e-15
    value = 1 - ((p - r) ** 2).mean(1) / np.where(is_known, expected, 1.0)
    return np.where(is_known, value, np.nan)
