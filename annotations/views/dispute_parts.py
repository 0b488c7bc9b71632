"""The list of disputed items: filters, order and what each row shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from annotations.models import Appeal, Campaign, CampaignItem, Question
from annotations.models.appeal import newest_appeals, open_appeals
from annotations.models.dispute import Disputes, decided_items, disputes_of
from annotations.models.rating_table import RatingTable

PER_PAGE = 25
ORDERS = ("appeals", "spread", "question", "flags", "ratings")
MOST_QUESTIONS = 300
NOISE = 1e-9


@dataclass(frozen=True)
class DisputeRow:
    """A disputed item as the list shows it; `criterion` is where raters differ most, `appeal` waits for an
    answer."""

    item: CampaignItem
    ratings: int
    spread: float
    mark_spread: float | None
    flags: int
    is_decided: bool
    straddles: bool
    criterion: str
    appeal: Appeal | None


@dataclass(frozen=True)
class DisputeList:
    """A page of rows, with the filters and the order in force."""

    page: Page[int]
    rows: list[DisputeRow]
    sort: str
    state: str
    question: str
    questions: list[Question]
    columns: list[dict[str, str]]
    undecided: int


def dispute_list(campaign: Campaign, table: RatingTable, query: Mapping[str, str]) -> DisputeList:
    """What `query` (sort, state, question, page) asks for; anything else in it is ignored."""
    found, decided = disputes_of(table, open_appeals(campaign)), decided_items(campaign)
    is_decided = np.isin(found.campaign_item, list(decided))
    undecided = int(np.count_nonzero(~is_decided))
    state, sort = query.get("state", ""), query.get("sort", "")
    usual = "-appeals" if found.appeals.any() else "-spread"
    sort = sort if sort.removeprefix("-") in ORDERS else usual
    if state in ("undecided", "decided"):
        found = found.where(is_decided == (state == "decided"))
    questions = _questions(campaign)
    question = next((q for q in questions if q.key == query.get("question")), None)
    if question:
        found = found.where(found.question == question.pk)
    page = Paginator(_order(found, sort).tolist(), PER_PAGE).get_page(query.get("page"))
    return DisputeList(
        page=page,
        rows=_rows(found, list(page), table, decided),
        sort=sort,
        state=state,
        question=question.key if question else "",
        questions=questions,
        columns=_columns(sort),
        undecided=undecided,
    )


def _order(found: Disputes, sort: str) -> np.ndarray:
    """Places of the rows in the order asked for; ties by difference."""
    key = getattr(found, sort.removeprefix("-")).astype(float)
    return np.argsort(-key if sort.startswith("-") else key, kind="stable")


def _questions(campaign: Campaign) -> list[Question]:
    """The dataset's questions, if they are few enough to choose from."""
    rows = campaign.dataset.questions.only("key", "dataset_id", "text", "position")
    questions = list(rows[: MOST_QUESTIONS + 1])
    return questions if 1 < len(questions) <= MOST_QUESTIONS else []


def _rows(
    found: Disputes, places: list[int], table: RatingTable, decided: set[int]
) -> list[DisputeRow]:
    ids = found.campaign_item[places].tolist()
    items = CampaignItem.objects.select_related("item__question", "rubric").in_bulk(ids)
    appealed = [items[pk].item_id for i, pk in zip(places, ids, strict=True) if found.appeals[i]]
    appeals = newest_appeals(appealed)
    return [
        _row(found, i, items[pk], table, pk in decided, appeals.get(items[pk].item_id))
        for i, pk in zip(places, ids, strict=True)
    ]


def _row(
    found: Disputes, i: int, item: CampaignItem, table: RatingTable, is_decided: bool, appeal: Appeal | None
) -> DisputeRow:
    mark_spread = float(found.mark_spread[i])
    passing = item.rubric.pass_mark - NOISE
    start = int(found.first_row[i])
    return DisputeRow(
        item=item,
        ratings=int(found.ratings[i]),
        spread=float(found.spread[i]),
        mark_spread=mark_spread if np.isfinite(mark_spread) else None,
        flags=int(found.flags[i]),
        is_decided=is_decided,
        straddles=bool(found.low[i] < passing <= found.high[i]),
        criterion=_worst(table, slice(start, start + int(found.ratings[i]))),
        appeal=appeal,
    )


def _worst(table: RatingTable, rows: slice) -> str:
    """The criterion with the widest range, as a share of its scale."""
    widths = {
        key: _width(table.values[key][rows]) / (column.high - column.low)
        for key, column in table.criteria.items()
    }
    key = max(widths, key=lambda name: widths[name], default="")
    return table.criteria[key].name if key and widths[key] > 0 else ""


def _width(values: np.ndarray) -> float:
    given = values[np.isfinite(values)]
    return float(given.max() - given.min()) if len(given) else 0.0


def _columns(sort: str) -> list[dict[str, str]]:
    """Heads of the sortable columns: name, the order a click asks for, aria-sort."""
    names = {
        "question": _("Question"), "spread": _("Difference"),
        "flags": _("Flags"), "ratings": _("Ratings"),
    }  # fmt: skip
    return [_column(key, name, sort) for key, name in names.items()]


def _column(key: str, name: str, sort: str) -> dict[str, str]:
    is_mine = sort.removeprefix("-") == key
    direction = "descending" if sort.startswith("-") else "ascending"
    first = key if key == "question" else f"-{key}"
    flipped = key if sort.startswith("-") else f"-{key}"
    return {"key": key, "name": name, "sort": flipped if is_mine else first,
            "aria": direction if is_mine else "none"}  # fmt: skip
