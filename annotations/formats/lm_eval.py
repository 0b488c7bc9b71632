"""lm-evaluation-harness, the samples of --log_samples: each metric is a scorer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from annotations.formats.shapes import Entry, Shape, Told, number, part, text_of

KNOWN = {
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics",
    "doc_hash", "prompt_hash", "target_hash",
}  # fmt: skip
QUESTION = ("question", "query", "input", "prompt", "text")


def _fits(entry: Entry) -> bool:
    return "doc_id" in entry and "resps" in entry and ("doc" in entry or "arguments" in entry)


def _items(entry: Entry) -> Iterator[Told]:
    """One item a document and filter: two filters of one answer are two readings of it."""
    named = entry.get("metrics")
    names = named if isinstance(named, list) else [name for name in entry if name not in KNOWN]
    scores = {
        name: value
        for name in names
        if isinstance(name, str) and (value := number(entry.get(name))) is not None
    }
    doc, filter_name = entry.get("doc_id"), text_of(entry.get("filter"))
    values = {
        "id": f"{doc}/{filter_name}" if filter_name not in ("", "none") else doc,
        "question number": doc,
        "question": _asked(entry),
        "answer": _chosen(entry) or text_of(entry.get("filtered_resps")) or _answer(entry),
        "reference": _text(entry.get("target")),
        "filter": filter_name,
    }
    yield Told(values, scores)


def _asked(entry: Entry) -> str:
    """What the model was shown; in older files only the document tells."""
    arguments = entry.get("arguments")
    if isinstance(arguments, dict):
        first = part(arguments, "gen_args_0")
        if isinstance(first.get("arg_0"), str):
            return first["arg_0"]
    doc = part(entry, "doc")
    found = text_of(arguments) or next((doc[n] for n in QUESTION if doc.get(n)), "")
    return _text(found)


def _chosen(entry: Entry) -> str:
    """Of multiple choice the likeliest option: each has a likelihood and whether it is the greedy one."""
    arguments = entry.get("arguments")
    if isinstance(arguments, dict):
        options = [one.get("arg_1") if isinstance(one, dict) else None for one in arguments.values()]
    else:
        pairs = arguments if isinstance(arguments, list) else []
        options = [one[1] if isinstance(one, list) and len(one) > 1 else None for one in pairs]
    likely = [_likelihood(one) for one in _list(entry.get("filtered_resps"))]
    if len(options) != len(likely) or len(likely) < 2 or None in likely:
        return ""
    best = max(range(len(likely)), key=likely.__getitem__)
    return str(options[best] or "").strip()


def _likelihood(response: object) -> float | None:
    if not isinstance(response, list) or len(response) != 2:
        return None
    try:
        return float(response[0])
    except (TypeError, ValueError):
        return None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _answer(entry: Entry) -> str:
    """The text, or for multiple choice the likelihoods as they are."""
    return text_of(entry.get("resps")) or _text(entry.get("filtered_resps"))


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


LM_EVAL = Shape("lm-eval samples", _fits, _items)
