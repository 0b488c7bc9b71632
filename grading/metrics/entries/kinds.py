"""What an entry of the catalogue says of a metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from grading.methods.metrics_value import MetricValue

Total = Callable[..., MetricValue]
EachItem = Callable[..., list[float | None]]


class OutputKind(StrEnum):
    """What is judged: a mark on a scale, a class, several labels an item, the scores by which the
    items of a query are ranked, text with a reference, an answer from retrieved passages, text by
    itself, a score after a change of the text, a recorded time or size."""

    MARK = "mark"
    LABEL = "label"
    LABELS = "labels"
    RANKING = "ranking"
    TEXT = "text"
    RETRIEVED = "retrieved"
    OPEN = "open"
    CHANGED = "changed"
    RECORDED = "recorded"


@dataclass(frozen=True)
class MetricEntry:
    """`low`–`high` is the range (None = no end); `options` are keywords it takes.

    `total` gives one number over all pairs, `each` one a pair (None: it has no value for a
    single item). `module` is the file in grading/metrics that wraps it for `evaluate`. `columns` are
    values an item beside the two sides that it reads: "queries", "questions", "contexts", "groups",
    "clusters", "judged"; `known` those that the dataset knows ("full_marks"), read where they are given and never
    asked for. `model`: the option that names the folder of a model, "" where it needs none.
    """

    name: str
    title: Promise | str
    kinds: tuple[OutputKind, ...]
    use: Promise | str
    low: float | None
    high: float | None
    is_higher_better: bool
    total: Total
    each: EachItem | None
    options: tuple[str, ...] = ()
    module: str = ""
    is_default: bool = True
    is_mean: bool = False  # the total is the mean of the items' values
    columns: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    has_reference: bool = True
    model: str = ""
    has_figure: bool = True  # of its own; a confusion matrix is a table, and its number the accuracy

    @property
    def is_plain(self) -> bool:
        """One figure from two sides alone (rankings go by question by themselves), so it can be a gate."""
        return self.has_figure and not self.model and set(self.columns) <= {"queries"}
