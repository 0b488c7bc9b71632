"""Objects that list several answers to one prompt, or what several people gave one answer.

    {"instruction": "…", "completions": [{"model": "a", "response": "…"}, …]}
    {"subject": "…", "questions": [{"question": "…", "answers": [{"student": "…", "text": "…"}]}]}
    {"response": "…", "expert_annotations": [{"fluency": 4}, {"fluency": 5}]}
    {"response": "…", "annotations": [{"annotator": "ann", "scores": {"fluency": 4}}]}
    {"response": "…", "ratings": [{"rater": "ann", "criterion": "fluency", "score": 4}]}
    {"response": "…", "annotators": ["ann", "ben", "eve"], "annotations": {"Fluent": [2, 1, 2]}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from annotations.formats.aliases import ANSWERERS, RATER
from annotations.formats.columns import Role, role_of
from annotations.formats.long_columns import CRITERION, VALUE, named
from annotations.formats.rater_columns import may_be_rater
from annotations.formats.shapes import ENTRY, Entry, Shape, Told, number, part, parts

RATED = re.compile(
    "annotat|rating|judg|evaluat|human|rater|turk|expert|review|assess|评|(?:^|[_ ])(?:scores|marks|grades)$|得分|分数|打分", re.I
)
SUFFIX = re.compile(r"[_ ]*(annotations?|ratings?|judge?ments?|evaluations?|scores?|human)$", re.I)
NAMED = re.compile("(?:ratings?|votes?|judge?ments?|(?:annotat|rater|worker|human|crowd).*labels?)$", re.I)
"""Lists of people's words, one a rater: ["good", "bad"]."""
RATERS = (*(name for name in RATER if name not in ANSWERERS), "worker", "worker id")
LONGEST_NAME = 60
COMPUTED = re.compile("dist|count|prob|logit|embed|token|vector|offset|position|weight|span", re.I)
"""Lists of numbers that programs keep."""
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
    """What names a person is what that person said of an answer, and none itself."""
    if named(list(entry), RATERS):
        return False
    return bool(_own_answers(entry)) or _list_of_answers(entry, depth) is not None


def _own_answers(entry: Entry) -> list[str]:
    return [name for name, value in entry.items() if isinstance(value, str) and role_of(name) is Role.ANSWER]


def _by_object(answer: Entry) -> Iterator[tuple[str, str, Any]]:
    """A list with an object of scores for each rater."""
    for name in filter(RATED.search, answer):
        group = SUFFIX.sub("", name) or "rater"
        for place, given in enumerate(parts(answer, name), start=1):
            who = _said(given, (*RATER, "user", "user id"))
            of_what = _said(given, CRITERION)
            found = list(_scores_in(given))
            for criterion, value in found:
                is_named = of_what is not None and len(found) == 1
                yield str(who or f"{group} {place}"), str(of_what) if is_named else criterion, value


def _said(given: Entry, names: Sequence[str]) -> str | None:
    key = named([key for key, value in given.items() if isinstance(value, str | int)], names)
    return None if key is None else str(given[key])


def _scores_in(given: Entry) -> Iterator[tuple[str, Any]]:
    """Numbers, also those one level deeper; or a word where it is called a value."""
    for name, value in given.items():
        if isinstance(value, dict):
            yield from ((inner, one) for inner, one in value.items() if _is_score(one))
        elif may_be_rater(name) and named([name], (*RATER, "user")) is None and _is_given(name, value):
            yield name, value


def _is_given(name: str, value: Any) -> bool:
    return _is_score(value) or (_is_name(value) and named([name], VALUE) is not None)


def _by_list(answer: Entry) -> Iterator[tuple[str, str, Any]]:
    """Lists of scores, one a criterion, each with one for each rater."""
    inner = [part(answer, name) for name in filter(RATED.search, answer)]
    for found in (answer, *inner):
        lists = {name: value for name, value in found.items() if _is_list_of_scores(name, value)}
        lengths = {len(value) for value in lists.values()}
        is_named = found is not answer or any(map(RATED.search, lists))
        if len(lengths) == 1 and (is_named or len(lists) > 1):
            names = _names(answer, *lengths)
            for name, values in lists.items():
                criterion = SUFFIX.sub("", name) or name
                yield from ((w, criterion, v) for w, v in zip(names, values, strict=True) if v is not None)


def _names(answer: Entry, count: int) -> list[str]:
    """Of the raters, where a list has them; else by their place."""
    lists = [value for name, value in answer.items() if _names_raters(name) and isinstance(value, list)]
    known = next((value for value in lists if len(set(map(str, value))) == len(value) == count), None)
    return [str(one) for one in known or ()] or [f"rater {place}" for place in range(1, count + 1)]


def _names_raters(name: str) -> bool:
    return named([name.removesuffix("s")], RATER) is not None


def _is_list_of_scores(name: str, value: Any) -> bool:
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_RATERS:
        return False
    if _names_raters(name) or COMPUTED.search(name):
        return False
    is_one = _is_name if NAMED.search(name) and any(map(_is_name, value)) else _is_score
    return all(one is None or is_one(one) for one in value) and any(map(is_one, value))


def _is_score(value: Any) -> bool:
    return number(value) is not None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


LISTED = Shape("lists", _fits, _items, _ratings)
