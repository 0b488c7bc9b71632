"""Which answers a training set does not hold, and why: a list that can be narrowed, and its files."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from annotations.access import BUILD
from annotations.lists import Column, Filter, Listing, listing_of
from annotations.models import CampaignItem, Item
from grading.access import get_training_set_or_404, may_see_rows
from grading.methods.plain_text import counted
from grading.models import TrainingSet
from grading.reports.listing_xlsx import listing_workbook
from grading.reports.ratings_xlsx import CONTENT_TYPE
from grading.training_left_out import LeftOut, Reason, left_out_of, refused_before
from grading.views.report import attachment

Rows = list[LeftOut]


def _by_place(row: LeftOut) -> tuple[int, str]:
    return row.line or 0, counted(row.item)


def _by_question(row: LeftOut) -> tuple[str, str]:
    return counted(row.question), counted(row.student)


COLUMNS = [
    Column("place", _("Place"), lambda row: row.line or row.item, _by_place),
    Column("question", _("Question"), lambda row: row.question, _by_question),
    Column("student", _("Student"), lambda row: row.student, lambda row: counted(row.student)),
    Column("answer", _("Answer"), lambda row: row.answer),
    Column("mark", _("Mark"), lambda row: row.mark, is_number=True),
    Column("reason", _("Why it was left out"), lambda row: row.reason_words, lambda row: row.reason_words),
]
IN_FILES = [
    Column("line", _("Line"), lambda row: row.line),
    Column("item", _("Item"), lambda row: row.item),
    *COLUMNS[1:],
    Column("detail", _("Details"), lambda row: row.detail),
    Column("set", _("Training set"), lambda row: row.source),
]
WIDE = ("item", "answer", "reason", "detail")


@login_required
@require_GET
def left_out(request: HttpRequest, pk: int) -> HttpResponseBase:
    training_set = get_training_set_or_404(request.user, pk, BUILD)
    if not may_see_rows(request.user, training_set):
        raise PermissionDenied
    found = left_out_of(training_set)
    rows = found.rows if found else refused_before(training_set)
    listing = listing_of(request, rows, COLUMNS, filters=_filters(rows))
    name = f"{slugify(training_set.name, allow_unicode=True) or 'training'}-left-out"
    if listing.is_file:
        return listing.as_file(name, IN_FILES)
    if request.GET.get("format") == "xlsx":
        return _workbook(listing, name)
    shown = listing.page.object_list
    links = _links(training_set, shown)
    context = {
        "set": training_set,
        "found": found,
        "is_any": bool(rows),
        "listing": listing,
        "rows": [(row, links.get(row.item, "")) for row in shown],
        "again": _again(training_set),
    }
    return render(request, "grading/training_left_out.html", context)


def _filters(rows: Rows) -> list[Filter]:
    """Only the reasons that there are, with how many answers each has."""
    counts = Counter(row.reason for row in rows)
    options = [(one.value, f"{one.label} ({counts[one.value]})") for one in Reason if counts[one.value]]
    return [Filter("reason", _("Reason"), _of_reason, options), Filter("q", _("Search"), _holding)]


def _of_reason(rows: Rows, reason: str) -> Rows:
    return [row for row in rows if row.reason == reason]


def _holding(rows: Rows, words: str) -> Rows:
    """In the number, the question, the student or the beginning of the answer."""
    sought = words.casefold()
    return [
        row for row in rows
        if any(sought in text.casefold() for text in (row.item, row.question, row.student, row.answer))
    ]  # fmt: skip


def _links(training_set: TrainingSet, rows: Rows) -> dict[str, str]:
    """By item of the dataset its page, in the campaign where it was drawn into one: there its mark is settled. Lines of
    a file have none, nor have answers of another set."""
    campaign = training_set.campaign
    dataset = campaign.dataset_id if campaign else training_set.dataset_id
    keys = {row.item for row in rows if row.line is None and not row.source}
    if dataset is None or not keys:
        return {}
    items = Item.objects.filter(dataset=dataset, key__in=keys).values_list("key", "pk")
    found = {key: reverse("item-detail", args=[dataset, pk]) for key, pk in items}
    if campaign:
        drawn = CampaignItem.objects.filter(campaign=campaign, item__key__in=keys).values_list("item__key", "pk")
        found |= {key: reverse("campaign-item", args=[campaign.slug, pk]) for key, pk in drawn}
    return found


def _workbook(listing: Listing, name: str) -> StreamingHttpResponse:
    pieces: Any = listing_workbook("left out", IN_FILES, listing.rows, WIDE)
    return StreamingHttpResponse(pieces, CONTENT_TYPE, headers=attachment(f"{name}.xlsx"))


def _again(training_set: TrainingSet) -> str:
    """What fills the form that makes a set from the same source."""
    if training_set.campaign_id:
        return f"?campaign={training_set.campaign_id}"
    return f"?dataset={training_set.dataset_id}" if training_set.dataset_id else ""
