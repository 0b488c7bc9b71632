"""What the page of a version that writes answers shows: how well it foresees real ones, and some of its own."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from grading.models import ModelVersion
from grading.reports.blocks import Column, Table
from grading.version_page import NAMES


def answers_table(version: ModelVersion) -> Table:
    """This version beside its base."""
    columns = [
        Column("generator", _("Generator")),
        Column("perplexity", _("Perplexity"), "number", 2),
        Column("loss", _("Loss a token"), "number", 3),
        Column("foreseen", _("Tokens foreseen"), "share"),
        Column("answers", _("Answers"), "count"),
        Column("tokens", _("Tokens in all"), "count"),
    ]
    rows = [
        [str(NAMES[name]), *(told[column.key] for column in columns[1:])]
        for name, told in version.measures["answers"].items()
    ]
    note = _(
        "On good answers that this version has not learnt from. Perplexity: among so many equally likely tokens it "
        "chooses, on average; a token is foreseen where it was the likeliest."
    )
    return Table("answers", _("How well it foresees good answers"), columns, rows, note)


def written_examples(version: ModelVersion) -> list[dict[str, Any]]:
    """[{"question", "written", "real"}]; empty where the files are gone."""
    try:
        return json.loads((version.folder / "examples.json").read_text("utf-8"))  # type: ignore[no-any-return]
    except OSError:
        return []
