"""The figures of a campaign's raters, and its items' scores adjusted by them: for page, report and command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.db.models import Count, Max

from annotations.methods.coefficient import Floats, Ints, Reason
from annotations.methods.halo import halo
from annotations.methods.long_table import LongTable, long_table
from annotations.methods.rater_consistency import PerRater, consistency, spread_ratio
from annotations.methods.rater_drift import Drift, GroupBias, drifts, group_biases
from annotations.methods.rater_effects import (
    RaterEffects,
    adjusted_items,
    no_effects,
    rater_effects,
)
from annotations.models import Campaign, Question
from annotations.models.rating_table import (
    COMPOSITE,
    MARK,
    RatingTable,
    counted_ratings,
    rating_table,
)

SURE = 0.05
SWEEPS = 5
NAMES = Reason("text_values")
ENOUGH_FOR_A_MEAN = 5
"""Rated items of a question. A mean of fewer takes away what the items themselves differ by: of a prompt with one
response everything, so that every rater seems to use the same width of the scale."""


@dataclass(frozen=True)
class Figure:
    """A value with its interval; None where undefined."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RaterNumbers:
    """`difference` to the others on the same items, positive = lenient; `component` numbers the group
    of raters that can be compared, 0 where all can."""

    rater: int
    name: str
    ratings: int
    difference: Figure
    consistency: Figure
    spread: Figure
    halo: Figure
    drift: Drift | None
    component: int


@dataclass(frozen=True)
class Severities:
    """Values on COMPOSITE (in points of 100), MARK or a criterion, and the raters' effects on them.

    `question` numbers the question of each item of `long`; those with few items share a number. Named
    categories have no effects: nobody gives more or less of them. Where questions have different full marks
    the marks in `long` are as if all had the `usual` one, the mean over ratings: who is severe takes a share of a mark
    off, not as much of 3 as of 20. `stretch` (items,) makes marks of the item's question of them.
    """

    long: LongTable
    effects: RaterEffects
    question: Ints
    stretch: Floats
    usual: float | None = None

    @property
    def is_named(self) -> bool:
        return self.effects.reason == NAMES


@dataclass(frozen=True)
class ItemScores:
    """Parallel arrays, one entry a rated item: its campaign item, its number of ratings, their mean and
    the mean of the ratings with each rater's severity taken out. `mean` is None for named categories,
    `adjusted` where severities are undefined."""

    campaign_item: Ints
    ratings: Ints
    mean: Floats | None
    adjusted: Floats | None


def severities(table: RatingTable, key: str) -> Severities:
    stretch, usual = _stretch(table, key)
    long = _long(table, key, stretch)
    question = _few_together(_of_items(long, table.campaign_item, table.question))
    column = table.criteria.get(key)
    is_named = column is not None and not column.has_order
    effects = no_effects(long.rater_count, NAMES) if is_named else rater_effects(long, question)
    of_item = stretch[_first_rows(long, table.campaign_item)]
    return Severities(long, effects, question, of_item, usual)


def item_scores(found: Severities) -> ItemScores:
    """In the order of the campaign items."""
    long, effects = found.long, found.effects
    sums = np.bincount(long.item, long.x, long.item_count)
    return ItemScores(
        campaign_item=long.item_labels.astype(np.int64),
        ratings=long.sizes,
        mean=None if found.is_named else found.stretch * sums / np.maximum(long.sizes, 1),
        adjusted=None if effects.reason else found.stretch * adjusted_items(long, effects),
    )


def adjustments(campaign: Campaign, key: str, full_mark: float | None = None) -> dict[int, float]:
    """Rater → what to add to a COMPOSITE (in points of 100) or MARK of `full_mark`; empty where that is undefined.

    Kept until a rating comes, goes or changes: all ratings have to be read for it.
    """
    rows = counted_ratings(campaign).aggregate(n=Count("pk"), last=Max("pk"), at=Max("created_at"))
    version = f"{rows['n']}-{rows['last']}-{rows['at'].timestamp() if rows['at'] else 0}"
    name = f"adjustments-by-share-{campaign.pk}-{key}-{version}"
    found = cache.get(name)
    if found is None:
        fitted = severities(rating_table(campaign, with_criteria=False), key)
        values = zip(fitted.long.rater_labels.tolist(), fitted.effects.adjustment.tolist(), strict=True)
        each = {} if fitted.effects.reason else {int(rater): value for rater, value in values}
        found = each, fitted.usual
        cache.set(name, found)
    each, usual = found
    stretch = full_mark / usual if full_mark and usual else 1.0
    return {rater: value * stretch for rater, value in each.items()}


def rater_numbers(table: RatingTable, found: Severities) -> list[RaterNumbers]:
    """Everything about each rater, in the order of the table's labels."""
    long, effects = found.long, found.effects
    difference = PerRater(-effects.severity, -effects.high, -effects.low)
    steady, spread = _quality(found)
    glow = halo(long.item, long.rater, _criteria(table, found)[long.row]) if len(long) else difference
    over_time = [] if found.is_named else drifts(long, effects, table.rating.astype(np.float64), _kind(table, found))
    when = {drift.rater: drift for drift in over_time}
    loads = np.bincount(long.rater, minlength=long.rater_count)
    return [
        RaterNumbers(
            int(label), table.rater_names[int(label)], int(loads[i]),
            *(_figure(column, i) for column in (difference, steady, spread, glow)),
            when.get(label), int(effects.component[i]),
        )
        for i, label in enumerate(long.rater_labels.tolist())
    ]  # fmt: skip


def biases(table: RatingTable, found: Severities) -> list[GroupBias]:
    """Raters who treat a source or stratum differently, beyond chance; the surest first."""
    long, effects = found.long, found.effects
    if effects.reason is not None:
        return []
    groupings = []
    for fact in (table.source, table.stratum):
        names, code = np.unique(fact.astype(str), return_inverse=True)
        if 2 <= len(names) <= 50:
            groupings.append(names[code[_first_rows(long, table.campaign_item)]])
    return sorted((b for b in group_biases(long, *groupings) if b.p < SURE), key=lambda b: b.p)


def _stretch(table: RatingTable, key: str) -> tuple[Floats, float | None]:
    """Full mark ÷ the usual one of each rating, and that; 1 and None unless marks are out of different numbers."""
    if key == MARK:
        rows = Question.objects.filter(pk__in=np.unique(table.question).tolist())
        full = {pk: float(most or 0) for pk, most in rows.order_by().values_list("pk", "full_mark")}
        if len(set(full.values())) > 1 and min(full.values()) > 0:
            each = np.array([full[pk] for pk in table.question.tolist()])
            return each / each.mean(), float(each.mean())
    return np.ones(len(table)), None


def _long(table: RatingTable, key: str, stretch: Floats) -> LongTable:
    scale = 100.0 if key == COMPOSITE else 1.0
    values = getattr(table, key) if key in (COMPOSITE, MARK) else table.values[key]
    return long_table(table.campaign_item, table.rater, values * scale / stretch)


def _of_items(long: LongTable, campaign_item: Ints, fact: Ints) -> Ints:
    """A fact of the ratings' items as a code 0, 1, … an item of `long`."""
    mine = fact[_first_rows(long, campaign_item)]
    return np.asarray(np.unique(mine, return_inverse=True)[1], dtype=np.int64)


def _few_together(question: Ints) -> Ints:
    """Questions with too few items for a mean of their own become one; the numbers stay 0, 1, …"""
    has_few = (np.bincount(question) < ENOUGH_FOR_A_MEAN)[question]
    return np.asarray(np.unique(np.where(has_few, -1, question), return_inverse=True)[1], dtype=np.int64)


def _first_rows(long: LongTable, campaign_item: Ints) -> Ints:
    """A row of the ratings for every item of `long`."""
    items, first = np.unique(campaign_item, return_index=True)
    place = np.searchsorted(items, long.item_labels.astype(np.int64))
    return np.asarray(first[place], dtype=np.int64)


def _quality(found: Severities) -> tuple[PerRater, PerRater]:
    long, effects, question = found.long, found.effects, found.question
    if effects.reason is not None:
        empty = np.full(long.rater_count, np.nan)
        return PerRater(empty, empty, empty), PerRater(empty, empty, empty)
    return consistency(long, effects, question), spread_ratio(long, effects, question)


def _criteria(table: RatingTable, found: Severities) -> Floats:
    """Scores of the criteria that most ratings have, (ratings, criteria); names do not correlate.

    Less the means of question and source: who rated one good and one poor system sees all criteria go together, who
    rated one of them alone does not, and neither is the rater's doing.
    """
    ordered = [table.values[key] for key, column in table.criteria.items() if column.has_order]
    columns = [values for values in ordered if np.isfinite(values).mean() > 0.5]
    if not columns:
        return np.empty((len(table), 0))
    groups = [_of_ratings(found.long, group, len(table)) for group in (
        found.question, _few_together(_source(table, found)),
    )]  # fmt: skip
    return np.column_stack([_centred(values, groups) for values in columns])


def _source(table: RatingTable, found: Severities) -> Ints:
    """The source of each item of `long` as a code."""
    source = np.unique(table.source.astype(str), return_inverse=True)[1].astype(np.int64)
    return _of_items(found.long, table.campaign_item, source)


def _kind(table: RatingTable, found: Severities) -> Ints:
    """Question and source of each item of `long` as one code; those with few items are alike."""
    source = _few_together(_source(table, found))
    return np.asarray(found.question * (source.max(initial=0) + 1) + source, dtype=np.int64)


def _of_ratings(long: LongTable, group: Ints, ratings: int) -> Ints:
    """A code of the items as one of the table's ratings; those without a value are of the first."""
    found = np.zeros(ratings, dtype=np.int64)
    found[long.row] = group[long.item]
    return found


def _centred(values: Floats, groups: list[Ints]) -> Floats:
    """Less the means of each grouping, in turn until they settle; NaN stays."""
    known, found = np.isfinite(values), values.copy()
    for group in groups * SWEEPS:
        count = np.maximum(1, np.bincount(group[known], minlength=group.max() + 1))
        found -= (np.bincount(group[known], found[known], len(count)) / count)[group]
    return found


def _figure(column: PerRater, i: int) -> Figure:
    return figure_of((column.value[i], column.low[i], column.high[i]))


def figure_of(numbers: Sequence[float]) -> Figure:
    """NaN becomes None."""
    return Figure(*(float(number) if np.isfinite(number) else None for number in numbers))
