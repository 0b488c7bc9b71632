"""A grading campaign as the exam guarantee reads it: marks of machine, people and the definitive one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.models import AutomaticScore, Campaign, CampaignItem, Scorer, User
from annotations.models.rating_table import counted_ratings
from grading.methods.marks_of_record import mark_of_record
from grading.reports.marks import KnownMarks, class_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ExamData:
    """The live items of a campaign, arrays of shape (n,); NaN where there is no mark.

    people: (n, R) marks, one column for each of `names`. pair: (n, 2) the first two ratings of an
    item, whoever gave them. definitive: adjudicated, else agreed by people. disputed: people differ
    and nobody has decided; unfinished: not all planned ratings are in. paper: a number for each
    student. seconds: the median of a rating, None where none was measured.
    """

    campaign: Campaign
    item: Ints
    paper: Ints
    step: Floats
    full: Floats
    probability: Floats
    people: Floats
    names: tuple[str, ...]
    pair: Floats
    definitive: Floats
    disputed: Flags
    unfinished: Flags
    seconds: float | None

    def __len__(self) -> int:
        return len(self.item)

    @property
    def weight(self) -> Floats:
        """(n,) how many answers of the dataset each stands for."""
        return 1 / self.probability

    def values_of(self, scorer: str) -> Floats:
        """(n,) the scorer's values for these items."""
        return aligned(scores_named(self.campaign, scorer), self.item)

    def shares(self, marks: Floats) -> Floats:
        """Marks (n,) or (n, R) as if each question had the highest full mark: raw ones of a short and a long
        question are apart whoever gives them. As they are where a question has no full mark."""
        if not len(self) or not (self.full > 0).all():
            return marks
        return marks * (self.full.max() / self.full).reshape(-1, *[1] * (marks.ndim - 1))


def exam_data(campaign: Campaign) -> ExamData:
    """Load it in a fixed number of queries."""
    fields = (
        "pk", "item_id", "item__source", "item__group_keys", "item__key",
        "item__question__step", "item__question__full_mark", "probability",
    )  # fmt: skip
    live = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    rows = list(live.order_by("pk").values_list(*fields))
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    ratings = list(
        counted_ratings(campaign)
        .order_by("pk")
        .values_list("campaign_item_id", "rater_id", "mark", "active_seconds")
    )
    people, names = _people(columns[0], ratings)
    step = _floats(columns[5])
    definitive, disputed, unfinished = _definitive(campaign, columns[1], step)
    return ExamData(
        campaign=campaign,
        item=np.array(columns[1], dtype=np.int64),
        paper=_papers(rows),
        step=step,
        full=_floats(columns[6]),
        probability=_floats(columns[7]),
        people=people,
        names=names,
        pair=_pair(columns[0], ratings),
        definitive=definitive,
        disputed=disputed,
        unfinished=unfinished,
        seconds=_seconds(ratings),
    )


def scores_named(campaign: Campaign, name: str) -> dict[int, float]:
    """Item id → the scorer's value for the whole item, over the campaign's dataset."""
    rows = AutomaticScore.objects.filter(
        scorer__team=campaign.team_id, scorer__name=name, criterion="",
        item__dataset=campaign.dataset_id,
    )  # fmt: skip
    return dict(rows.values_list("item_id", "value"))


def confidences_of(campaign: Campaign) -> list[str]:
    """Scorers on a scale of their own that are better when higher: each may be a confidence."""
    scored = AutomaticScore.objects.filter(item__dataset=campaign.dataset_id, criterion="")
    rows = Scorer.objects.filter(
        team=campaign.team_id,
        scale=Scorer.Scale.SCORE,
        is_higher_better=True,
        pk__in=scored.order_by().values("scorer").distinct(),
    )
    return list(rows.order_by("name").values_list("name", flat=True))


def confidence_for(machine: str, names: Iterable[str]) -> str:
    """The column that most likely holds this machine's confidence; "" where there is none."""
    likely = [name for name in names if "confid" in name.lower() or "置信" in name]
    of_machine = [name for name in likely if name.startswith(machine)]
    return next(iter([*of_machine, *likely]), "")


def aligned(values: dict[int, float], items: Iterable[int]) -> Floats:
    return np.array([values.get(int(pk), np.nan) for pk in items], dtype=np.float64)


def _papers(rows: list[tuple]) -> Ints:
    """An item without a student is a paper of its own."""
    names = [(class_of(row[3]), row[2] or row[4]) for row in rows]
    numbers = {name: i for i, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], dtype=np.int64)


def _people(items: Iterable[int], ratings: list[tuple]) -> tuple[Floats, tuple[str, ...]]:
    place = {pk: i for i, pk in enumerate(items)}
    raters = sorted({rater for _item, rater, _mark, _seconds in ratings})
    users = User.objects.in_bulk(raters)
    marks = np.full((len(place), len(raters)), np.nan)
    for item, rater, mark, _seconds in ratings:
        if mark is not None and item in place:
            marks[place[item], raters.index(rater)] = mark
    return marks, tuple(str(users[pk]) for pk in raters)


def _pair(items: Iterable[int], ratings: list[tuple]) -> Floats:
    place = {pk: i for i, pk in enumerate(items)}
    marks, filled = np.full((len(place), 2), np.nan), np.zeros(len(place), dtype=int)
    for item, _rater, mark, _seconds in ratings:
        i = place.get(item)
        if mark is not None and i is not None and filled[i] < 2:
            marks[i, filled[i]] = mark
            filled[i] += 1
    return marks


def _definitive(
    campaign: Campaign, items: Iterable[int], step: Floats
) -> tuple[Floats, Flags, Flags]:
    known = KnownMarks(campaign)  # without a machine: its mark is never definitive
    records = [
        mark_of_record(known.of(pk), tolerance=known.tolerance, step=float(one))
        for pk, one in zip(items, step, strict=True)
    ]
    marks = np.array([np.nan if r.mark is None else r.mark for r in records], dtype=np.float64)
    missing = np.isnan(marks)
    disputed = np.array([r.reason == "raters_disagree" for r in records], dtype=bool)
    return marks, disputed, missing & ~disputed


def _seconds(ratings: list[tuple]) -> float | None:
    measured = [row[3] for row in ratings if row[3]]
    return float(np.median(measured)) if measured else None


def _floats(column: Iterable[object]) -> Floats:
    return np.array([np.nan if v is None else float(v) for v in column], dtype=np.float64)  # type: ignore[arg-type]
