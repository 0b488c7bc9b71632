"""Every automatic metric Concord knows: what it is, for what, and how to read it."""

from __future__ import annotations

from typing import Any

from grading.methods.metrics_value import MetricProblem
from grading.metrics.entries import classes, marks, models, outputs, retrieved, service, texts
from grading.metrics.entries.kinds import MetricEntry, OutputKind
from grading.metrics.entries.own import HUB, OWN, own_entry, own_metrics

__all__ = ["CATALOGUE", "DEFAULTS", "ENTRIES", "MetricEntry", "OutputKind", "for_kind"]

ENTRIES: tuple[MetricEntry, ...] = (
    *classes.ENTRIES,
    *marks.ENTRIES,
    *texts.ENTRIES,
    *outputs.ENTRIES,
    *models.ENTRIES,
    *retrieved.ENTRIES,
    *service.ENTRIES,
)

CATALOGUE: dict[str, MetricEntry] = {entry.name: entry for entry in ENTRIES}

DEFAULTS: dict[str, Any] = {
    "tolerance": 0.0,
    "average": "macro",
    "positive": None,
    "segmentation": "words",
    "step": 1.0,
    "n": 2,
    "k": 10,
    "percentile": 95.0,
    "at_once": 1,
    "limit": 0.5,
    "way": "words",
    "rules": "",
    "layer": 0,
    "idf": False,
    "encoder": "",
    "language_model": "",
    "entailment_model": "",
}
"""What every option is where nothing is said."""


def for_kind(kind: OutputKind) -> list[MetricEntry]:
    """The metrics that fit a kind of output, in catalogue order, then those of one's own."""
    return [entry for entry in (*ENTRIES, *own_metrics().entries) if kind in entry.kinds]


def named(name: str) -> MetricEntry:
    """The entry of that name, in the catalogue or of one's own. Raises MetricProblem."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    if name.startswith((OWN, HUB)):
        return own_entry(name)
    raise MetricProblem("unknown_metric", name)


def find(name: str) -> MetricEntry | None:
    """The same, None for one that is there no more."""
    try:
        return named(name)
    except MetricProblem:
        return None


def title_of(name: str) -> str:
    """Its title, or its name where it is there no more."""
    entry = find(name)
    return str(entry.title) if entry else name
