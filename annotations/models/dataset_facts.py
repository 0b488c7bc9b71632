"""What a dataset holds, counted; and its items of one question or one group."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from annotations.models.dataset import Dataset, Item
from annotations.models.scorer import AutomaticScore, Scorer

SOURCES_SHOWN = 30
QUESTIONS_OFFERED = 200
GROUP_COMBINATIONS = 500
GROUP_DIVIDER = "\u241f"
"""Between a group's name and its value in a query string; no column name holds it."""


@dataclass(frozen=True)
class DatasetFacts:
    """`sources` are the largest, with their item counts; `source_count` counts all of them.
    `groups` are the (name, value) pairs that occur."""

    item_count: int
    image_count: int
    marked_count: int
    source_count: int
    sources: list[tuple[str, int]]
    groups: list[tuple[str, str]]
    scorers: list[Scorer]
    questions: list[tuple[int, str]]
    question_count: int

    @property
    def group_options(self) -> list[tuple[str, str]]:
        return [(f"{name}{GROUP_DIVIDER}{value}", f"{name}: {value}") for name, value in self.groups]


def facts_of(dataset: Dataset) -> DatasetFacts:
    """Eight queries, whatever the size."""
    counts = dataset.items.aggregate(
        n=Count("pk"),
        images=Count("pk", filter=Q(has_images=True)),
        marked=Count("reference_mark"),
        sources=Count("source", distinct=True, filter=~Q(source="")),
    )
    by_source = dataset.items.exclude(source="").order_by().values_list("source")
    return DatasetFacts(
        counts["n"],
        counts["images"],
        counts["marked"],
        counts["sources"],
        list(by_source.annotate(n=Count("pk")).order_by("-n", "source")[:SOURCES_SHOWN]),
        _groups(dataset),
        list(_scorers(dataset)),
        list(dataset.questions.values_list("pk", "key")[:QUESTIONS_OFFERED]),
        dataset.questions.count(),
    )


def _groups(dataset: Dataset) -> list[tuple[str, str]]:
    combinations = dataset.items.order_by().values_list("group_keys", flat=True).distinct()
    pairs = {pair for keys in combinations[:GROUP_COMBINATIONS] for pair in keys.items()}
    return sorted(pairs)


def _scorers(dataset: Dataset) -> QuerySet[Scorer]:
    """Scorers with a score of any item here."""
    scores = AutomaticScore.objects.filter(scorer=OuterRef("pk"), item__dataset=dataset)
    return Scorer.objects.filter(Exists(scores), team=dataset.team_id)


def of_question(items: QuerySet[Item], pk: str) -> QuerySet[Item]:
    return items.filter(question=int(pk)) if _is_id(pk) else items.none()


def of_group(items: QuerySet[Item], group: str) -> QuerySet[Item]:
    """`group` is a name and a value as `DatasetFacts.group_options` writes them."""
    name, _, value = group.partition(GROUP_DIVIDER)
    key = _whole_key(name) if _is_whole(name) else KeyTextTransform(name, "group_keys")
    return items.annotate(_group=Cast(key, TextField())).filter(_group=value)


def _whole_key(name: str) -> Func:
    """A key such as "2024", which Django's JSON paths would take for the index of a list."""
    if connection.vendor == "postgresql":
        text = Cast(Value(name), TextField())
        return Func(F("group_keys"), text, template="(%(expressions)s)", arg_joiner=" ->> ")
    return Func(F("group_keys"), Value(f'$."{name}"'), function="JSON_EXTRACT")


def _is_whole(text: str) -> bool:
    try:
        return int(text) is not None
    except ValueError:
        return False


def _is_id(text: str) -> bool:
    """Digits that fit a primary key: longer ones would overflow in the database."""
    return text.isdecimal() and len(text) <= 15
