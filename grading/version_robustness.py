"""What the page of a version says of its robustness: marks of the same answers with another surface."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.models import ModelVersion
from grading.reports.blocks import Column, Table

CHANGES = {
    "typos": gettext_lazy("one letter in ten mistyped"),
    "punctuation": gettext_lazy("other punctuation"),
    "order": gettext_lazy("clauses in another order"),
    "deletion": gettext_lazy("one word in ten left out"),
}


def robustness_table(version: ModelVersion) -> Table | None:
    """None for versions trained before this was measured."""
    told = version.measures.get("robustness")
    if not told:
        return None
    columns = [
        Column("change", _("What is changed")),
        Column("share", _("Marks that change"), "share"),
        Column("low", _("from"), "share"),
        Column("high", _("to"), "share"),
        Column("bias", _("Higher by, in marks"), "number", 2),
        Column("texts", _("Answers"), "count"),
    ]
    rows = [
        [str(CHANGES[kind]), *(one[column.key] for column in columns[1:])] for kind, one in told.items()
    ]
    note = _(
        "Answers that this version has not learnt from, marked once more after a change that says the same. Only "
        "where words are left out may the mark fall."
    )
    return Table("robustness", _("Robustness"), columns, rows, note)
