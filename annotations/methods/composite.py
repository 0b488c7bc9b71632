"""The composite and the mark of one rating.

Source: the definition in the project's design ("Composite and mark"); the rounding rule
is round-half-up on the question's step, as exam boards round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CriterionSpec:
    """What the arithmetic needs of a criterion. `low < high`; `weight ≥ 0`."""

    key: str
    low: float
    high: float
    weight: float = 1.0
    values: tuple[float, ...] = ()
    is_required: bool = True
    veto_at: float | None = None


@dataclass(frozen=True)
class RubricSpec:
    """A rubric on a question's mark scale. `kind` is "points" or "weighted"."""

    kind: str
    criteria: tuple[CriterionSpec, ...]
    full_mark: float | None = None
    step: float = 1.0


@dataclass(frozen=True)
class Result:
    """`composite` in [0, 1]; `mark` on the mark scale, None where there is none."""

    composite: float | None
    mark: float | None
    is_vetoed: bool = False


class ScoreProblem(ValueError):
    """`code` is "missing", "unknown" or "not_on_scale"; `key` names the criterion."""

    def __init__(self, code: str, key: str, value: float | None = None) -> None:
        super().__init__(f"{code}: {key}={value}")
        self.code, self.key, self.value = code, key, value


def check_scores(spec: RubricSpec, scores: Mapping[str, float]) -> None:
    """Raise ScoreProblem unless every score is allowed and every required one is there."""
    known = {criterion.key: criterion for criterion in spec.criteria}
    for key, value in scores.items():
        if key not in known:
            raise ScoreProblem("unknown", key, value)
        if not _is_on_scale(known[key], value):
            raise ScoreProblem("not_on_scale", key, value)
    for criterion in spec.criteria:
        if criterion.is_required and criterion.key not in scores:
            raise ScoreProblem("missing", criterion.key)


def composite_and_mark(spec: RubricSpec, scores: Mapping[str, float]) -> Result:
    """Composite and mark of one rating.

    Args:
        spec: the rubric; scores: criterion key → value on that criterion's scale. A
            criterion that is not in `scores` leaves numerator and denominator.
    Raises:
        ScoreProblem: a score is unknown, missing or off its scale.
    """
    check_scores(spec, scores)
    is_vetoed = any(_is_veto(c, scores[c.key]) for c in spec.criteria if c.key in scores)
    if spec.kind == "points":
        return _points(spec, scores, is_vetoed)
    return _weighted(spec, scores, is_vetoed)


def _points(spec: RubricSpec, scores: Mapping[str, float], is_vetoed: bool) -> Result:
    full = spec.full_mark or sum(criterion.high for criterion in spec.criteria)
    mark = 0.0 if is_vetoed else min(full, max(0.0, sum(scores.values())))
    return Result(mark / full if full else None, mark, is_vetoed)


def _weighted(spec: RubricSpec, scores: Mapping[str, float], is_vetoed: bool) -> Result:
    given = [c for c in spec.criteria if c.key in scores]
    total = sum(c.weight for c in given)
    if total <= 0:
        return Result(None, None, is_vetoed)
    gained = sum(c.weight * (scores[c.key] - c.low) / (c.high - c.low) for c in given)
    composite = 0.0 if is_vetoed else gained / total
    mark = None if spec.full_mark is None else round_to_step(composite * spec.full_mark, spec.step)
    return Result(composite, mark, is_vetoed)


def round_to_step(value: float, step: float) -> float:
    """Round half up to a multiple of `step` (> 0)."""
    return math.floor(value / step + 0.5 + 1e-9) * step


def _is_veto(criterion: CriterionSpec, value: float) -> bool:
    return criterion.veto_at is not None and value <= criterion.veto_at


def _is_on_scale(criterion: CriterionSpec, value: float) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return False
    if criterion.values:
        return any(math.isclose(value, v, abs_tol=1e-9) for v in criterion.values)
    return criterion.low <= value <= criterion.high
