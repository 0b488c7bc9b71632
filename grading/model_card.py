"""A version's model card: Markdown with a `model-index` that model hubs read.

What is told differs for a version that marks and one that writes answers.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from grading.held_out import pooled_qwks
from grading.models import ModelVersion
from grading.reports.blocks import Cell, Column, Table, shown, shown_range
from grading.version_answers import answers_table
from grading.version_page import (
    held_out_table,
    lineage_facts,
    question_table,
    settings_facts,
    training_facts,
)
from grading.version_robustness import robustness_table


def model_card(version: ModelVersion) -> str:
    """Only figures and origins: no answer of a student and no name."""
    told = _of_marks(version) if version.gives_marks else _of_answers(version)
    parts = [
        "---", _front(version), "---", "",
        f"# {version}", "",
        told.purpose % {
            "subject": version.grader.school_subject, "n": version.training_set.row_count,
            "questions": version.training_set.question_count,
        }, "",
        *told.figures,
        _heading(_("How it was trained")), "", _facts(training_facts(version)), "",
        _heading(_("Settings")), "", _facts(settings_facts(version)) or "–", "",
        _heading(_("What made it")), "", _facts(lineage_facts(version)), "",
        _heading(_("Limits")), "", told.limits, "",
    ]  # fmt: skip
    return "\n".join(parts)


class _Told(NamedTuple):
    purpose: str
    figures: list[str]
    limits: str


def _of_marks(version: ModelVersion) -> _Told:
    return _Told(
        _("Marks answers to questions of the school subject “%(subject)s”. It was trained on %(n)s answers to "
          "%(questions)s questions; how they were divided and what the set holds is told by its digest."),
        [_heading(_("How well it marks")), "", *_with_note(held_out_table(version)),
         _heading(_("Question by question")), "", _markdown(question_table(version)), "", *_robustness(version)],
        _("The figures hold for answers like those of the training set. It must not decide alone where no people "
          "have confirmed it on such answers; what it is unsure of belongs before a person."),
    )  # fmt: skip


def _robustness(version: ModelVersion) -> list[str]:
    table = robustness_table(version)
    return [_heading(table.title), "", *_with_note(table)] if table else []


def _with_note(table: Table) -> list[str]:
    return [_markdown(table), "", table.note, ""]


def _of_answers(version: ModelVersion) -> _Told:
    return _Told(
        _("Answers questions of the school subject “%(subject)s”. It was trained on the good ones of %(n)s answers to "
          "%(questions)s questions; how they were divided and what the set holds is told by its digest."),
        [_heading(_("How well it foresees good answers")), "", _markdown(answers_table(version)), ""],
        _("It writes what good answers look like and does not know what is true: what it writes needs a reader. It "
          "gives no marks."),
    )  # fmt: skip


def _front(version: ModelVersion) -> str:
    """JSON is YAML: it needs no library of its own and no quoting by hand."""
    task, metrics = _marking(version) if version.gives_marks else _answering(version)
    result = {
        "task": task,
        "dataset": {"type": "private", "name": version.training_set.name, "revision": version.training_set.digest},
        "metrics": metrics,
    }  # fmt: skip
    front: dict[str, Any] = {
        "tags": [task["name"].lower().replace(" ", "-"), version.kind],
        "model-index": [{"name": str(version), "results": [result]}],
    }
    if version.lineage.get("base"):
        front["base_model"] = version.lineage["base"].replace("\\", "/").rstrip("/").split("/")[-1]
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items())


def _marking(version: ModelVersion) -> tuple[dict[str, str], list[dict[str, Any]]]:
    told = version.measures["held_out"]["this"] | {"pooled_qwk": pooled_qwks(version)["this"]}
    metrics = [
        {"type": kind, "name": name, "value": told[key]}
        for kind, name, key in (
            ("accuracy", "Exact agreement", "accuracy"),
            ("quadratic_weighted_kappa", "QWK (mean over questions)", "qwk"),
            ("quadratic_weighted_kappa", "QWK (all answers together)", "pooled_qwk"),
            ("mae", "Mean absolute error in marks", "mae"),
        )
        if told[key] is not None
    ]
    return {"type": "text-classification", "name": "Short-answer grading"}, metrics


def _answering(version: ModelVersion) -> tuple[dict[str, str], list[dict[str, Any]]]:
    value = version.measures["answers"]["this"]["perplexity"]
    metrics = [{"type": "perplexity", "name": "Perplexity of good answers", "value": value}]
    return {"type": "text-generation", "name": "Question answering"}, metrics


def _heading(title: str) -> str:
    return f"## {title}"


def _markdown(table: Table) -> str:
    head = [column.title for column in table.columns]
    lines = [_row(head), _row(["---"] * len(head))]
    for row in table.rows:
        lines.append(_row([_cell(value, column) for value, column in zip(row, table.columns, strict=True)]))
    return "\n".join(lines)


def _cell(value: Cell, column: Column) -> str:
    return " ".join(filter(None, (shown(value, column), shown_range(value, column))))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _facts(facts: list[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts)
