"""The list of datasets, and one dataset with its items."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from annotations import access
from annotations.lists import Column, Filter, equal, holding, listing_of, minute
from annotations.models import Dataset, Item, Question
from annotations.models.dataset_facts import DatasetFacts, facts_of, of_group, of_question

COLUMNS = [
    Column("name", _("Name"), lambda row: row.name, ("name",)),
    Column("team", _("Team"), lambda row: row.team.name, ("team__name",)),
    Column("questions", _("Questions"), lambda row: row.question_count, ("question_count",), True),
    Column("items", _("Items"), lambda row: row.item_count, ("item_count",), True),
    Column("made", _("Made"), lambda row: minute(row.created_at), ("created_at",)),
]
ITEM_COLUMNS = [
    Column("key", _("Item"), lambda row: row.key, ("key",)),
    Column("question", _("Question"), lambda row: row.question.key, ("question__position",)),
    Column("source", _("Source"), lambda row: row.source, ("source",)),
    Column("response", _("Response"), lambda row: row.text),
    Column("mark", _("Past mark"), lambda row: row.reference_mark, ("reference_mark",), True),
]


def dataset_list(request: HttpRequest) -> HttpResponseBase:
    rows = _with_counts(access.datasets_where(request.user))
    search = [Filter("q", _("Search"), holding("name"))]
    listing = listing_of(request, rows, COLUMNS, filters=search, usual="-made")
    if listing.is_file:
        return listing.as_file("datasets")
    can_import = access.teams_where(request.user, access.BUILD).exists()
    context = {"listing": listing, "can_import": can_import}
    return render(request, "annotations/dataset_list.html", context)


def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    dataset = access.get_dataset_or_404(request.user, pk)
    facts = facts_of(dataset)
    items = dataset.items.select_related("question").order_by("position")
    hidden = () if access.may_see_scores(request.user, dataset) else ("mark", "past mark")
    columns = [column for column in ITEM_COLUMNS if column.name not in hidden]
    listing = listing_of(request, items, columns, filters=_item_filters(facts))
    if listing.is_file:
        whole = [column for column in _file_columns(facts) if column.name not in hidden]
        return listing.as_file(dataset.name, whole)
    context = {
        "dataset": dataset,
        "may_see_scores": not hidden,
        "listing": listing,
        "facts": facts,
        "imports": dataset.imports.order_by("-created_at")[:5],
        "can_edit": access.has_role(request.user, dataset.team_id, access.BUILD),
        "is_lead": access.has_role(request.user, dataset.team_id, access.LEAD),
    }
    return render(request, "annotations/dataset_detail.html", context)


def _item_filters(facts: DatasetFacts) -> list[Filter]:
    """A filter that is not offered, there being one question, still works from the address."""
    questions = [(str(pk), key) for pk, key in facts.questions]
    sources = [(source, str(n)) for source, n in facts.sources]
    return [
        Filter("q", _("Search in answers"), holding("text", "key")),
        Filter("question", _("Question"), of_question, questions, is_hidden=len(questions) < 2),
        Filter("source", _("Source"), equal("source"), sources, is_typed=True, is_hidden=not sources),
        Filter("group", _("Group"), of_group, facts.group_options, is_hidden=not facts.groups),
    ]


def _file_columns(facts: DatasetFacts) -> list[Column]:
    """Whole texts under heads that an import knows, so that the file can be imported again."""
    known = {
        "item id": lambda row: row.key,
        "question number": lambda row: row.question.key,
        "question": lambda row: row.question.text,
        "reference": lambda row: row.question.reference,
        "full mark": lambda row: row.question.full_mark,
        "source": lambda row: row.source,
        "response": lambda row: row.text,
        "past mark": lambda row: row.reference_mark,
    }
    groups = sorted({name for name, _value in facts.groups})
    return [Column(name, name, cell) for name, cell in known.items()] + [
        Column(name, name, lambda row, name=name: row.group_keys.get(name)) for name in groups
    ]


def _with_counts(rows: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """Counts as subqueries: two joins in one query would multiply."""
    return rows.annotate(item_count=_count_of(Item), question_count=_count_of(Question)).order_by("-pk")


def _count_of(model: type[Item] | type[Question]) -> Any:
    counted = (
        model.objects.filter(dataset=OuterRef("pk"))
        .order_by()
        .values("dataset")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
