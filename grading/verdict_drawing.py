"""How a candidate's items were drawn: strata and weights, as the methods take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from annotations.actions.campaign_frame import UNEQUAL
from annotations.models import Campaign
from grading.methods.design import (
    Design,
    DesignProblem,
    simple_design,
    stratified_design,
    unequal_design,
)
from grading.verdict_data import CampaignData, Floats, Ints

CLOSE = 1e-9
FEWEST_A_QUESTION = 5  # below that a question is no stratum to correct an unfinished sample by


@dataclass(frozen=True)
class Drawing:
    """The design of the rated items, or the code of the `problem`.

    population: N. strata: name → (items, drawn, rated), empty unless the sample is stratified.
    is_partial: the rating goes on and a group has nothing yet, so the design speaks only for what
    is rated; such an estimate shows where things stand and never decides.
    """

    population: int
    design: Design | None
    problem: str | None
    strata: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    is_partial: bool = False


def drawing_of(
    data: CampaignData, rows: Ints, weighed: Ints, population: Ints, is_finished: bool
) -> Drawing:
    """The drawing of one candidate's items.

    Args:
        rows: rows of `data.drawn` that are the candidate's; weighed: those with a value;
        population: ids of all its items. When the dataset changed after the draw, N is what
        the drawn items stand for (Σ 1/π), not what is there now.
    """
    size = len(population)
    if not data.is_frame_unchanged:
        size = round(
            sum(_expanded(rows, [""] * len(data.drawn.item), data.drawn.probability).values())
        )
    sizes, labels = _strata(data, rows, weighed, population, is_finished)
    size_at_least = max(size, len(weighed))
    table = _strata_table(data, rows, weighed, sizes)
    share = 1.0 if is_finished else min(1.0, len(weighed) / max(1, len(rows)))
    design, problem = _design(data, weighed, labels, sizes, size_at_least, share)
    goes_on = not is_finished and data.campaign.state != Campaign.State.CLOSED
    if problem != "empty_stratum" or not goes_on:
        return Drawing(size, design, problem, table)
    design, problem = _design(data, weighed, [], {}, size_at_least, share)
    return Drawing(size, design, problem, table, is_partial=True)


def _strata(
    data: CampaignData, rows: Ints, weighed: Ints, population: Ints, is_finished: bool
) -> tuple[dict[str, float], list[str]]:
    """Stratum → items in the population, and each weighed item's stratum; empty without strata.

    An audit is drawn over the whole of a rejected source and leaves strata without an item, so it
    goes by the probabilities alone.
    """
    is_audit = len(rows) > 0 and str(data.drawn.source[rows[0]]) in data.audited
    if data.campaign.plan.get("design") == "stratified" and not is_audit:
        labels = [str(label) for label in data.drawn.stratum]
        if data.is_frame_unchanged:
            strata = dict(zip(data.frame.item_ids, data.frame.strata, strict=True))
            names, counts = np.unique(
                [strata[pk] for pk in population.tolist()], return_counts=True
            )
            sizes = dict(zip(map(str, names), map(float, counts), strict=True))
        else:
            sizes = _expanded(rows, labels, data.drawn.probability)
        return sizes, [labels[row] for row in weighed]
    if is_finished or not _goes_by_question(data, weighed):
        return {}, []
    labels = [str(key) for key in data.drawn.question_key]
    return _expanded(rows, labels, data.drawn.probability), [labels[row] for row in weighed]


def _goes_by_question(data: CampaignData, weighed: Ints) -> bool:
    """Rated question by question and not finished: what is rated is not a random part."""
    if data.campaign.order != Campaign.Order.BY_QUESTION:
        return False
    questions = len(np.unique(data.drawn.question_key))
    return questions > 1 and len(weighed) >= FEWEST_A_QUESTION * questions


def _expanded(rows: Ints, labels: list[str], probability: Floats) -> dict[str, float]:
    """Items a stratum stands for: Σ 1/π over its drawn items (π unknown: 1)."""
    sizes: dict[str, float] = {}
    for row in rows.tolist():
        chance = probability[row]
        sizes[labels[row]] = sizes.get(labels[row], 0.0) + (1 / chance if chance > 0 else 1.0)
    return sizes


def _design(
    data: CampaignData,
    weighed: Ints,
    labels: list[str],
    sizes: dict[str, float],
    population: int,
    share: float,
) -> tuple[Design | None, str | None]:
    """By strata where chances are the same within each, else by every item's own chance.

    `share` of the drawn items that are rated so far: each was as likely to be among them.
    """
    probability = data.drawn.probability[weighed]
    try:
        if not _is_unequal(data, probability, labels):
            if sizes:
                return stratified_design(labels, sizes), None
            return simple_design(len(weighed), population), None
        chances = _rated_chances(probability, labels, sizes) if sizes else probability * share
        return unequal_design(chances.tolist(), population), None
    except DesignProblem as problem:
        return None, problem.code


def _is_unequal(data: CampaignData, probability: Floats, labels: list[str]) -> bool:
    """Whether chances differ within a group. Where some are unknown they may: that is no design."""
    known = np.isfinite(probability)
    if not known.any():
        return data.campaign.plan.get("design") == UNEQUAL
    if not known.all():
        return True
    groups = np.asarray(labels or [""] * len(probability))
    return any(np.ptp(probability[groups == name]) > CLOSE for name in np.unique(groups))


def _rated_chances(probability: Floats, labels: list[str], sizes: dict[str, float]) -> Floats:
    """The chance to be drawn and rated by now, where a group's rated items stand for all of it.

    π × Σ 1/π of the rated ÷ the group's size (weighting classes: Särndal, Swensson & Wretman 1992,
    ch. 15.6). Raises DesignProblem where a group has items and none is rated.
    """
    groups = np.asarray(labels)
    chances = probability.copy()
    for name, size in sizes.items():
        mine = groups == name
        if size > 0 and not mine.any():
            raise DesignProblem("empty_stratum")
        if mine.any():
            chances[mine] *= min(1.0, float((1 / probability[mine]).sum()) / size)
    return chances


def _strata_table(
    data: CampaignData, rows: Ints, weighed: Ints, sizes: dict[str, float]
) -> dict[str, tuple[int, int, int]]:
    """Stratum → (items, drawn, rated); empty unless the sample is stratified."""
    if data.campaign.plan.get("design") != "stratified":
        return {}
    drawn = Counter(data.drawn.stratum[rows].tolist())
    rated = Counter(data.drawn.stratum[weighed].tolist())
    return {name: (round(size), drawn[name], rated[name]) for name, size in sorted(sizes.items())}
