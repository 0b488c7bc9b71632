"""A version's model card: Markdown with a `model-index` that model hubs read."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from grading.models import ModelVersion
from grading.reports.blocks import Table, shown
from grading.version_page import (
    held_out_table,
    lineage_facts,
    question_table,
    settings_facts,
    training_facts,
)


def model_card(version: ModelVersion) -> str:
    """Only figures and origins: no answer of a student and no name."""
    subject = version.grader.school_subject
    parts = [
        "---", _front(version), "---", "",
        f"# {version}", "",
        _("Marks answers to questions of the school subject “%(subject)s”. It was trained on %(n)s answers to "
          "%(questions)s questions; how they were divided and what the set holds is told by its digest.")
        % {"subject": subject, "n": version.training_set.row_count, "questions": version.training_set.question_count}, "",
        f"## {_('How well it marks')}", "", _markdown(held_out_table(version)), "",
        f"## {_('Question by question')}", "", _markdown(question_table(version)), "",
        f"## {_('How it was trained')}", "", _facts(training_facts(version)), "",
        f"## {_('Settings')}", "", _facts(settings_facts(version)) or "–", "",
        f"## {_('Origin')}", "", _facts(lineage_facts(version)), "",
        f"## {_('Limits')}", "",
        _("The figures hold for answers like those of the training set. It must not decide alone where no people "
          "have confirmed it on such answers; what it is unsure of belongs before a person."), "",
    ]  # fmt: skip
    return "\n".join(parts)


def _front(version: ModelVersion) -> str:
    """JSON is YAML: it needs no library of its own and no quoting by hand."""
    told = version.measures["held_out"]["this"]
    metrics = [
        {"type": kind, "name": name, "value": told[key]}
        for kind, name, key in (
            ("accuracy", "Exact agreement", "accuracy"),
            ("quadratic_weighted_kappa", "QWK (mean over questions)", "qwk"),
            ("mae", "Mean absolute error in marks", "mae"),
        )
        if told[key] is not None
    ]
    result = {
        "task": {"type": "text-classification", "name": "Short-answer grading"},
        "dataset": {"type": "private", "name": version.training_set.name, "revision": version.training_set.digest},
        "metrics": metrics,
    }  # fmt: skip
    front: dict[str, Any] = {
        "tags": ["short-answer-grading", version.kind],
        "model-index": [{"name": str(version), "results": [result]}],
    }
    if version.lineage.get("base"):
        front["base_model"] = version.lineage["base"].replace("\\", "/").rstrip("/").split("/")[-1]
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items())


def _markdown(table: Table) -> str:
    head = [column.title for column in table.columns]
    lines = [_row(head), _row(["---"] * len(head))]
    for row in table.rows:
        lines.append(_row([shown(value, column) for value, column in zip(row, table.columns, strict=True)]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _facts(facts: list[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts)
