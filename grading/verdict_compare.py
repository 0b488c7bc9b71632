"""Two candidates on the same items: the difference of the human scores, criterion by criterion.

Evaluation: what is paired are the two systems' answers to one question. Grading: the two machines'
marks of one answer. The headline (the estimand, or the composite) stands alone; the criteria are
corrected together (Holm).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from annotations.models import Campaign, Item
from annotations.models.rating_table import RatingTable, rating_table
from grading.methods.comparison import Comparison, compare, compare_criteria
from grading.methods.design import Design, DesignProblem, simple_design, unequal_design
from grading.methods.hybrid import Auxiliary
from grading.verdict_compare_raters import Singles, sides_of, singles_of
from grading.verdict_data import CampaignData, Floats, NoVerdict, campaign_data
from grading.verdict_inputs import candidate_inputs

Values = Mapping[int, float]  # unit (question or item) → value on [0, 1]
Scored = tuple[Values, Singles]  # of one candidate, with the single ratings behind it


@dataclass(frozen=True)
class Compared:
    """`rows[""]` is the headline, the others are criteria by their key; differences are A − B.

    pairs: units with a value of both; population: units that could have been drawn.
    """

    a: str
    b: str
    rows: Mapping[str, Comparison]
    names: Mapping[str, str]
    pairs: int
    population: int
    is_finished: bool
    confidence: float

    def facts(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "a": self.a, "b": self.b, "pairs": self.pairs, "population": self.population,
            "is_finished": self.is_finished, "confidence": self.confidence,
            "criteria": [
                {"key": key or "composite", "name": self.names[key], **asdict(found)}
                for key, found in self.rows.items()
            ],
        }  # fmt: skip


def compare_candidates(
    campaign: Campaign, a: str, b: str, data: CampaignData | None = None
) -> Compared:
    """Compare A with B. Raises NoVerdict: not launched, no policy, no such candidate, the same one.

    `data`: read before, with the criteria of its ratings.
    """
    if a == b:
        raise NoVerdict(_("Choose two different candidates."))
    data = data or campaign_data(campaign, rating_table(campaign))
    sides = [candidate_inputs(data, name) for name in (a, b)]
    is_grading = campaign.kind == Campaign.Kind.GRADING
    pairing = _Pairing(data, {} if is_grading else _questions(campaign))
    headline = [
        (
            pairing.by_unit(dict(zip(s.item_ids.tolist(), s.values.tolist(), strict=True))),
            singles_of(s),
        )
        for s in sides
    ]
    populations = [pairing.units(s.population_ids.tolist()) for s in sides]
    units = sorted(populations[0] & populations[1])
    rows = {"": pairing.compared(headline, units, sides)}
    names = {"": str(data.policy.get_estimand_display())}
    if not is_grading:
        table = data.table
        criteria = {
            key: pairing.compared(_criterion(table, key, pairing, (a, b)), units, sides)
            for key, column in table.criteria.items()
            if column.has_order  # of names there is no more or less
        }
        rows |= compare_criteria(criteria)
        names |= {key: table.criteria[key].name for key in criteria}
    return Compared(
        a, b, rows, names, rows[""].items, len(units),
        all(side.sample.is_finished for side in sides), data.policy.confidence,
    )  # fmt: skip


def _questions(campaign: Campaign) -> dict[int, int]:
    rows = Item.objects.filter(dataset_id=campaign.dataset_id).order_by()
    return dict(rows.values_list("id", "question_id"))


def _criterion(
    table: RatingTable, key: str, pairing: _Pairing, names: tuple[str, str]
) -> Sequence[Scored]:
    """Each side's mean share of a criterion's scale by unit."""
    column, values = table.criteria[key], table.values[key]
    share = (values - column.low) / (column.high - column.low)
    sides: list[Scored] = []
    for name in names:
        mine = (table.source == name) & np.isfinite(share)
        singles = Singles(table.item[mine], table.rater[mine], share[mine])
        sides.append((pairing.by_unit(_means(singles.item, singles.value)), singles))
    return sides


def _means(keys: Any, values: Floats) -> dict[int, float]:
    found, code = np.unique(keys, return_inverse=True)
    means = np.bincount(code, weights=values, minlength=len(found)) / np.maximum(
        1, np.bincount(code, minlength=len(found))
    )
    return dict(zip(found.tolist(), means.tolist(), strict=True))


@dataclass(frozen=True)
class _Pairing:
    """`unit_of`: item → question; empty where an item is its own unit."""

    data: CampaignData
    unit_of: Mapping[int, int]

    def units(self, items: list[int]) -> set[int]:
        return {self.unit_of.get(pk, pk) for pk in items}

    def by_unit(self, values: Values) -> dict[int, float]:
        """The mean over a unit's items."""
        if not values:
            return {}
        keys = [self.unit_of.get(pk, pk) for pk in values]
        return _means(np.array(keys), np.array(list(values.values())))

    def compared(self, scored: Sequence[Scored], units: list[int], sides: list[Any]) -> Comparison:
        (a, singles_a), (b, singles_b) = scored
        both = [unit for unit in units if unit in a and unit in b]
        rows = {unit: row for row, unit in enumerate(both)}
        items = {int(pk) for one in (singles_a, singles_b) for pk in one.item}
        place = {pk: rows[unit] for pk in items if (unit := self.unit_of.get(pk, pk)) in rows}
        differences = np.array([a[unit] - b[unit] for unit in both])
        return compare(
            differences,
            self._design(both, len(units), sides),
            auxiliary=self._auxiliary(both, units, sides),
            sides=sides_of(self.data, singles_a, singles_b, place),
            confidence=self.data.policy.confidence,
            seed=self.data.policy.seed,
        )

    def _design(self, both: list[int], size: int, sides: list[Any]) -> Design | None:
        """A pair is there when both of its items were drawn."""
        chances = np.ones(len(both))
        for side in sides if self.unit_of else sides[:1]:
            drawn = self.by_unit(self._chances(side))
            chances *= np.array([drawn.get(unit, np.nan) for unit in both])
        try:
            if len(both) and np.isfinite(chances).all() and np.ptp(chances) > 1e-9:
                return unequal_design(chances.tolist(), size)
            return simple_design(len(both), size)
        except DesignProblem:
            return None

    def _chances(self, side: Any) -> Values:
        mine = np.isin(self.data.drawn.item, side.item_ids)
        pairs = zip(self.data.drawn.item[mine], self.data.drawn.probability[mine], strict=True)
        return {int(item): float(chance) for item, chance in pairs}

    def _auxiliary(self, both: list[int], units: list[int], sides: list[Any]) -> Auxiliary | None:
        """The difference of the policy's first score; of one item two machines share it."""
        if not (self.unit_of and self.data.helpers and self.data.is_frame_unchanged):
            return None
        scores = self.data.scores_of(self.data.helpers[0])
        a, b = (
            self.by_unit({pk: scores.get(pk, np.nan) for pk in side.population_ids.tolist()})
            for side in sides
        )
        return Auxiliary(
            np.array([a[unit] - b[unit] for unit in both], dtype=float),
            np.array([a[unit] - b[unit] for unit in units], dtype=float),
        )
