"""The figures of the raters page, one row a rater."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from annotations.methods.coefficient import Reason
from annotations.methods.rater_drift import Drift
from annotations.methods.rater_effects import RaterEffects
from annotations.models import Campaign, Question
from annotations.models.rating_table import COMPOSITE, MARK, RatingTable
from annotations.rater_numbers import (
    Figure,
    RaterNumbers,
    Severities,
    biases,
    rater_numbers,
    severities,
)
from annotations.views.rater_effects_words import Advice, advice_on, headline

SPARK_WIDTH, SPARK_HEIGHT = 120.0, 32.0


@dataclass(frozen=True)
class Spark:
    """The moving average as points of an SVG line, with its limits at the end."""

    points: str
    top: str
    bottom: str
    alarm: int | None
    is_lenient: bool


@dataclass(frozen=True)
class RaterRow:
    """`component` numbers the group of raters that can be compared; 0 where all can."""

    name: str
    ratings: int
    severity: Figure
    consistency: Figure
    spread: Figure
    halo: Figure
    drift: Spark | None
    component: int
    advice: list[Advice]


@dataclass(frozen=True)
class BiasRow:
    name: str
    group: str
    ratings: int
    bias: Figure
    p: float


@dataclass(frozen=True)
class Axis:
    """What the figures of one column are drawn on, as far to either side of `mark`."""

    mark: float
    reach: float

    @property
    def least(self) -> float:
        return self.mark - self.reach

    @property
    def most(self) -> float:
        return self.mark + self.reach


@dataclass(frozen=True)
class RaterPicture:
    """`axes` by the name of the figure; `share` is the raters' part of the variance in per cent.

    `components`: groups of raters that share no item; `is_by_subject`: school subjects explain them.
    `is_named`: named categories, of which nobody gives more or less.
    """

    headline: str
    rows: list[RaterRow]
    biases: list[BiasRow]
    axes: dict[str, Axis]
    share: float | None
    item_share: float | None
    components: int
    is_by_subject: bool
    is_named: bool
    reason: Reason | None


def rater_picture(campaign: Campaign, table: RatingTable, key: str) -> RaterPicture:
    """Everything about the raters on COMPOSITE (in points of 100), MARK or a criterion."""
    found = severities(table, key)
    effects = found.effects
    numbers = [] if found.is_named else rater_numbers(table, found)
    usual = _usual(numbers)
    rows = [_row(one, _range_of(table, key, found), usual) for one in numbers]
    unequal = _biases(table, found)
    components = len(np.unique(effects.component)) if effects.reason is None else 1
    return RaterPicture(
        headline="" if effects.reason else headline(_words(rows, unequal)),
        rows=sorted(rows, key=lambda r: (r.severity.value is None, -(r.severity.value or 0), r.name)),
        biases=unequal,
        axes=_axes(rows, unequal, usual),
        share=None if effects.rater_share is None else 100 * effects.rater_share,
        item_share=_item_share(effects),
        components=components,
        is_by_subject=components > 1 and _is_by_subject(campaign, table, found),
        is_named=found.is_named,
        reason=effects.reason,
    )


def _is_by_subject(campaign: Campaign, table: RatingTable, found: Severities) -> bool:
    """Whether the raters of each school subject are one group: what parts the groups is what they teach."""
    rows = Question.objects.filter(dataset_id=campaign.dataset_id).exclude(school_subject="")
    subject_of = dict(rows.order_by().values_list("pk", "school_subject"))
    long, component = found.long, found.effects.component
    met = np.unique(np.column_stack([table.question[long.row], component[long.rater]]), axis=0)
    pairs = {(subject_of.get(question), group) for question, group in met.tolist()}
    subjects = [subject for subject, _group in pairs]
    return None not in subjects and len(set(subjects)) == len(subjects)


def _range_of(table: RatingTable, key: str, found: Severities) -> float:
    if key == COMPOSITE:
        return 100.0
    if key == MARK:
        x = found.long.x
        return float(x.max() - x.min()) if len(x) else 1.0
    return table.criteria[key].high - table.criteria[key].low


def _usual(numbers: list[RaterNumbers]) -> float | None:
    """The median unsteadiness."""
    steady = [one.consistency.value for one in numbers if one.consistency.value is not None]
    return float(np.median(steady)) if steady else None


def _words(rows: list[RaterRow], unequal: list[BiasRow]) -> list[tuple[str, list[str]]]:
    """What every rater stands out by."""
    partial = {row.name for row in unequal}
    differently = [_("treats a group differently")]
    return [
        (row.name, [one.word for one in row.advice] + (differently if row.name in partial else []))
        for row in rows
    ]


def _axes(rows: list[RaterRow], unequal: list[BiasRow], usual: float | None) -> dict[str, Axis]:
    return {
        "severity": _axis((row.severity for row in rows), 0.0),
        "consistency": _axis((row.consistency for row in rows), usual or 0.0),
        "spread": _axis((row.spread for row in rows), 1.0),
        "halo": _axis((row.halo for row in rows), 0.0),
        "bias": _axis((row.bias for row in unequal), 0.0),
    }


def _axis(figures: Iterable[Figure], mark: float) -> Axis:
    ends = [end for one in figures for end in (one.value, one.low, one.high) if end is not None]
    return Axis(mark, max((abs(end - mark) for end in ends), default=1.0) or 1.0)


def _row(one: RaterNumbers, scale: float, usual: float | None) -> RaterRow:
    figures = (one.difference, one.consistency, one.spread, one.halo)
    advice = advice_on(*figures, one.drift, scale, usual)
    return RaterRow(one.name, one.ratings, *figures, _spark(one.drift), one.component, advice)


def _item_share(effects: RaterEffects) -> float | None:
    parts = effects.variances
    if parts is None or not (whole := parts.item + parts.rater + parts.error):
        return None
    return 100 * parts.item / whole


def _biases(table: RatingTable, found: Severities) -> list[BiasRow]:
    """Raters who treat a source or stratum differently, beyond chance."""
    return [
        BiasRow(
            table.rater_names[int(b.rater)], str(b.group), b.ratings, Figure(b.bias, b.low, b.high), b.p
        )
        for b in biases(table, found)
    ]


def _spark(drift: Drift | None) -> Spark | None:
    """At most 120 points, on a height of ± twice the limit."""
    if drift is None:
        return None
    reach = max(2 * float(drift.limit[-1]), float(np.abs(drift.average).max())) or 1.0
    at = np.unique(np.linspace(0, len(drift.average) - 1, 120).astype(int))
    x = SPARK_WIDTH * at / max(1, len(drift.average) - 1)
    points = " ".join(f"{a:.1f},{_y(b, reach)}" for a, b in zip(x, drift.average[at], strict=True))
    limit = float(drift.limit[-1])
    alarm = None if drift.alarm is None else drift.alarm + 1
    is_lenient = alarm is not None and bool(drift.average[alarm - 1] > 0)
    return Spark(points, _y(limit, reach), _y(-limit, reach), alarm, is_lenient)


def _y(value: float, reach: float) -> str:
    return f"{SPARK_HEIGHT * (1 - value / reach) / 2:.1f}"
