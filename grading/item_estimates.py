"""The best estimate of every item of a campaign: a mark in grading, a composite in evaluation.

One line from the automatic score for each question (grading) or source (evaluation). The score is fixed
without looking at the ratings: the machine whose marks count, else the only one there is; in
evaluation the policy's first. Without one, or where it misses an item, items are drawn to the mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from annotations.models import Adjudication, AutomaticScore, Campaign, CampaignItem, Item
from annotations.models.rating_table import COMPOSITE, MARK, rating_table
from annotations.rater_numbers import severities
from grading.methods.best_estimate import BestEstimates, best_estimates, rating_noise
from grading.models import DecisionPolicy
from grading.verdict_data import Floats, Ints, candidates_of, helpers_of

HUNDRED = 100.0


class ItemEstimate(NamedTuple):
    """A mark, or a composite in [0, 1], with its interval. `rated` is what people gave, adjusted for
    severity, None where nobody rated; `share` is its part in the estimate."""

    value: float
    low: float
    high: float
    share: float
    rated: float | None


@dataclass(frozen=True)
class RatedItems:
    """Parallel arrays of the items that people scored, by item id."""

    item: Ints
    score: Floats
    noise: Floats
    chance: Floats


@dataclass(frozen=True)
class _Group:
    """Items that share a line; no score is above `most`."""

    items: Ints
    most: float


def item_estimates(campaign: Campaign, machine: str = "") -> dict[int, ItemEstimate]:
    """Item id → its best estimate, where there is one. `machine`: the scorer whose marks count."""
    rated = rated_items(campaign)
    foretold = _foretold(campaign, machine)
    given = dict(zip(rated.item.tolist(), rated.score.tolist(), strict=True))
    found: dict[int, ItemEstimate] = {}
    for group in _groups(campaign):
        best = _of_group(group, rated, foretold)
        if best.reason is None:
            ends = (np.clip(part, 0, group.most).tolist() for part in (best.value, best.low, best.high))
            rows = zip(group.items.tolist(), *ends, best.rated_share.tolist(), strict=True)
            found |= {pk: ItemEstimate(*row, given.get(pk)) for pk, *row in rows}
    return found


def _of_group(group: _Group, rated: RatedItems, foretold: dict[int, float]) -> BestEstimates:
    score = np.array([foretold.get(pk, np.nan) for pk in group.items.tolist()])
    if not np.isfinite(score).all():
        score = np.zeros(len(score))
    mine = np.flatnonzero(np.isin(group.items, rated.item))
    place = np.searchsorted(rated.item, group.items[mine])
    return best_estimates(
        rated.score[place], rated.noise[place], mine, score, chances=rated.chance[place]
    )


def _is_grading(campaign: Campaign) -> bool:
    return campaign.kind == Campaign.Kind.GRADING


def _groups(campaign: Campaign) -> list[_Group]:
    by = "question_id" if _is_grading(campaign) else "source"
    rows = Item.objects.filter(dataset=campaign.dataset_id).order_by("pk")
    columns = list(zip(*rows.values_list("pk", by, "question__full_mark"), strict=True))
    if not columns:
        return []
    items = np.array(columns[0], dtype=np.int64)
    names = np.array(columns[1], dtype=str)
    _names, first, code = np.unique(names, return_index=True, return_inverse=True)
    full = [float(columns[2][i] or np.inf) for i in first.tolist()]
    return [
        _Group(items[code == k], most if _is_grading(campaign) else 1.0) for k, most in enumerate(full)
    ]


def _foretold(campaign: Campaign, machine: str) -> dict[int, float]:
    scores = AutomaticScore.objects.filter(criterion="", item__dataset=campaign.dataset_id)
    if _is_grading(campaign):
        names = [machine] if machine else candidates_of(campaign)
        if len(names) != 1:
            return {}
        scores = scores.filter(scorer__team=campaign.team_id, scorer__name=names[0])
    else:
        policy = DecisionPolicy.objects.filter(campaign=campaign).first()
        helpers = helpers_of(policy) if policy else []
        scores = scores.filter(scorer__in=helpers[:1])
    return dict(scores.values_list("item_id", "value"))


def rated_items(campaign: Campaign) -> RatedItems:
    """Severity-adjusted ratings with their noise; what was adjudicated is taken to be the truth."""
    live = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    rows = list(live.order_by("item_id").values_list("pk", "item_id", "probability"))
    place = {pk: i for i, (pk, _item, _chance) in enumerate(rows)}
    score, noise = np.full(len(rows), np.nan), np.zeros(len(rows))
    for pk, mean, variance in _ratings(campaign):
        score[place[pk]], noise[place[pk]] = mean, variance
    for pk, definitive in _adjudicated(campaign):
        score[place[pk]], noise[place[pk]] = definitive, 0.0
    known = np.isfinite(score) & np.isfinite(noise)
    items = np.array([item for _pk, item, _chance in rows], dtype=np.int64)
    # Without a stored chance the item came with the whole dataset.
    chances = np.array([chance or 1.0 for _pk, _item, chance in rows])
    return RatedItems(items[known], score[known], noise[known], chances[known])


def _ratings(campaign: Campaign) -> Iterator[tuple[int, float, float]]:
    """Campaign item, severity-adjusted mean, and its variance (NaN where no item was rated twice)."""
    key, scale = (MARK, 1.0) if _is_grading(campaign) else (COMPOSITE, HUNDRED)
    found = severities(rating_table(campaign, with_criteria=False), key)
    long = found.long
    if not len(long):
        return iter(())
    values = (long.x + found.effects.adjustment[long.rater]) / scale
    alike = found.question if _is_grading(campaign) else np.zeros(long.item_count, dtype=np.int64)
    mean = np.bincount(long.item, values) / long.sizes
    unknown = np.bincount(long.item, found.effects.left[long.rater]) / (long.sizes * scale) ** 2
    noise = (rating_noise(values, long.item, alike) + unknown) * found.stretch**2
    return zip(long.item_labels.tolist(), (mean * found.stretch).tolist(), noise.tolist(), strict=True)


def _adjudicated(campaign: Campaign) -> Iterator[tuple[int, float]]:
    """The newest word on each live item comes last."""
    column = "mark" if _is_grading(campaign) else "composite"
    rows = Adjudication.objects.filter(
        campaign_item__campaign=campaign, campaign_item__purpose=CampaignItem.Purpose.LIVE,
        **{f"{column}__isnull": False},
    )  # fmt: skip
    return rows.order_by("created_at", "pk").values_list("campaign_item_id", column).iterator()
