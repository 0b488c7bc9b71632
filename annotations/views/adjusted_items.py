"""The items of a campaign with their scores adjusted by the raters' severities, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from annotations import access
from annotations.class_numbers import class_numbers
from annotations.formats.csv_out import csv_lines
from annotations.models import Campaign
from annotations.models.rating_table import RatingTable, rating_table
from annotations.rater_numbers import item_scores, severities
from annotations.views.rater_effects import choices_of, chosen_key

HEAD = ["item", "question", "source", "ratings", "mean", "adjusted"]
OF_CLASSES = ["class", "class_probability"]


@require_safe
def download(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug)
    table = rating_table(campaign)
    key = chosen_key(request, choices_of(campaign, table))
    classes = class_numbers(table, key) if len(table) else None
    head = HEAD + (OF_CLASSES if classes else [])
    probable = classes.probable() if classes else None
    lines = csv_lines(head, _rows(campaign, table, key, probable) if len(table) else [])
    attached = content_disposition_header(True, f"{slug}-{key}-items.csv") or "attachment"
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": attached}
    )


def _rows(
    campaign: Campaign, table: RatingTable, key: str, probable: dict[int, tuple[str, float]] | None
) -> Iterator[list[Any]]:
    scores = item_scores(severities(table, key))
    facts = campaign.campaign_items.values_list("pk", "item__key", "item__question__key", "item__source")
    named = {pk: names for pk, *names in facts.order_by()}
    empty = [None] * len(scores.campaign_item)
    mean, adjusted = (
        empty if values is None else values.round(6).tolist() for values in (scores.mean, scores.adjusted)
    )
    columns = (scores.campaign_item.tolist(), scores.ratings.tolist(), mean, adjusted)
    for pk, *numbers in zip(*columns, strict=True):
        more = [] if probable is None else list(probable.get(pk, (None, None)))
        yield [*named[pk], *numbers, *more]
