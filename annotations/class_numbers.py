"""Nominal criteria (yes or no, named categories): how often each rater is right, and what each item is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.methods.coefficient import Floats, Ints, Reason
from annotations.methods.dawid_skene import DawidSkene, dawid_skene
from annotations.methods.scales import number_text
from annotations.models import Criterion
from annotations.models.rating_table import RatingTable


@dataclass(frozen=True)
class RaterClasses:
    """`errors` (k, k): how often the rater says column where the truth is probably row."""

    name: str
    ratings: int
    accuracy: float
    errors: Floats


@dataclass(frozen=True)
class ClassNumbers:
    """`names` and `shares` (k,) of the classes; `raters` by accuracy, the least accurate first;
    `campaign_item` (items,) with the `posterior` (items, k). `reason` says why there is nothing."""

    names: list[str]
    shares: list[float]
    raters: list[RaterClasses]
    campaign_item: Ints
    posterior: Floats
    reason: Reason | None

    def probable(self) -> dict[int, tuple[str, float]]:
        """Campaign item → its most probable class and how probable that is."""
        if self.reason is not None:
            return {}
        best = self.posterior.argmax(axis=1)
        sure = self.posterior.max(axis=1)
        rows = zip(self.campaign_item.tolist(), best.tolist(), sure.tolist(), strict=True)
        return {pk: (self.names[k], probability) for pk, k, probability in rows}


def class_numbers(table: RatingTable, key: str) -> ClassNumbers | None:
    """Dawid and Skene's model of a nominal criterion; None for any other. One query."""
    column = table.criteria.get(key)
    if column is None or column.level != "nominal":
        return None
    value = table.values[key]
    given = np.isfinite(value)
    found = dawid_skene(table.campaign_item, table.rater, value)
    return ClassNumbers(
        names=_names(column.criterion_ids[0], found.classes),
        shares=found.marginals.tolist() if found.reason is None else [],
        raters=_raters(table, np.unique(table.rater[given], return_counts=True), found),
        campaign_item=np.unique(table.campaign_item[given]),
        posterior=found.posterior,
        reason=found.reason,
    )


def _names(criterion: int, classes: Floats) -> list[str]:
    levels = Criterion.objects.values_list("levels", flat=True).get(pk=criterion)
    labels = {float(level["value"]): str(level.get("label") or "") for level in levels}
    return [labels.get(value) or number_text(value) for value in classes.tolist()]


def _raters(
    table: RatingTable, counted: tuple[Ints, Ints], found: DawidSkene
) -> list[RaterClasses]:
    if found.reason is not None:
        return []
    rows = zip(*(part.tolist() for part in counted), found.accuracy.tolist(), found.errors, strict=True)
    raters = [RaterClasses(table.rater_names[pk], n, right, e) for pk, n, right, e in rows]
    return sorted(raters, key=lambda one: (one.accuracy, one.name))
