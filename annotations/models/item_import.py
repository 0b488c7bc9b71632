"""An uploaded file on its way to becoming items, or ratings."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models.campaign import Campaign
from annotations.models.dataset import Dataset
from annotations.models.long_work import LongWork
from annotations.models.team import Team


def import_path(item_import: ItemImport, filename: str) -> str:
    return f"imports/{item_import.team_id}/{filename}"


class ItemImport(LongWork):
    """Upload → mapping → preview → (confirmed by the lead) → job.

    The file's items go to `dataset` (none before a new one is confirmed); with a `campaign` it holds
    ratings, and `surplus` counts those whose slots were full.

    `mapping` says what each column is, {column: role} (see formats/columns.py). `problems` keeps
    the first refused lines as {"line": int, "message": str, "params": {}}, to be translated when
    shown; `added`, `unchanged`, `refused` count items: those foreseen by the preview while it is a
    draft, then those of the import itself. `facts` is what was found on upload and by the preview.
    `beat_at` is the last sign of life of the job.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    dataset = models.ForeignKey(
        Dataset, null=True, on_delete=models.CASCADE, related_name="imports"
    )
    dataset_name = models.CharField(max_length=120, blank=True)
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    may_create_raters = models.BooleanField(default=False)
    file = models.FileField(upload_to=import_path, max_length=300)
    file_name = models.CharField(max_length=255)
    file_format = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    beat_at = models.DateTimeField(null=True, blank=True)
    mapping = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    added = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    @property
    def done_before(self) -> int:
        return int(self.facts.get("done_before", 0))
