"""The figures of the raters page, one row a rater."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.methods.coefficient import Floats, Ints, Reason
from annotations.methods.halo import halo
from annotations.methods.long_table import LongTable, long_table
from annotations.methods.rater_consistency import PerRater, consistency, spread_ratio
from annotations.methods.rater_drift import Drift, GroupBias, drifts, group_biases
from annotations.methods.rater_effects import RaterEffects, rater_effects
from annotations.models.rating_table import COMPOSITE, MARK, RatingTable
from annotations.views.rater_effects_words import Advice, advice_on

SPARK_WIDTH, SPARK_HEIGHT = 120.0, 32.0
SURE = 0.05


@dataclass(frozen=True)
class Figure:
    """A value with its interval; None where undefined."""

    value: float | None
    low: float | None
    high: float | None


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
    """`reach` is half the axis of severities; `share` the raters' part of the variance in per cent."""

    rows: list[RaterRow]
    biases: list[BiasRow]
    reach: float
    share: float | None
    item_share: float | None
    components: int
    reason: Reason | None

    @property
    def least(self) -> float:
        return -self.reach


def rater_picture(table: RatingTable, key: str) -> RaterPicture:
    """Everything about the raters on COMPOSITE (in points of 100), MARK or a criterion."""
    long = _long(table, key)
    question = _of_items(long, table.campaign_item, table.question)
    effects = rater_effects(long, question)
    rows = _rows(table, long, effects, question, _range_of(table, key, long))
    shown = [abs(v) for row in rows for v in (row.severity.low, row.severity.high) if v is not None]
    return RaterPicture(
        rows=sorted(rows, key=lambda r: (r.severity.value is None, -(r.severity.value or 0), r.name)),
        biases=_biases(table, long, effects),
        reach=max(shown, default=1.0) or 1.0,
        share=None if effects.rater_share is None else 100 * effects.rater_share,
        item_share=_item_share(effects),
        components=len(np.unique(effects.component)) if effects.reason is None else 1,
        reason=effects.reason,
    )


def _long(table: RatingTable, key: str) -> LongTable:
    scale = 100.0 if key == COMPOSITE else 1.0
    values = getattr(table, key) if key in (COMPOSITE, MARK) else table.values[key]
    return long_table(table.campaign_item, table.rater, values * scale)


def _of_items(long: LongTable, campaign_item: Ints, fact: Ints) -> Ints:
    """A fact of the ratings' items as a code 0, 1, … an item of `long`."""
    mine = fact[_first_rows(long, campaign_item)]
    return np.asarray(np.unique(mine, return_inverse=True)[1], dtype=np.int64)


def _first_rows(long: LongTable, campaign_item: Ints) -> Ints:
    """A row of the ratings for every item of `long`."""
    items, first = np.unique(campaign_item, return_index=True)
    place = np.searchsorted(items, long.item_labels.astype(np.int64))
    return np.asarray(first[place], dtype=np.int64)


def _range_of(table: RatingTable, key: str, long: LongTable) -> float:
    if key == COMPOSITE:
        return 100.0
    if key == MARK:
        return float(long.x.max() - long.x.min()) if len(long) else 1.0
    return table.criteria[key].high - table.criteria[key].low


def _rows(
    table: RatingTable, long: LongTable, effects: RaterEffects, question: Ints, scale: float
) -> list[RaterRow]:
    severity = PerRater(-effects.severity, -effects.high, -effects.low)
    steady, spread = _quality(long, effects, question)
    glow = halo(long.item, long.rater, _criteria(table)[long.row]) if len(long) else severity
    when = {d.rater: d for d in drifts(long, effects, table.rating.astype(np.float64))}
    loads = np.bincount(long.rater, minlength=long.rater_count)
    usual = float(np.nanmedian(steady.value)) if np.isfinite(steady.value).any() else None
    found = []
    for i, label in enumerate(long.rater_labels.tolist()):
        own, sd, ratio, shine = (_figure(column, i) for column in (severity, steady, spread, glow))
        drift = when.get(label)
        advice = advice_on(own, sd, ratio, shine, drift, scale, usual)
        name, load, part = table.rater_names[int(label)], int(loads[i]), int(effects.component[i])
        found.append(RaterRow(name, load, own, sd, ratio, shine, _spark(drift), part, advice))
    return found


def _quality(long: LongTable, effects: RaterEffects, question: Ints) -> tuple[PerRater, PerRater]:
    if effects.reason is not None:
        empty = np.full(long.rater_count, np.nan)
        return PerRater(empty, empty, empty), PerRater(empty, empty, empty)
    return consistency(long, effects, question), spread_ratio(long, effects, question)


def _criteria(table: RatingTable) -> Floats:
    """Scores of the criteria that most ratings have, (ratings, criteria)."""
    columns = [v for v in table.values.values() if np.isfinite(v).mean() > 0.5]
    return np.column_stack(columns) if columns else np.empty((len(table), 0))


def _figure(column: PerRater, i: int) -> Figure:
    numbers = (float(part[i]) for part in (column.value, column.low, column.high))
    return Figure(*(number if np.isfinite(number) else None for number in numbers))


def _item_share(effects: RaterEffects) -> float | None:
    parts = effects.variances
    if parts is None or not (whole := parts.item + parts.rater + parts.error):
        return None
    return 100 * parts.item / whole


def _biases(table: RatingTable, long: LongTable, effects: RaterEffects) -> list[BiasRow]:
    """Raters who treat a source or stratum differently, beyond chance."""
    if effects.reason is not None:
        return []
    found: list[GroupBias] = []
    for fact in (table.source, table.stratum):
        names, code = np.unique(fact.astype(str), return_inverse=True)
        if 2 <= len(names) <= 50:
            of_item = names[code[_first_rows(long, table.campaign_item)]]
            found += [b for b in group_biases(long, effects, of_item) if b.p < SURE]
    return [
        BiasRow(
            table.rater_names[int(b.rater)], str(b.group), b.ratings, Figure(b.bias, b.low, b.high), b.p
        )
        for b in sorted(found, key=lambda b: b.p)
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
