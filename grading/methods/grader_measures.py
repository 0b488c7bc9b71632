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
    asked = np.asarray(questions)
    ok = np.abs(one - meant) < NEAR, np.abs(two - meant) < NEAR
    gains, kappas = [], []
    rng = np.random.default_rng(seed)
    places = [np.flatnonzero(asked == name) for name in dict.fromkeys(questions)]
    for _ in range(resamples):
        drawn = np.concatenate([rng.choice(mine, len(mine)) for mine in places])
        gains.append(float(ok[1][drawn].mean() - ok[0][drawn].mean()))
        kappas.append(_qwk_gain(one[drawn], two[drawn], meant[drawn], asked[drawn]))
    known = [value for value in kappas if value is not None]
    accuracy = float(ok[1].mean() - ok[0].mean())
    low, high = np.quantile(gains, [0.025, 0.975])
    ends = np.quantile(known, [0.025, 0.975]) if known else (None, None)
    return Paired(
        n=len(meant),
        accuracy=accuracy,
        accuracy_low=float(low),
        accuracy_high=float(high),
        qwk=_qwk_gain(one, two, meant, asked),
        qwk_low=None if ends[0] is None else float(ends[0]),
        qwk_high=None if ends[1] is None else float(ends[1]),
        p=compare_wrong(~ok[0], ~ok[1]).p_value,
    )


def _qwk_gain(one: Floats, two: Floats, right: Floats, asked: NDArray[Any]) -> float | None:
    """Mean over questions of the difference; without those for which either is undefined."""
    gains = []
    for name in np.unique(asked):
        rows = asked == name
        pair = [_closed_qwk(marks[rows], right[rows]) for marks in (one, two)]
        if pair[0] is not None and pair[1] is not None:
            gains.append(pair[1] - pair[0])
    return float(np.mean(gains)) if gains else None


def _closed_qwk(p: Floats, r: Floats) -> float | None:
    expected = p.var() + r.var() + (p.mean() - r.mean()) ** 2
    return None if expected <= 1e-15 else float(1 - ((p - r) ** 2).mean() / expected)
