"""An uploaded file of ratings: looked at, and stored batch by batch."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from annotations.actions.import_progress import record
from annotations.actions.import_ratings import RatingImporter, rating_batches
from annotations.actions.known_items import criterion_names, keys_of_items
from annotations.actions.preview_import import FIRST_ROWS, SECONDS, SHOWN_CHARACTERS, Preview, count
from annotations.formats.problems import Problem
from annotations.formats.ratings import RatingRow, read_rating_rows
from annotations.formats.table import Table
from annotations.models import ItemImport


def preview_ratings(item_import: ItemImport, table: Table, seconds: float = SECONDS) -> Preview:
    """Read, judge and count as the import will, for at most so many seconds.

    Raises:
        BadFile: the campaign takes no ratings.
    """
    found = Preview()
    importer = _importer(item_import)
    rows, problems = _read(item_import, table)
    count(found, 0, problems)
    found.first_rows = [_shown(row) for row in rows[:FIRST_ROWS]]
    until = time.monotonic() + seconds
    for batch in rating_batches(rows):
        result = importer.foresee(batch)
        count(found, len(batch), result.problems)
        found.added += result.added
        found.surplus += result.surplus
        found.unchanged += result.unchanged
        if time.monotonic() > until:
            break
    else:
        found.records = found.checked
    found.new_raters = sorted(importer.raters.joined)
    found.problems.sort(key=lambda problem: problem.line or 0)
    return found


def import_rating_file(*, item_import: ItemImport, table: Table) -> None:
    """Store what is left of the file. One transaction a batch: a kill loses none and repeats none.

    Raises:
        TakenOver: the import was cancelled, or another run claimed it.
        BadFile: the campaign takes no ratings.
    """
    importer = _importer(item_import)
    rows, problems = _read(item_import, table)
    if not item_import.done:
        record(item_import, 0, added=0, unchanged=0, problems=problems)
    for batch in rating_batches(rows, skip=item_import.done):
        with transaction.atomic():
            result = importer.store(batch)
            record(
                item_import,
                len(batch),
                added=result.added,
                unchanged=result.unchanged,
                problems=result.problems,
                surplus=result.surplus,
            )


def _read(item_import: ItemImport, table: Table) -> tuple[list[RatingRow], list[Problem]]:
    assert item_import.campaign is not None
    mapping = item_import.mapping
    keys = keys_of_items(item_import.campaign.dataset, table, mapping)
    return read_rating_rows(table, mapping, keys, criteria=criterion_names(item_import.campaign))


def _importer(item_import: ItemImport) -> RatingImporter:
    assert item_import.campaign is not None
    return RatingImporter(item_import.campaign, item_import.may_create_raters)


def _shown(row: RatingRow) -> dict[str, Any]:
    """A rating as the preview shows it."""
    return {
        "line": row.line,
        "item": row.item,
        "rater": row.rater,
        "scores": [[name, value[:SHOWN_CHARACTERS]] for name, (value, _) in row.scores.items()],
        "seconds": row.seconds,
        "note": row.note[:SHOWN_CHARACTERS],
    }
