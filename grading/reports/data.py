"""Everything a report reads from the database, once: ratings, drawn items, scores, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from django.db.models import Count
from django.db.models.functions import Length
from numpy.typing import NDArray

from annotations.methods.composite import round_to_step
from annotations.models import (
    Adjudication,
    AutomaticScore,
    Campaign,
    CampaignItem,
    Item,
    Question,
    Scorer,
)
from annotations.models.rating_table import RatingTable, rating_table
from grading.models import DecisionPolicy, Verdict

if TYPE_CHECKING:
    from grading.reports.estimates import GroupMean

Floats = NDArray[np.float64]
MOST_CANDIDATES = 40


class DrawnItem(NamedTuple):
    """A live item of the campaign. `probability` is its chance to be drawn, None if unknown."""

    pk: int
    campaign_item: int
    key: str
    question: int
    source: str
    groups: Mapping[str, str]
    length: int
    stratum: str
    probability: float | None


class HumanScore(NamedTuple):
    """What people say of one item: mean composite, and its mark on the question's scale."""

    composite: float | None
    mark: float | None
    ratings: int
    is_adjudicated: bool


@dataclass(frozen=True)
class ReportData:
    """The inputs of a report. `scores[name][item id]` are automatic scores of drawn items.

    `means` and `pairs` keep what several sections show (see estimates.py and machine.py).
    """

    campaign: Campaign
    policy: DecisionPolicy | None
    table: RatingTable
    items: Mapping[int, DrawnItem]
    questions: Mapping[int, Question]
    scorers: Mapping[str, Scorer]
    scores: Mapping[str, Mapping[int, float]]
    adjudications: Mapping[int, tuple[float | None, float | None]]
    sources: tuple[tuple[str, int], ...]
    means: dict[tuple[str, str | None], GroupMean] = field(default_factory=dict)
    pairs: dict[str, dict[int, tuple[float, float]]] = field(default_factory=dict)

    @property
    def is_grading(self) -> bool:
        return self.campaign.kind == Campaign.Kind.GRADING

    @cached_property
    def tolerance(self) -> float:
        """In marks; 0 when no policy was set."""
        return 0.0 if self.policy is None else self.policy.tolerance

    @cached_property
    def candidates(self) -> list[str]:
        """Scorers of marks (grading) or sources (evaluation), in the order of their names."""
        if self.is_grading:
            marks = [n for n, s in self.scorers.items() if s.scale == Scorer.Scale.MARK]
            return sorted(marks)[:MOST_CANDIDATES]
        return [name for name, _count in self.sources][:MOST_CANDIDATES]

    @cached_property
    def colours(self) -> dict[str, int]:
        """The same colour for the same candidate on every chart."""
        return {name: i for i, name in enumerate(self.candidates)}

    @cached_property
    def human(self) -> dict[int, HumanScore]:
        """Item id → what people say; adjudication replaces the ratings."""
        ids, code = np.unique(self.table.item, return_inverse=True)
        columns = (
            ids.tolist(), _means(code, self.table.composite), _means(code, self.table.mark),
            np.bincount(code, minlength=len(ids)).tolist(),
        )  # fmt: skip
        return {row[0]: self._human(*row) for row in zip(*columns, strict=True)}

    def _human(
        self, pk: int, composite: float | None, mark: float | None, ratings: int
    ) -> HumanScore:
        if pk in self.adjudications:
            return HumanScore(*self.adjudications[pk], ratings, True)
        return HumanScore(composite, self._on_scale(pk, mark), ratings, False)

    def _on_scale(self, pk: int, mark: float | None) -> float | None:
        question = self.questions.get(self.items[pk].question) if pk in self.items else None
        if mark is None or question is None:
            return mark
        return round_to_step(mark, float(question.step))

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The newest of each candidate, by candidate name."""
        return list(Verdict.objects.newest(self.campaign).select_related("signed_by", "campaign"))

    @cached_property
    def rated(self) -> set[int]:
        """Ids of the drawn items with at least one counted rating."""
        return set(np.unique(self.table.item).tolist())

    @cached_property
    def blocks(self) -> NDArray[np.int64]:
        """A code for the school subject of each rating: raters are compared within one."""
        subjects = sorted({question.school_subject for question in self.questions.values()})
        ids = np.array(sorted(self.questions), dtype=np.int64)
        codes = np.array(
            [subjects.index(self.questions[pk].school_subject) for pk in ids.tolist()], dtype=np.int64
        )
        return codes[np.searchsorted(ids, self.table.question)]

    def full_mark(self, item: int) -> float | None:
        """The full mark of an item's question; None in evaluation."""
        question = self.questions.get(self.items[item].question)
        return None if question is None or question.full_mark is None else float(question.full_mark)

    def population(self, source: str | None = None) -> int:
        """Items of the dataset, or of one source."""
        return sum(n for name, n in self.sources if source is None or name == source)


def _means(code: NDArray[np.int64], values: Floats) -> list[float | None]:
    """The mean of each group's known values, None where there are none."""
    known = ~np.isnan(values)
    sums = np.bincount(code[known], weights=values[known], minlength=code.max(initial=-1) + 1)
    counts = np.bincount(code[known], minlength=len(sums))
    pairs = zip(sums.tolist(), counts.tolist(), strict=True)
    return [total / count if count else None for total, count in pairs]


def load(campaign: Campaign) -> ReportData:
    """Read everything in a fixed number of queries."""
    items = _items(campaign)
    scores = _scores(campaign)
    scorers = Scorer.objects.filter(pk__in=scores, team=campaign.team_id).order_by("name")
    return ReportData(
        campaign=campaign,
        policy=DecisionPolicy.objects.select_related("auxiliary").filter(campaign=campaign).first(),
        table=rating_table(campaign),
        items=items,
        questions={q.pk: q for q in campaign.dataset.questions.all()},
        scorers={s.name: s for s in scorers},
        scores={s.name: scores[s.pk] for s in scorers},
        adjudications=_adjudications(campaign),
        sources=_sources(campaign),
    )


def _items(campaign: Campaign) -> dict[int, DrawnItem]:
    rows = (
        CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
        .order_by()
        .values_list(
            "item_id", "pk", "item__key", "item__question_id", "item__source",
            "item__group_keys", Length("item__text"), "stratum", "probability",
        )
    )  # fmt: skip
    return {row[0]: DrawnItem._make(row) for row in rows}


def _scores(campaign: Campaign) -> dict[int, dict[int, float]]:
    """Scorer id → item id → its score for the whole of a drawn item."""
    table: dict[int, dict[int, float]] = {}
    drawn = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    rows = AutomaticScore.objects.filter(item__in=drawn.values("item"), criterion="")
    for scorer, item, value in rows.values_list("scorer_id", "item_id", "value"):
        table.setdefault(scorer, {})[item] = value
    return table


def _adjudications(campaign: Campaign) -> dict[int, tuple[float | None, float | None]]:
    """Item id → (composite, mark) of the newest adjudication."""
    rows = Adjudication.objects.filter(campaign_item__campaign=campaign).order_by(
        "created_at", "pk"
    )
    return {
        item: (composite, mark)
        for item, composite, mark in rows.values_list("campaign_item__item_id", "composite", "mark")
    }


def _sources(campaign: Campaign) -> tuple[tuple[str, int], ...]:
    rows = Item.objects.filter(dataset=campaign.dataset_id).order_by("source")
    return tuple(rows.values_list("source").annotate(n=Count("pk")))
