"""Field addresses: where the two sides of a metric are found in a dataset.

"text", "source", "question.text", "question.reference", "question.context", "reference_mark",
"metadata.<key>", "group.<key>" and "scorer.<name>".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotations.models import AutomaticScore, Item

PLAIN = (
    "text", "source", "question.text", "question.reference", "question.context", "reference_mark"
)  # fmt: skip
PREFIXES = ("metadata", "group", "scorer")
CHUNK = 2_000  # below the number of parameters any database takes in one query


class UnknownField(ValueError):
    """The address names nothing an item can have."""


def check_address(address: str) -> None:
    """Raise UnknownField unless the address is one of those above."""
    prefix, _, key = address.partition(".")
    if address not in PLAIN and not (prefix in PREFIXES and key):
        raise UnknownField(address)


def field_values(items: Sequence[Item], address: str) -> list[Any]:
    """The value at `address` for every item, in their order; None where there is none.

    An empty reference is missing; an empty response is an answer. Load the items with
    `select_related("question")` when the address is one of the question.
    """
    check_address(address)
    prefix, _, key = address.partition(".")
    if prefix == "scorer":
        scores = scores_of(items, key)
        return [scores.get(item.pk) for item in items]
    return [_plain(item, address, prefix, key) for item in items]


def _plain(item: Item, address: str, prefix: str, key: str) -> Any:
    if address == "text":
        return item.text
    if address == "source":
        return item.source or None
    if prefix == "question":
        return getattr(item.question, key) or None
    if address == "reference_mark":
        return item.reference_mark
    return (item.metadata if prefix == "metadata" else item.group_keys).get(key)


def scores_of(items: Sequence[Item], scorer_name: str) -> dict[int, float]:
    """Item id → the scorer's value for the whole item."""
    found: dict[int, float] = {}
    ids = [item.pk for item in items]
    for start in range(0, len(ids), CHUNK):
        rows = AutomaticScore.objects.filter(
            item_id__in=ids[start : start + CHUNK], scorer__name=scorer_name, criterion=""
        )
        found.update(rows.values_list("item_id", "value"))
    return found
