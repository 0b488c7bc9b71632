"""A JSON object that holds a list: where it stands, and data frames written column by column."""

from __future__ import annotations

from typing import Any

from annotations.formats.columns import role_of
from annotations.formats.foreign import shape_of
from annotations.formats.promptfoo import results_in

LIST_KEYS = ("data", "items", "results", "rows", "examples", "records")


def list_in(data: dict[str, Any]) -> list[Any] | None:
    """The list of objects that an object carries under one of the usual names, or promptfoo's."""
    for key in LIST_KEYS:
        value = data.get(key)
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            return value
    return results_in(data) or _by_columns(data) or _only_list(data)


def _by_columns(data: dict[str, Any]) -> list[Any] | None:
    """A data frame as pandas writes it: {column: {row: value}}, {row: {column: value}}, {column: [value]}, or
    columns and data apart."""
    columns, rows = data.get("columns"), data.get("data")
    if isinstance(columns, list) and isinstance(rows, list) and all(isinstance(r, list) for r in rows):
        return [dict(zip(map(str, columns), row, strict=False)) for row in rows]
    held = list(data.values())
    if len(held) < 2:
        return None
    if all(isinstance(one, list) for one in held):
        return _of_lists(data)
    if not all(isinstance(one, dict) for one in held) or len(set.intersection(*map(set, held))) < 2:
        return None
    if all(map(str.isdecimal, held[0])) and all(one.keys() == held[0].keys() for one in held):
        return [{name: column[row] for name, column in data.items()} for row in held[0]]
    return [{"id": name, **row} for name, row in data.items()]


def _of_lists(data: dict[str, Any]) -> list[Any] | None:
    """{column: [value, …]}, all of one length; or {name: [object, …]}, whose rows then say their name."""
    if all(held and all(isinstance(one, dict) for one in held) for held in data.values()):
        return [{"group": name, **one} for name, held in data.items() for one in held]
    lengths = {len(held) for held in data.values()}
    if len(lengths) > 1 or lengths <= {0, 1}:
        return None
    return [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]


def _only_list(data: dict[str, Any]) -> list[Any] | None:
    """The one list of objects of an object that is no item itself."""
    lists = [
        value
        for value in data.values()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    ]
    is_item = shape_of(data) or any(role_of(name) for name in data)
    return lists[0] if len(lists) == 1 and not is_item else None
