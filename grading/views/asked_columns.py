"""Columns of lists of runs that ask a model, whatever they ask it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from annotations.lists import Column, minute

OUTCOME = [
    Column("state", gettext_lazy("State"), lambda row: row.get_state_display(), ("state",)),
    Column("items", gettext_lazy("Model’s answers"), lambda row: row.done, ("done",), True),
    Column("failed", gettext_lazy("Failed"), lambda row: row.failed, ("failed",), True),
    Column("cost", gettext_lazy("Cost"), lambda row: row.cost, is_number=True),
    Column("started", gettext_lazy("Started"), lambda row: minute(row.created_at), ("created_at",)),
]
