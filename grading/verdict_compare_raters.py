"""The single ratings behind a comparison, as its raters' part takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grading.methods.comparison_raters import Sides
from grading.methods.rater_panel import Ratings
from grading.verdict_blocks import rater_blocks
from grading.verdict_data import CampaignData, Floats, Ints
from grading.verdict_inputs import CandidateInputs
from grading.verdict_values import kind_of_work


@dataclass(frozen=True)
class Singles:
    """Ratings of one candidate, m rows: ids of item and rater, value."""

    item: Ints
    rater: Ints
    value: Floats


def singles_of(inputs: CandidateInputs) -> Singles:
    """Those behind a candidate's estimate; none where only definitive scores count."""
    found = inputs.ratings
    return Singles(inputs.item_ids[found.item], inputs.raters[found.rater], found.value)


def sides_of(data: CampaignData, a: Singles, b: Singles, place: Mapping[int, int]) -> Sides:
    """place: item → row of its pair; what lies in no pair is left out."""
    item, rater, value = (
        np.concatenate([getattr(side, name) for side in (a, b)])
        for name in ("item", "rater", "value")
    )
    pair = np.array([place.get(pk, -1) for pk in item.tolist()], dtype=np.int64)
    everyone, codes = np.unique(rater, return_inverse=True)
    order = np.argsort(data.drawn.item)
    rows = order[np.searchsorted(data.drawn.item, item, sorter=order)]
    block = rater_blocks(codes, kind_of_work(data, rows), len(everyone))
    is_of_a = np.arange(len(item)) < len(a.item)
    n = max(place.values(), default=-1) + 1

    def side(mine: np.ndarray) -> Ratings:
        kept = mine & (pair >= 0)
        return Ratings(pair[kept], codes[kept].astype(np.int64), value[kept], block[kept], n)

    return Sides(side(is_of_a), side(~is_of_a))
