"""A verdict's estimate by every named method, side by side, each for raters like these.

The one that decides was chosen beforehand; the others show what it is worth. Regression and PPI
use the first score, the ridge all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grading.methods.design import Design
from grading.methods.estimation import like_interval
from grading.methods.helping_score import column, helping_score
from grading.methods.hybrid import Auxiliary, Floats, regression_estimate, worth
from grading.methods.named_estimates import (
    HUMAN_ONLY,
    PPI,
    PPI_PLUS_PLUS,
    REGRESSION,
    RIDGE,
    USABLE,
)
from grading.methods.ppi import ppi_estimate
from grading.methods.rater_panel import Ratings
from grading.methods.survey import ItemEstimate, sample_mean


@dataclass(frozen=True)
class Alternative:
    """One method on [0, 1]; `reason` (a code) where it gives nothing or is not to be used.

    ratings_saved: 1 − (width ÷ width of people alone)², negative where the score does harm.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    ratings_saved: float | None = None
    reason: str | None = None

    @property
    def width(self) -> float | None:
        return None if self.low is None or self.high is None else self.high - self.low


@dataclass(frozen=True)
class Basis:
    """What every method starts from; `scores` as in `helping_score`."""

    values: Floats
    design: Design
    ratings: Ratings
    scores: Auxiliary
    confidence: float = 0.95
    seed: int = 0

    @property
    def is_rate(self) -> bool:
        return bool(np.isin(self.values, (0.0, 1.0)).all())


def alternatives(basis: Basis) -> tuple[Alternative, ...]:
    """People alone, regression, ridge (where there are several scores), PPI and PPI++."""
    people = _laid(basis, HUMAN_ONLY, sample_mean(basis.values, basis.design), None, None)
    rows = [people, _regression(basis, people)]
    if basis.scores.sampled.shape[1] > 1:
        rows.append(_ridge(basis, people))
    return (*rows, _ppi(basis, people, is_tuned=False), _ppi(basis, people, is_tuned=True))


def _regression(basis: Basis, people: Alternative) -> Alternative:
    first = column(basis.scores, 0)
    reason = worth(basis.values, first, basis.design).reason
    return _helped(basis, REGRESSION, first, reason, people)


def _ridge(basis: Basis, people: Alternative) -> Alternative:
    made = helping_score(basis.values, basis.scores, basis.design, seed=basis.seed)
    if made.auxiliary is None:
        return Alternative(RIDGE, None, None, None, reason=made.off.reason if made.off else None)
    reason = worth(basis.values, made.auxiliary, basis.design).reason
    return _helped(basis, RIDGE, made.auxiliary, reason, people)


def _helped(
    basis: Basis, name: str, score: Auxiliary, reason: str | None, people: Alternative
) -> Alternative:
    if reason not in USABLE:
        return Alternative(name, None, None, None, reason=reason)
    found = regression_estimate(basis.values, score, basis.design, is_rate=basis.is_rate)
    return _laid(basis, name, found, people, reason)


def _ppi(basis: Basis, people: Alternative, *, is_tuned: bool) -> Alternative:
    """PPI takes the score at its word, so it must lie on the scale of the values."""
    name, first = PPI_PLUS_PLUS if is_tuned else PPI, column(basis.scores, 0)
    reason = worth(basis.values, first, basis.design).reason
    if reason in USABLE and not is_tuned and _is_off_scale(first):
        reason = "off_scale"
    if reason not in USABLE:
        return Alternative(name, None, None, None, reason=reason)
    found = ppi_estimate(basis.values, first, basis.design, is_tuned=is_tuned)
    return _laid(basis, name, found, people, reason)


def _is_off_scale(score: Auxiliary) -> bool:
    return bool(score.population.min() < 0 or score.population.max() > 1)


def _laid(
    basis: Basis, name: str, found: ItemEstimate, people: Alternative | None, reason: str | None
) -> Alternative:
    ends = like_interval(basis.values, basis.design, basis.ratings, found, basis.confidence)
    row = Alternative(name, ends.estimate, ends.low, ends.high, None, reason or ends.reason)
    if people is None or row.width is None or not people.width:
        return row
    saved = 1 - (row.width / people.width) ** 2
    return Alternative(name, row.value, row.low, row.high, saved, row.reason)
