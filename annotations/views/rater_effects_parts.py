"""The figures of the raters page, one row a rater."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
from annotations.views.rater_effects_words import Advice, advice_on

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
class RaterPicture:
    """`reach` is half the axis of severities; `share` the raters' part of the variance in per cent.

    `components`: groups of raters that share no item; `is_by_subject`: school subjects explain them.
    """

    rows: list[RaterRow]
    biases: list[BiasRow]
    reach: float
    share: float | None
    item_share: float | None
    components: int
    is_by_subject: bool
    reason: Reason | None

    @property
    def least(self) -> float:
        return -self.reach


def rater_picture(campaign: Campaign, table: RatingTable, key: str) -> RaterPicture:
    """Everything about the raters on COMPOSITE (in points of 100), MARK or a criterion."""
    found = severities(table, key)
    effects = found.effects
    rows = _rows(rater_numbers(table, found), _range_of(table, key, found))
    components = len(np.unique(effects.component)) if effects.reason is None else 1
    shown = [abs(v) for row in rows for v in (row.severity.low, row.severity.high) if v is not None]
    return RaterPicture(
        rows=sorted(rows, key=lambda r: (r.severity.value is None, -(r.severity.value or 0), r.name)),
        biases=_biases(table, found),
        reach=max(shown, default=1.0) or 1.0,
        share=None if effects.rater_share is None else 100 * effects.rater_share,
        item_share=_item_share(effects),
        components=components,
        is_by_subject=components > 1 and _is_by_subject(campaign, table, found),
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


def _rows(numbers: list[RaterNumbers], scale: float) -> list[RaterRow]:
    steady = [one.consistency.value for one in numbers if one.consistency.value is not None]
    usual = float(np.median(steady)) if steady else None
    return [_row(one, scale, usual) for one in numbers]


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
    reach = max(2 * float(drift.limit[-1]), float(np.abs(drift.average).max()))
    at = np.unique(np.linspace(0, len(drift.average) - 1, 120).astype(int))
    x = SPARK_WIDTH * at / max(1, len(drift.average) - 1)
    points = " ".join(f"{a:.1f},{_y(b, reach)}" for a, b in zip(x, drift.average[at], strict=True))
    limit = float(drift.limit[-1])
    alarm = None if drift.alarm is None else drift.alarm + 1
    is_lenient = alarm is not None and bool(drift.average[alarm - 1] > 0)
    return Spark(points, _y(limit, reach), _y(-limit, reach), alarm, is_lenient)


def _y(value: float, reach: float) -> str:
    return f"{SPARK_HEIGHT * (1 - value / reach) / 2:.1f}"
