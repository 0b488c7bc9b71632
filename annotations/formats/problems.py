"""What is wrong with a file, said so that a person can mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext, pgettext

SHOWN_CHARACTERS = 40


class Row(NamedTuple):
    """One record of a table: the line where it starts (from 1) and column → text."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class Problem:
    """A refused line, or with `is_warning` one that is taken all the same.

    `message` is an English sentence with named placeholders that is translated when it is shown, so
    that a job needs no reader and no language; a list among `params` is joined as the language does.
    """

    line: int | None
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_warning: bool = False

    @property
    def text(self) -> str:
        comma = pgettext("between names", ", ")
        words = {k: comma.join(v) if isinstance(v, list) else v for k, v in self.params.items()}
        return gettext(self.message) % words

    def as_data(self) -> dict[str, Any]:
        data = {"line": self.line, "message": self.message, "params": dict(self.params)}
        return data | {"is_warning": True} if self.is_warning else data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Problem:
        is_warning = data.get("is_warning", False)
        return cls(data.get("line"), data["message"], data.get("params", {}), is_warning)


def refused_among(problems: Iterable[Problem]) -> int:
    """How many of them are refused lines."""
    return sum(not problem.is_warning for problem in problems)


class Refused(ValueError):
    """A value that cannot be taken: a sentence and what it is about."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message, self.params = message, params


class BadFile(Exception):
    """The file as a whole cannot be read; `problem` says why."""

    def __init__(self, message: str, line: int | None = None, **params: Any) -> None:
        self.problem = Problem(line, message, params)
        super().__init__(message % params)


def shown(value: str) -> str:
    """A piece of a value fit for a sentence: short, on one line, without control characters."""
    kept = value[: SHOWN_CHARACTERS + 1]
    clean = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in kept)
    return clean if len(clean) <= SHOWN_CHARACTERS else clean[:SHOWN_CHARACTERS] + "…"
