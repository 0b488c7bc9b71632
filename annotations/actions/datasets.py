"""Datasets as a whole: delete one with all that it holds."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from annotations.models import AutomaticScore, Dataset, ItemImage, ItemImport

AT_WORK = (ItemImport.State.WAITING, ItemImport.State.RUNNING)


class InUse(Exception):
    """A campaign rates the items, or an import is at work on them."""


def delete_dataset(*, dataset: Dataset) -> None:
    """Items, questions, automatic scores, scans and uploads go with it.

    Raises:
        InUse: nothing is deleted; also where somebody has begun to use it meanwhile.
    """
    try:
        with transaction.atomic():
            _delete(dataset)
    except (ProtectedError, IntegrityError) as error:
        raise InUse from error


def _delete(dataset: Dataset) -> None:
    Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
    if dataset.campaigns.exists() or dataset.imports.filter(state__in=AT_WORK).exists():
        raise InUse
    images = ItemImage.objects.filter(item__dataset=dataset)
    files = [*images.values_list("file", flat=True), *dataset.imports.values_list("file", flat=True)]
    # The largest tables first and at once; otherwise every row would be loaded to be deleted.
    AutomaticScore.objects.filter(item__dataset=dataset).delete()
    images.delete()
    dataset.delete()
    transaction.on_commit(partial(_remove, files))


def _remove(files: list[str]) -> None:
    for name in filter(None, files):
        default_storage.delete(name)
