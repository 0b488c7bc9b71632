"""The stepper above the pages of an import: what is done, where one is, what comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def stepper(labels: Mapping[str, str], current: str, urls: Mapping[str, str]) -> list[dict[str, Any]]:
    """`labels` of the steps in their order, `urls` of those that one can go back to."""
    names = list(labels)
    at = names.index(current)
    return [
        {
            "label": labels[name],
            "url": urls.get(name),
            "state": "done" if i < at else "current" if i == at else "todo",
        }
        for i, name in enumerate(names)
    ]
