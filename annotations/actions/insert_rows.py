"""Many rows of one table at once, without a model instance for each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, groupby, islice
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from django.db import connection
from django.db.models import Model

PARAMETERS = 2000
"""Of one statement: every database takes as many, and larger ones are no faster."""


def insert_rows(
    model: type[Model], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """INSERT many rows with one statement, without model instances: SQLite spends more on beginning a
    statement than on a row.

    Args:
        names: field names; every column without a default in the database must be among them.
        rows: their values in the same order, ready for the database; JSON fields as text (`json_of`).
    """
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    one = f"({', '.join(['%s'] * len(fields))})"
    left, most = iter(rows), PARAMETERS // len(fields)
    parts = [list(chain.from_iterable(part)) for part in iter(lambda: list(islice(left, most)), [])]
    with connection.cursor() as cursor:
        for width, alike in groupby(parts, key=len):
            sql = head + ", ".join([one] * (width // len(fields)))
            cursor.executemany(sql, list(alike))


def json_of(values: dict[str, str]) -> str:
    """JSON of an object of strings; `json.dumps` is four times as slow."""
    if not values:
        return "{}"
    return "{" + ", ".join([f"{quoted(k)}: {quoted(v)}" for k, v in values.items()]) + "}"
