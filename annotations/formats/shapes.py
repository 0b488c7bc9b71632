"""JSON of other programs, recognised by the shape of its first entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from annotations.formats.problems import Problem

Entry = dict[str, Any]
ENTRY = "entry"
"""In a table of ratings: the column that numbers the answers of the file."""


class Told(NamedTuple):
    """What an entry says of one item: columns under names that speak, and scores of machines."""

    values: Entry
    scores: Entry


@dataclass(frozen=True)
class Shape:
    """How one program writes. `fits` looks at an entry; `items` and `ratings` turn an entry into
    the rows it holds (of ratings also warnings, which get their line here). They meet any JSON and must not raise."""

    name: str
    fits: Callable[[Entry], bool]
    items: Callable[[Entry], Iterable[Told]]
    ratings: Callable[[Entry], Iterable[Entry | Problem]] | None = None


def number(value: Any) -> float | None:
    """A number, or true and false as 1 and 0; None for anything else."""
    return float(value) if isinstance(value, bool | int | float) else None


def text_of(value: Any) -> str:
    """The text that a value holds: itself, or the first text in nested lists."""
    while isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def part(entry: Entry, name: str) -> Entry:
    """An object inside an entry, empty where there is none."""
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def parts(entry: Entry, name: str) -> list[Entry]:
    """The objects of a list inside an entry."""
    value = entry.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
