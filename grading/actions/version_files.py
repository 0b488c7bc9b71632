"""The files of a version: where they are made, and how they come to their place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from config.paths import VAR
from grading.lineage import lineage_of
from grading.models import FineTuning, ModelVersion


def workplace(run: FineTuning) -> Path:
    """Where checkpoints lie while it learns."""
    return VAR / "fine-tunings" / str(run.pk)


def keep_version(
    version: ModelVersion, write: Callable[[Path], None], measures: dict[str, Any]
) -> None:
    """Files beside their place and then renamed; the row says last that the version is there."""
    beside = version.folder.with_name(f"{version.pk}.part")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(version.folder, ignore_errors=True)  # of a worker killed before it could say so
    write(beside)
    os.replace(beside, version.folder)
    with transaction.atomic():
        version.measures = measures
        version.lineage = lineage_of(version, measures["training"])
        version.trained_at = timezone.now()
        version.save(update_fields=["measures", "lineage", "trained_at"])
