"""promptfoo's results: one object a test, prompt and provider, or the older table of outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from annotations.formats.shapes import Entry, Shape, Told, number, part, parts, text_of

OUTPUT = ("text", "output")


def results_in(data: Entry) -> list[Any] | None:
    """The list of results in a whole file of either version, or None."""
    results = part(data, "results")
    body = part(results, "table").get("body", part(data, "table").get("body"))
    for found in (results.get("results"), body, results.get("outputs"), data.get("outputs")):
        if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
            return found
    return None


def _fits(entry: Entry) -> bool:
    if isinstance(entry.get("outputs"), list):
        return "vars" in entry
    has_output = "response" in entry or any(isinstance(entry.get(name), str) for name in OUTPUT)
    return has_output and "prompt" in entry and any(
        name in entry for name in ("vars", "success", "pass", "provider")
    )


def _items(entry: Entry) -> Iterator[Told]:
    if isinstance(entry.get("outputs"), list):
        for output in parts(entry, "outputs"):
            yield _told({"vars": entry.get("vars"), **output})
    else:
        yield _told(entry)


def _told(result: Entry) -> Told:
    """The verdict is a score (1 or 0), and so is each named score."""
    graded = part(result, "gradingResult")
    success = result.get("success", result.get("pass", graded.get("pass")))
    score = result.get("score", graded.get("score"))
    given = {"success": success, "score": score, **part(result, "namedScores")}
    scores = {f"promptfoo {name}": value for name in given if (value := number(given[name])) is not None}
    asked = part(result, "prompt").get("raw") or text_of(result.get("prompt"))
    provider = result.get("provider")
    model = provider.get("label") or provider.get("id") if isinstance(provider, dict) else provider
    values = {
        "question": asked,
        "answer": _answer(result),
        "system": model,
        "latency ms": result.get("latencyMs"),
        "error": result.get("error"),
    }
    variables = result.get("vars")
    return Told({**values, "vars": variables}, scores)


def _answer(result: Entry) -> str:
    output = part(result, "response").get("output")
    if output is None:
        output = next((result[name] for name in OUTPUT if result.get(name) is not None), "")
    return output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)


PROMPTFOO = Shape("promptfoo", _fits, _items)
