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
from grading.methods.resampled_students import RESAMPLES, gain_intervals

Floats = NDArray[np.float64]
NEAR = 1e-9


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
    """The second grader minus the first on the same rows. `low`, `high`: 95 % interval by resampling students,
    `units` of them, None with too few; `p` of McNemar's exact test on which marks are right, None where the same
    ones are."""

    n: int
    accuracy: float
    accuracy_low: float | None
    accuracy_high: float | None
    qwk: float | None
    qwk_low: float | None
    qwk_high: float | None
    p: float | None
    units: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def paired(
    first: Sequence[float],
    second: Sequence[float],
    right: Sequence[float],
    questions: Sequence[str],
    units: Sequence[int] | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Paired:
    """Compare two graders by their marks of the same rows.

    Args:
        first, second, right: (rows,) marks. questions: (rows,). units: (rows,) whose answer each row is; None:
            each is somebody else's.
    """
    one, two, meant = (np.asarray(values, float) for values in (first, second, right))
    ok = np.abs(one - meant) < NEAR, np.abs(two - meant) < NEAR
    whose = range(len(meant)) if units is None else units
    ends, kappa_ends = gain_intervals(
        one, two, meant, questions, whose, seed=seed, resamples=resamples
    )
    (low, high), (qwk_low, qwk_high) = ends or (None, None), kappa_ends or (None, None)
    return Paired(
        n=len(meant),
        accuracy=float(ok[1].mean() - ok[0].mean()),
        accuracy_low=low,
        accuracy_high=high,
        qwk=_qwk_gain(one, two, meant, questions),
        qwk_low=qwk_low,
        qwk_high=qwk_high,
        p=compare_wrong(~ok[0], ~ok[1]).p_value,
        units=len(set(whose)),
    )


def _qwk_gain(one: Floats, two: Floats, right: Floats, questions: Sequence[str]) -> float | None:
    """Mean over the questions for which both have a QWK."""
    asked, gains = np.asarray(questions), []
    for name in dict.fromkeys(questions):
        rows = asked == name
        before, after = qwk(one[rows].tolist(), right[rows].tolist()), qwk(two[rows].tolist(), right[rows].tolist())
        if before.value is not None and after.value is not None:
            gains.append(after.value - before.value)
    return float(np.mean(gains)) if gains else None
