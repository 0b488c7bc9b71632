"""The formats a report comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grading.reports import csv, html, json, xlsx
from grading.reports.blocks import Report


@dataclass(frozen=True)
class Builder:
    build: Callable[[Report], bytes]
    content_type: str


BUILDERS: dict[str, Builder] = {
    "html": Builder(html.build, "text/html; charset=utf-8"),
    "xlsx": Builder(
        xlsx.build, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "csv": Builder(csv.build, "text/csv; charset=utf-8"),
    "json": Builder(json.build, "application/json"),
}
