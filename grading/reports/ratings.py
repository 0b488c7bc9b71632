"""All counted ratings of a campaign, streamed: long CSV (a line a criterion) or JSONL.

The workbook is in ratings_xlsx.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from annotations.models import Campaign, Criterion, CriterionScore
from annotations.models.rating_table import counted_ratings
from grading.reports.inert import inert

CHUNK = 2_000
FIELDS = (
    "pk", "campaign_item__item__key", "campaign_item__item__question__key",
    "campaign_item__item__source", "rater__username", "composite", "mark", "active_seconds",
    "note", "flag_reason",
)  # fmt: skip
COLUMNS = (
    "item", "question", "source", "rater", "criterion", "value", "composite", "mark", "seconds",
    "note", "flag", "submitted_at",
)  # fmt: skip


def records(campaign: Campaign) -> Iterator[dict[str, Any]]:
    """One dict a rating with its scores by criterion key; memory does not grow with the campaign."""
    at = Cast("created_at", CharField())  # to make a datetime of it takes as long as the rest of a row
    rows = counted_ratings(campaign).order_by("pk").values_list(*FIELDS, at)
    stream = rows.iterator(chunk_size=CHUNK)
    keys = dict(Criterion.objects.filter(rubric__in=_rubrics(campaign)).values_list("pk", "key"))
    while chunk := list(islice(stream, CHUNK)):
        scores = _scores([row[0] for row in chunk], keys)
        for row in chunk:
            yield _record(row, scores[row[0]])


def _rubrics(campaign: Campaign) -> QuerySet[Any]:
    return campaign.campaign_items.order_by().values("rubric")


def _scores(ratings: list[int], keys: dict[int, str]) -> dict[int, dict[str, float]]:
    """Scores of `ratings`, ascending. Their range is read faster than a list of so many."""
    found: dict[int, dict[str, float]] = {rating: {} for rating in ratings}
    rows = CriterionScore.objects.filter(rating_id__gte=ratings[0], rating_id__lte=ratings[-1])
    rows = rows.order_by("rating_id", "criterion_id")
    cells = rows.values_list("rating_id", "criterion_id", "value")
    for rating, criterion, value in cells.iterator(chunk_size=CHUNK):
        if rating in found:
            found[rating][keys[criterion]] = value
    return found


def _record(row: tuple[Any, ...], scores: dict[str, float]) -> dict[str, Any]:
    _pk, item, question, source, rater, composite, mark, seconds, note, flag, created = row
    return {
        "item": item,
        "question": question,
        "source": source,
        "rater": rater,
        "scores": scores,
        "composite": composite,
        "mark": mark,
        "seconds": seconds,
        "note": note,
        "flag": flag,
        "submitted_at": _utc(created),
    }


def _utc(text: str) -> str:
    """The time as the database writes it, in ISO 8601."""
    if "+" not in text:  # SQLite: UTC without saying so, else as ISO 8601 has it
        return f"{text[:10]}T{text[11:]}+00:00"
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def jsonl(campaign: Campaign) -> Iterator[str]:
    """One JSON object a line, some thousand lines at a time."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return _joined(encode(record) + "\n" for record in records(campaign))


def csv_lines(campaign: Campaign) -> Iterator[str]:
    """UTF-8 with BOM, some thousand lines at a time; texts that could be formulas are inert."""
    yield "\ufeff" + _csv(COLUMNS)
    yield from _joined(map(_lines, records(campaign)))


def _csv(cells: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _lines(record: dict[str, Any]) -> str:
    """A line a criterion; a flagged rating without scores has one line with none.

    What is the same in all of them is written once: to write is most of the work.
    """
    before = ",".join([_cell(record[name]) for name in COLUMNS[:4]])
    note, flag = _cell(record["note"]), _cell(record["flag"])
    numbers = [record[name] for name in ("composite", "mark", "seconds")]
    after = ",".join(["" if number is None else str(number) for number in numbers])
    after = f"{after},{note},{flag},{record['submitted_at']}\r\n"
    scores = record["scores"].items() or [("", "")]
    return "".join([f"{before},{_cell(key)},{value},{after}" for key, value in scores])


@lru_cache(4_096)  # names come again in every line
def _cell(text: str) -> str:
    """Text of a cell, inert, quoted where it must be."""
    return _csv((inert(text), ""))[: -len(",\r\n")]


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Bigger pieces, so that a stream is not sent line by line."""
    stream = iter(lines)
    while piece := "".join(islice(stream, CHUNK)):
        yield piece
