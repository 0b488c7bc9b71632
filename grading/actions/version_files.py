"""The files of a version: where they are made, and how they come to their place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
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


def leftovers(version: ModelVersion) -> list[Path]:
    """All that may lie on the disk of it, trained or not."""
    runs = FineTuning.objects.filter(version=version)
    return [version.folder, _beside(version), *map(workplace, runs)]


def size_of(paths: Iterable[Path]) -> int:
    """Bytes of the files in these folders."""
    return sum(file.stat().st_size for path in paths for file in path.rglob("*") if file.is_file())


def remove_files(paths: Iterable[Path]) -> None:
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)


def _beside(version: ModelVersion) -> Path:
    return version.folder.with_name(f"{version.pk}.part")


def keep_version(
    version: ModelVersion, write: Callable[[Path], None], measures: dict[str, Any]
) -> None:
    """Files beside their place and then renamed; the row says last that the version is there."""
    beside = _beside(version)
    shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(version.folder, ignore_errors=True)  # of a worker killed before it could say so
    write(beside)
    os.replace(beside, version.folder)
    with transaction.atomic():
        version.measures = measures
        version.lineage = lineage_of(version, measures["training"])
        version.trained_at = timezone.now()
        version.save(update_fields=["measures", "lineage", "trained_at"])
