"""The composite and the mark of one rating.

Source: the definition in the project's design ("Composite and mark"); the rounding rule
is round-half-up on the question's step, as exam boards round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

# Scores are decimal numbers in binary: 0.1 + 0.2 must be the mark 0.3, and a composite of
# .6 must reach a pass mark of .6.
NEAR = 1e-9
MARK_PLACES = 9
COMPOSITE_PLACES = 12


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
    """A rubric on a question's mark scale. `kind` is "points" or "weighted".

    `full_mark` > 0 or None; `step` > 0 is the smallest difference between two marks.
    """

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

    *points*: mark = the sum of the points, at least 0 and at most the full mark; composite =
    mark ÷ full mark. Without a full mark, the highest points of the criteria that apply stand
    for it. *weighted*: composite = Σ weight × normalised score ÷ Σ weight over the criteria
    that apply; mark = composite × full mark, rounded to the step and at most the full mark.
    A veto makes both 0. Where nothing with a weight was scored, both are None.

    Args:
        spec: the rubric; scores: criterion key → value on that criterion's scale. A
            criterion that is not in `scores` leaves numerator and denominator.
    Raises:
        ScoreProblem: a score is unknown, missing or off its scale.
    """
    check_scores(spec, scores)
    given = [criterion for criterion in spec.criteria if criterion.key in scores]
    if any(_is_veto(criterion, scores[criterion.key]) for criterion in given):
        has_mark = spec.kind == "points" or spec.full_mark is not None
        return Result(0.0, 0.0 if has_mark else None, True)
    return _points(spec, given, scores) if spec.kind == "points" else _weighted(spec, given, scores)


def _points(
    spec: RubricSpec, given: list[CriterionSpec], scores: Mapping[str, float]
) -> Result:
    full = sum(c.high for c in given) if spec.full_mark is None else spec.full_mark
    if not given or full <= 0:
        return Result(None, None)
    total = math.fsum(scores[c.key] for c in given)
    mark = round(min(full, max(0.0, total)), MARK_PLACES)
    return Result(round(min(1.0, mark / full), COMPOSITE_PLACES), mark)


def _weighted(
    spec: RubricSpec, given: list[CriterionSpec], scores: Mapping[str, float]
) -> Result:
    weights = math.fsum(c.weight for c in given)
    if weights <= 0:
        return Result(None, None)
    gained = math.fsum(c.weight * (scores[c.key] - c.low) / (c.high - c.low) for c in given)
    composite = round(min(1.0, max(0.0, gained / weights)), COMPOSITE_PLACES)
    return Result(composite, _mark_of(composite, spec))


def _mark_of(composite: float, spec: RubricSpec) -> float | None:
    if spec.full_mark is None:
        return None
    return min(spec.full_mark, round_to_step(composite * spec.full_mark, spec.step))


def round_to_step(value: float, step: float) -> float:
    """Round half up to a multiple of `step` (> 0)."""
    return round(math.floor(value / step + 0.5 + NEAR) * step, MARK_PLACES)


def _is_veto(criterion: CriterionSpec, value: float) -> bool:
    return criterion.veto_at is not None and value <= criterion.veto_at + NEAR


def _is_on_scale(criterion: CriterionSpec, value: float) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool) or not math.isfinite(value):
        return False
    if criterion.values:
        return any(math.isclose(value, v, abs_tol=NEAR) for v in criterion.values)
    return criterion.low <= value <= criterion.high
