"""Label Studio's JSON export: tasks with annotations of people and predictions of models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from annotations.formats.limits import NAME_CHARACTERS
from annotations.formats.problems import Problem, shown
from annotations.formats.shapes import Entry, Shape, Told, number, part, parts

OF_A_PART = {"start", "startOffset", "x", "points"}
NO_SCORE = gettext_noop("“%(criterion)s” was said of a part of the item, not of the whole; it is left out.")


def _fits(entry: Entry) -> bool:
    lists = ("annotations", "completions", "predictions")
    return isinstance(entry.get("data"), dict) and any(
        isinstance(entry.get(name), list) for name in lists
    )


def _items(entry: Entry) -> Iterator[Told]:
    """The task's data; each model's score is a scorer of its own."""
    scores = {}
    for prediction in parts(entry, "predictions"):
        value = number(prediction.get("score"))
        if value is not None:
            scores[str(prediction.get("model_version") or "prediction")[:NAME_CHARACTERS]] = value
    yield Told({"id": entry.get("id"), **part(entry, "data")}, scores)


def _ratings(entry: Entry) -> Iterator[Entry | Problem]:
    """A line for each criterion of each annotation; cancelled ones are none, and what is said of a part is told."""
    data = part(entry, "data")
    item = next((data[name] for name in ("id", "item", "key") if data.get(name)), entry.get("id"))
    for annotation in parts(entry, "annotations") or parts(entry, "completions"):
        if annotation.get("was_cancelled"):
            continue
        note = _note(annotation)
        for result in parts(annotation, "result"):
            value = _value(part(result, "value"))
            if value is not None and OF_A_PART & part(result, "value").keys():
                words = {"criterion": shown(str(result.get("from_name")))}
                yield Problem(None, NO_SCORE, words, is_warning=True)
            elif value is not None:
                yield {
                    "item": item,
                    "rater": _rater(annotation.get("completed_by")),
                    "criterion": result.get("from_name"),
                    "value": value,
                    "seconds": annotation.get("lead_time"),
                    "note": note,
                }


def _value(value: Entry) -> Any:
    """Of a rating, a number or choices; other results (spans, boxes) are no scores."""
    for name in ("rating", "number"):
        if number(value.get(name)) is not None:
            return value[name]
    choices = value.get("choices")
    return "; ".join(map(str, choices)) or None if isinstance(choices, list) else None


def _note(annotation: Entry) -> str:
    """What the rater typed."""
    typed = [part(result, "value").get("text") for result in parts(annotation, "result") if result.get("type") == "textarea"]
    return "\n".join(str(line) for text in typed if text for line in (text if isinstance(text, list) else [text]))


def _rater(completed_by: Any) -> Any:
    """A number, or an object with the person's address."""
    if isinstance(completed_by, dict):
        return completed_by.get("email") or completed_by.get("username") or completed_by.get("id")
    return completed_by


LABEL_STUDIO = Shape("label studio", _fits, _items, _ratings)
