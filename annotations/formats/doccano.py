"""doccano's JSON lines: {"id": 1, "text": "…", "label": ["positive"], "meta": {…}}."""

from __future__ import annotations

from collections.abc import Iterator

from annotations.formats.shapes import Entry, Shape, Told


def _fits(entry: Entry) -> bool:
    labels = entry.get("label", entry.get("labels"))
    return isinstance(entry.get("text"), str) and "id" in entry and isinstance(labels, list)


def _items(entry: Entry) -> Iterator[Told]:
    """Its meta values become columns; labels stay information (spans are kept as JSON)."""
    values = {name: value for name, value in entry.items() if name not in ("meta", "metadata")}
    for name in ("label", "labels"):
        labels = values.get(name)
        if isinstance(labels, list) and all(isinstance(label, str) for label in labels):
            values[name] = "; ".join(labels)
    for name in ("meta", "metadata"):
        if isinstance(entry.get(name), dict):
            values |= {key: value for key, value in entry[name].items() if key not in values}
    yield Told(values, {})


DOCCANO = Shape("doccano", _fits, _items)
