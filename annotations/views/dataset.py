"""The list of datasets, and one dataset with its items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from annotations import access
from annotations.formats.csv_out import csv_lines
from annotations.models import Dataset, Item, Question
from annotations.models.dataset_facts import GROUP_DIVIDER, ItemFilter, facts_of

PAGE = 50
CSV_HEAD = [
    "item id", "question number", "question", "reference", "full mark", "source", "response",
    "past mark",
]  # fmt: skip
SORTS = {
    "position": ("position", "pk"),
    "key": ("key",),
    "source": ("source", "position"),
    "question": ("question__position", "position"),
    "mark": ("reference_mark", "position"),
}


def dataset_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    rows = access.datasets_where(request.user)
    if search:
        rows = rows.filter(name__icontains=search)
    context = {
        "page": Paginator(_with_counts(rows), PAGE).get_page(request.GET.get("page")),
        "search": search,
        "can_import": access.teams_where(request.user, access.BUILD).exists(),
    }
    return render(request, "annotations/dataset_list.html", context)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    dataset = access.get_dataset_or_404(request.user, pk)
    chosen = ItemFilter.from_query(request.GET)
    items = chosen.apply(dataset.items.select_related("question"))
    page = Paginator(_sorted(items, request.GET.get("sort", "")), PAGE)
    facts = facts_of(dataset)
    context = {
        "dataset": dataset,
        "page": page.get_page(request.GET.get("page")),
        "chosen": chosen,
        "facts": facts,
        "groups": [
            (f"{name}{GROUP_DIVIDER}{value}", f"{name}: {value}") for name, value in facts.groups
        ],
        "sorts": _heads(request.GET.get("sort", "")),
        "imports": dataset.imports.order_by("-created_at")[:5],
        "can_edit": access.has_role(request.user, dataset.team_id, access.BUILD),
        "is_lead": access.has_role(request.user, dataset.team_id, access.LEAD),
    }
    return render(request, "annotations/dataset_detail.html", context)


def items_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """What the list of items shows now, whole texts and all pages; it can be imported again."""
    dataset = access.get_dataset_or_404(request.user, pk)
    items = ItemFilter.from_query(request.GET).apply(dataset.items.select_related("question"))
    items = _sorted(items, request.GET.get("sort", ""))
    groups = sorted({name for name, _ in facts_of(dataset).groups})
    lines = csv_lines([*CSV_HEAD, *groups], _csv_rows(items, groups))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = quote(f"{dataset.name}.csv")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _csv_rows(items: QuerySet[Item], groups: list[str]) -> Iterator[list[object]]:
    for item in items.iterator(chunk_size=1000):
        question = item.question
        yield [
            item.key, question.key, question.text, question.reference, question.full_mark,
            item.source, item.text, item.reference_mark,
            *(item.group_keys.get(name) for name in groups),
        ]  # fmt: skip


def _with_counts(rows: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """Counts as subqueries: two joins in one query would multiply."""
    return rows.annotate(item_count=_count_of(Item), question_count=_count_of(Question)).order_by(
        "-created_at", "-pk"
    )


def _count_of(model: type[Item] | type[Question]) -> Any:
    counted = (
        model.objects.filter(dataset=OuterRef("pk"))
        .order_by()
        .values("dataset")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _sorted(items: QuerySet[Item], sort: str) -> QuerySet[Item]:
    names = SORTS.get(sort.removeprefix("-"), SORTS["position"])
    sign = "-" if sort.startswith("-") else ""
    return items.order_by(*[sign + name for name in names])


def _heads(sort: str) -> dict[str, dict[str, str]]:
    """For each sortable head: what a click asks for and how it is sorted now."""
    heads = {}
    for name in SORTS:
        state = "ascending" if sort == name else "descending" if sort == f"-{name}" else "none"
        heads[name] = {"state": state, "next": f"-{name}" if state == "ascending" else name}
    return heads
