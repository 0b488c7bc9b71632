"""An upload of items, looked at and imported as the pages and the worker do."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from annotations import jobs
from annotations.actions import item_imports
from annotations.models import ItemImport
from tests.base import ConcordTestCase


class ImportCase(ConcordTestCase):
    def upload(self, data: str | bytes, dataset=None, **roles: str) -> ItemImport:
        raw = data.encode() if isinstance(data, str) else data
        item_import = item_imports.keep_upload(
            team=self.team, user=self.cast.alice, file=SimpleUploadedFile("答卷.csv", raw),
            dataset=dataset, dataset_name="期中",
        )  # fmt: skip
        mapping = {**item_import.facts["guess"], **roles}
        item_imports.map_columns(item_import=item_import, roles=mapping)
        return item_import

    def run_import(self, data: str | bytes, dataset=None, **roles: str) -> ItemImport:
        item_import = self.upload(data, dataset, **roles)
        item_imports.confirm_import(item_import=item_import)
        jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        return item_import

    def counts(self, item_import: ItemImport) -> tuple[int, int, int]:
        return item_import.added, item_import.unchanged, item_import.refused
