"""Objects that list several answers to one prompt, or what several people gave one answer.

    {"instruction": "…", "completions": [{"model": "a", "response": "…"}, …]}
    {"subject": "…", "questions": [{"question": "…", "answers": [{"student": "…", "text": "…"}]}]}
    {"response": "…", "expert_annotations": [{"fluency": 4}, {"fluency": 5}]}
    {"response": "…", "annotations": {"Fluent": [2, 1, 2]}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from annotations.formats.columns import Role, role_of
from annotations.formats.shapes import ENTRY, Entry, Shape, Told, number, part, parts

RATED = re.compile("annotat|rating|judg|evaluat|human|rater|turk|expert|review|assess|评", re.I)
SUFFIX = re.compile(r"[_ ]*(annotations?|ratings?|judge?ments?|evaluations?|scores?|human)$", re.I)
WHO = ("rater", "annotator", "worker", "user", "judge", "annotator_id", "worker_id", "user_id")
MOST_RATERS = 50
ASKED = {"text": "question"}
DEEPEST = 4


def _fits(entry: Entry) -> bool:
    return _list_of_answers(entry) is not None or next(_ratings(entry), None) is not None


def _items(entry: Entry) -> Iterator[Told]:
    for answer in _answers(entry):
        yield Told(answer, {})


def _ratings(entry: Entry) -> Iterator[Entry]:
    """A line for each criterion and rater, with what identifies the answer."""
    for place, answer in enumerate(_answers(entry), start=1):
        own = {name: value for name, value in answer.items() if not isinstance(value, list | dict)}
        for rater, criterion, value in [*_by_object(answer), *_by_list(answer)]:
            said = {"rater": rater, "criterion": criterion, "value": value}
            yield {**own, ENTRY: place, **said}


def _answers(entry: Entry, depth: int = 0) -> list[Entry]:
    """An object for each answer of the list, with what is said of all; or the entry itself. Lists may lie
    in lists: an exam's questions, each with its answers."""
    name = _list_of_answers(entry, depth)
    if name is None:
        return [entry]
    shared = {ASKED.get(key, key): value for key, value in entry.items() if key != name}
    inside = (one for part in parts(entry, name) for one in _answers(part, depth + 1))
    return [shared | one for one in inside]


def _list_of_answers(entry: Entry, depth: int = 0) -> str | None:
    if depth > DEEPEST or not set(_own_answers(entry)) <= set(ASKED):
        return None
    names = [
        name for name in entry
        if (found := parts(entry, name)) and all(_holds_answers(one, depth + 1) for one in found)
    ]  # fmt: skip
    if _own_answers(entry):  # a "text" above its answers is the question's
        names = [name for name in names if role_of(name.removesuffix("s")) is Role.ANSWER]
    return names[0] if len(names) == 1 else None


def _holds_answers(entry: Entry, depth: int) -> bool:
    return bool(_own_answers(entry)) or _list_of_answers(entry, depth) is not None


def _own_answers(entry: Entry) -> list[str]:
    return [name for name, value in entry.items() if isinstance(value, str) and role_of(name) is Role.ANSWER]


def _by_object(answer: Entry) -> Iterator[tuple[str, str, Any]]:
    """A list with an object of scores for each rater."""
    for name in filter(RATED.search, answer):
        group = SUFFIX.sub("", name) or "rater"
        for place, given in enumerate(parts(answer, name), start=1):
            who = next((given[key] for key in WHO if given.get(key) is not None), f"{group} {place}")
            for criterion, value in given.items():
                if criterion not in WHO and _is_score(value):
                    yield str(who), criterion, value


def _by_list(answer: Entry) -> Iterator[tuple[str, str, Any]]:
    """Lists of numbers, one a criterion, each with a number for each rater."""
    inner = [part(answer, name) for name in filter(RATED.search, answer)]
    for found in (answer, *inner):
        lists = {name: value for name, value in found.items() if _is_list_of_scores(value)}
        lengths = {len(value) for value in lists.values()}
        is_named = found is not answer or any(map(RATED.search, lists))
        if len(lengths) == 1 and (is_named or len(lists) > 1):
            for criterion, values in lists.items():
                for place, value in enumerate(values, start=1):
                    if value is not None:
                        yield f"rater {place}", criterion, value


def _is_list_of_scores(value: Any) -> bool:
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_RATERS:
        return False
    return all(one is None or _is_score(one) for one in value) and any(map(_is_score, value))


def _is_score(value: Any) -> bool:
    return number(value) is not None


LISTED = Shape("lists", _fits, _items, _ratings)
