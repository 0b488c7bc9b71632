"""Argilla: records with fields and responses, or the columns of its datasets.

    {"id": "…", "fields": {"text": "…"}, "responses": {"quality": [{"value": 4, "user_id": "u"}]}}
    {"text": "…", "quality.responses": [4, 5], "quality.responses.users": ["u", "v"],
     "quality.suggestion": 4, "quality.suggestion.score": 0.7, "quality.suggestion.agent": "gpt"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotations.formats.shapes import ENTRY, Entry, Shape, Told, number, part, parts

RESPONSES, SUGGESTION = ".responses", ".suggestion"


def _fits(entry: Entry) -> bool:
    if isinstance(entry.get("fields"), dict):
        return isinstance(entry.get("responses"), dict | list)
    return any(name.endswith(RESPONSES) for name in entry) and any(
        name.endswith(RESPONSES + ".users") for name in entry
    )


def _items(entry: Entry) -> Iterator[Told]:
    """The fields; a suggestion that is a number is a score of the machine that made it."""
    if not isinstance(entry.get("fields"), dict):
        suggested = [name for name in entry if name.endswith(SUGGESTION)]
        given = {name: entry[name] for name in suggested}
        agents = {name: entry.get(f"{name}.agent") for name in suggested}
        named = {name: name.removesuffix(SUGGESTION) for name in suggested}
    else:
        found = {name: part(part(entry, "suggestions"), name) for name in part(entry, "suggestions")}
        given = {name: one.get("value") for name, one in found.items()}
        agents = {name: one.get("agent") for name, one in found.items()}
        named = {name: name for name in found}
    scores = {
        f"{agents[name] or 'suggestion'} {named[name]}": value
        for name, one in given.items()
        if (value := number(one)) is not None
    }
    yield Told(_own(entry), scores)


def _own(entry: Entry) -> Entry:
    """What is said of the item itself."""
    if isinstance(entry.get("fields"), dict):
        told = {"id": entry.get("id"), **part(entry, "metadata"), **part(entry, "fields")}
        return {name: value for name, value in told.items() if value is not None}
    return {n: v for n, v in entry.items() if RESPONSES not in n and SUGGESTION not in n}


def _ratings(entry: Entry) -> Iterator[Entry]:
    own = {name: v for name, v in _own(entry).items() if not isinstance(v, list | dict)}
    for rater, criterion, value in _given(entry):
        if isinstance(value, str | int | float) and value != "":
            yield {**own, ENTRY: 1, "rater": rater, "criterion": criterion, "value": value}


def _given(entry: Entry) -> Iterator[tuple[Any, str, Any]]:
    if isinstance(entry.get("fields"), dict):
        responses = part(entry, "responses")
        for criterion in responses:
            for one in parts(responses, criterion):
                yield one.get("user_id"), criterion, one.get("value")
        return
    for name in [name for name in entry if name.endswith(RESPONSES)]:
        values, users = entry[name], entry.get(f"{name}.users")
        if isinstance(values, list) and isinstance(users, list):
            for user, value in zip(users, values, strict=False):
                yield user, name.removesuffix(RESPONSES), value


ARGILLA = Shape("argilla", _fits, _items, _ratings)
