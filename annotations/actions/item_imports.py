"""The life of an uploaded file: kept, mapped, previewed, confirmed, run, cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.actions.import_items import import_items
from annotations.actions.import_progress import TakenOver
from annotations.actions.import_rating_file import import_rating_file, preview_ratings
from annotations.actions.known_items import mapping_of_items, rating_columns
from annotations.actions.preview_import import preview
from annotations.formats.columns import Role, guess_roles
from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Row
from annotations.formats.rating_columns import guess_rating_columns
from annotations.formats.ratings import OF_AN_ITEM
from annotations.formats.table import Table
from annotations.formats.wide_columns import ANSWERS, Roles, guess_wide, wide_guess
from annotations.models import Campaign, Dataset, ItemImport, Team, User

STALE = timedelta(seconds=60)
"""Without a sign of life for so long, a running job counts as killed and may be started again."""
OF_ONE_QUESTION = {Role.ANSWER, Role.QUESTION, Role.QUESTION_KEY}
"""Where a column is one of these, a line is no student's whole paper: response 1 and response 2 answer one prompt."""
SAMPLE_ROWS = 200
SAMPLES_SHOWN = 4
SAMPLE_CHARACTERS = 80


def keep_upload(
    *, team: Team, user: User, file: UploadedFile, dataset: Dataset | None, dataset_name: str
) -> ItemImport:
    """Recognise an uploaded file of items and keep it. Nothing becomes an item yet.

    Raises:
        BadFile: it cannot be read; it is not kept.
    """
    table = open_table(file.file, str(file.name))
    item_import = ItemImport(
        team=team,
        dataset=dataset,
        dataset_name=dataset.name if dataset else dataset_name,
        facts=describe(table),
        created_by=user,
    )
    return _kept(item_import, file, table)


def keep_ratings(
    *, campaign: Campaign, user: User, file: UploadedFile, may_create_raters: bool
) -> ItemImport:
    """Recognise an uploaded file of ratings and keep it. Nothing becomes a rating yet.

    Raises:
        BadFile: it cannot be read; it is not kept.
    """
    table = open_table(file.file, str(file.name))
    table = table.ratings or table
    item_import = ItemImport(
        team=campaign.team,
        campaign=campaign,
        may_create_raters=may_create_raters,
        facts=describe_ratings(table, mapping_of_items(campaign.dataset, table.columns)),
        created_by=user,
    )
    return _kept(item_import, file, table)


def _kept(item_import: ItemImport, file: UploadedFile, table: Table) -> ItemImport:
    item_import.file_name = str(file.name)[:255]
    item_import.file_format = table.format
    item_import.facts["bytes"] = file.size
    file.seek(0)
    item_import.file.save("upload", file, save=False)
    item_import.save()
    return item_import


def describe(table: Table, needed: Roles = ANSWERS) -> dict:
    """What the mapping form shows: columns, sample values, what each is taken for. `needed`: what questions that
    stand side by side must have."""
    samples = _samples(table)
    found = guess_roles(table.columns, samples)
    guess = {column: role.value for column, role in found.roles.items()} | dict(table.roles)
    asked = {c: [role.value for role in roles] for c, roles in found.open.items() if c not in table.roles}
    wide = wide_guess(table.columns, needed, samples)
    if wide.roles and OF_ONE_QUESTION.isdisjoint(guess.values()):
        guess, asked = guess_wide(guess, asked, wide)
    return _facts(table, samples) | {
        "guess": guess,
        "open": asked,
        "has_images": table.images is not None,
        "has_ratings": table.ratings is not None,
    }


def describe_ratings(table: Table, mapping: Mapping[str, str] | None = None) -> dict:
    """The same of a file of ratings; `mapping` where its lines name items as the file of these did."""
    samples = _samples(table)
    guess, asked = guess_rating_columns(table.columns, samples)
    if mapping:
        scores = rating_columns(mapping, table.columns)
        of_items = {column: "ignore" for column, role in guess.items() if role in OF_AN_ITEM}
        guess = guess | of_items | scores
        asked = {column: roles for column, roles in asked.items() if column not in scores}
    known = {"knows_items": bool(mapping)}
    return _facts(table, samples) | {"guess": guess, "open": asked} | known


def _samples(table: Table) -> dict[str, list[str]]:
    rows = [row.values for row in islice(table.rows(), SAMPLE_ROWS) if isinstance(row, Row)]
    return {column: [row.get(column, "") for row in rows] for column in table.columns}


def _facts(table: Table, samples: Mapping[str, list[str]]) -> dict:
    return {
        "encoding": table.encoding,
        "columns": list(table.columns),
        "samples": {column: _distinct(values) for column, values in samples.items()},
    }


def _distinct(values: list[str]) -> list[str]:
    given = dict.fromkeys(value for value in values if value.strip())
    return [value[:SAMPLE_CHARACTERS] for value in islice(given, SAMPLES_SHOWN)]


@contextmanager
def opened(item_import: ItemImport) -> Iterator[Table]:
    """The table of a kept file."""
    with item_import.file.storage.open(item_import.file.name, "rb") as file:
        raw: BinaryIO = file.file
        table = open_table(raw)
        yield (table.ratings or table) if item_import.campaign_id else table


def map_columns(*, item_import: ItemImport, roles: Mapping[str, str]) -> None:
    """Keep what the lead said of each column, and look at the whole file with it.

    Raises:
        BadFile: the file cannot be read any more.
    """
    item_import.mapping = dict(roles)
    look = preview_ratings if item_import.campaign_id else preview
    with opened(item_import) as table:
        found = look(item_import, table)
    item_import.problems = [problem.as_data() for problem in found.problems]
    item_import.added, item_import.unchanged = found.added, found.unchanged
    item_import.refused, item_import.surplus = found.refused, found.surplus
    item_import.total = found.records
    item_import.facts = {**item_import.facts, **found.facts()}
    item_import.save()


@transaction.atomic
def confirm_import(*, item_import: ItemImport) -> None:
    """The lead has seen the preview: the dataset is made, and the import waits for a worker.

    Confirmed twice (a double click), the second changes nothing.
    """
    draft = ItemImport.objects.filter(pk=item_import.pk, state=ItemImport.State.DRAFT)
    counts = {"added": 0, "unchanged": 0, "refused": 0, "surplus": 0, "done": 0, "problems": []}
    is_new = item_import.dataset is None and item_import.campaign_id is None
    if draft.update(state=ItemImport.State.WAITING, **counts) and is_new:
        dataset, _ = Dataset.objects.get_or_create(
            team=item_import.team,
            name=item_import.dataset_name,
            defaults={"created_by": item_import.created_by},
        )
        ItemImport.objects.filter(pk=item_import.pk).update(dataset=dataset)
    item_import.refresh_from_db()


def may_start_again(item_import: ItemImport) -> bool:
    """It waits, it failed, or its job gives no sign of life."""
    if item_import.state in (ItemImport.State.WAITING, ItemImport.State.FAILED):
        return True
    return item_import.state == ItemImport.State.RUNNING and _is_stale(item_import)


def _is_stale(item_import: ItemImport) -> bool:
    return item_import.beat_at is None or item_import.beat_at < timezone.now() - STALE


def give_up_dead_run(item_import: ItemImport) -> None:
    """The run's job is known to be dead: say so now, not when it has been silent for a minute."""
    _finish(item_import, ItemImport.State.FAILED)


def claim_import(pk: int, job_id: str = "") -> ItemImport | None:
    """Take a waiting import, or one whose job died, for this worker; None if there is none.

    `job_id` is kept, so that the queue can be asked whether the run is still alive.
    """
    states = ItemImport.State
    now = timezone.now()
    dead = Q(state=states.RUNNING) & (Q(beat_at__lt=now - STALE) | Q(beat_at__isnull=True))
    free = ItemImport.objects.filter(Q(state__in=[states.WAITING, states.FAILED]) | dead, pk=pk)
    claimed = free.update(
        state=states.RUNNING, started_at=now, beat_at=now, finished_at=None, error=""
    )
    if not claimed:
        return None
    item_import = ItemImport.objects.get(pk=pk)
    item_import.facts |= {"job": job_id, "done_before": item_import.done}
    item_import.save(update_fields=["facts"])
    return item_import


def run_claimed(item_import: ItemImport, table: Table | None = None) -> None:
    """Import what is left of the file and say how it ended.

    A killed run is claimed again and goes on behind the last batch that it stored.
    """
    item_import.facts.pop("failure", None)
    store = import_rating_file if item_import.campaign_id else import_items
    try:
        if table is not None:
            store(item_import=item_import, table=table)
        else:
            with opened(item_import) as kept:
                store(item_import=item_import, table=kept)
    except TakenOver:
        _finish(item_import, ItemImport.State.CANCELLED, Q(is_cancel_requested=True))
    except BadFile as error:
        problem = error.problem.as_data()
        _finish(
            item_import, ItemImport.State.FAILED, facts={**item_import.facts, "failure": problem}
        )
    except Exception:
        _finish(item_import, ItemImport.State.FAILED)
        raise
    else:
        done = {"total": item_import.done, "facts": item_import.facts}
        _finish(item_import, ItemImport.State.DONE, **done)


def _finish(
    item_import: ItemImport, state: str, only_if: Q | None = None, **values: object
) -> None:
    """Close the run, unless another run has taken the import over."""
    mine = ItemImport.objects.filter(
        only_if or Q(),
        pk=item_import.pk,
        state=ItemImport.State.RUNNING,
        started_at=item_import.started_at,
    )
    mine.update(state=state, finished_at=timezone.now(), **values)
    item_import.refresh_from_db()


def cancel_import(*, item_import: ItemImport) -> None:
    """Stop before the next batch. What is stored stays. A waiting import stops at once."""
    ItemImport.objects.filter(pk=item_import.pk, state=ItemImport.State.RUNNING).update(
        is_cancel_requested=True
    )
    idle = ItemImport.objects.filter(pk=item_import.pk).filter(
        Q(state__in=[ItemImport.State.DRAFT, ItemImport.State.WAITING])
        | Q(state=ItemImport.State.RUNNING, beat_at__lt=timezone.now() - STALE)
    )
    idle.update(state=ItemImport.State.CANCELLED, finished_at=timezone.now())
