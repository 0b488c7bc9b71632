"""The report as JSON: every table's raw values by section."""

from __future__ import annotations

import json
from typing import Any

from grading.reports.blocks import Report, Section


def as_dict(report: Report) -> dict[str, Any]:
    """{"title", "language", "facts", "sections": [{"key", "title", "tables": [{"rows": [{…}]}]}]}."""
    return {
        "title": report.title,
        "summary": report.lede,
        "language": report.language,
        "facts": dict(report.facts),
        "sections": [_section(section) for section in report.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "summary": section.lede,
        "missing": section.missing,
        "tables": [
            {
                "key": table.key,
                "title": table.title,
                "columns": {column.key: column.title for column in table.columns},
                "rows": table.records(),
                "note": table.note,
            }
            for table in section.tables
        ],
    }


def build(report: Report) -> bytes:
    return json.dumps(as_dict(report), ensure_ascii=False, indent=1, default=str).encode()
