"""Many rows of one table at once, without a model instance for each."""

from __future__ import annotations

from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_rows(
    model: type[Model], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """INSERT through the database's own `executemany`: about five times as fast as bulk_create.

    Args:
        names: field names; every column without a default in the database must be among them.
        rows: their values in the same order, ready for the database; JSON fields as text (`json_of`).
    """
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def json_of(values: dict[str, str]) -> str:
    """JSON of an object of strings; `json.dumps` is four times as slow."""
    if not values:
        return "{}"
    return "{" + ", ".join([f"{quoted(k)}: {quoted(v)}" for k, v in values.items()]) + "}"
