"""Store the rows of a file as items, batch by batch; repeating it adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from annotations.actions.import_progress import record
from annotations.actions.import_scores import ScoreColumns
from annotations.actions.insert_rows import insert_rows, json_of
from annotations.actions.rare_collection import rare_collection
from annotations.actions.sort_items import ItemSorter, Sorted
from annotations.formats.archive import Archive
from annotations.formats.images import Picture
from annotations.formats.item_keys import has_a_row_a_rating
from annotations.formats.items import ItemReader, ItemRow
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Table
from annotations.formats.wide_columns import ANSWERS, is_wide
from annotations.formats.wide_rows import wide_rows
from annotations.models import Dataset, Item, ItemImage, ItemImport

BATCH = 2000
BATCH_WITH_IMAGES = 20
"""Pictures of a batch are held in memory until its transaction."""


@dataclass(frozen=True)
class Batch:
    """So many records of the file (answers): those that became item rows, and those that did not."""

    records: int
    rows: list[ItemRow]
    problems: list[Problem]


def batches(table: Table, roles: dict[str, str], skip: int = 0) -> Iterator[Batch]:
    """The file in batches; the first `skip` records were stored by an earlier run."""
    size = BATCH_WITH_IMAGES if table.images else BATCH
    rows: list[ItemRow] = []
    problems: list[Problem] = []
    for number, result in enumerate(_records(table, roles)):
        if number < skip:
            continue
        (problems if isinstance(result, Problem) else rows).append(result)  # type: ignore[arg-type]
        if len(rows) + len(problems) == size:
            yield Batch(size, rows, problems)
            rows, problems = [], []
    if rows or problems:
        yield Batch(len(rows) + len(problems), rows, problems)


def _records(table: Table, roles: dict[str, str]) -> Iterator[ItemRow | Problem]:
    """A line is an answer, or a student's answers to several questions side by side."""
    if is_wide(roles):
        return wide_rows(table, roles, ANSWERS)
    read = ItemReader(roles, numbers_equals=not has_a_row_a_rating(table, roles))
    return (read(row) if isinstance(row, Row) else row for row in table.rows())


@rare_collection()
def import_items(*, item_import: ItemImport, table: Table) -> None:
    """Store what is left of the file. One transaction a batch: a kill loses none and repeats none.

    Raises:
        TakenOver: the import was cancelled, or another run claimed it.
        BadFile: a column is already a scorer on another scale.
    """
    dataset = item_import.dataset
    assert dataset is not None
    columns = ScoreColumns(dataset, item_import.mapping)
    sorter = ItemSorter(dataset, columns.marks, is_preview=False)
    position = _next_position(dataset)
    for batch in batches(table, item_import.mapping, skip=item_import.done):
        with transaction.atomic():
            Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
            pictures, pictureless = _pictures(batch.rows, table.images)
            found = sorter.sort([row for row in batch.rows if row.line not in pictureless])
            found.problems += [*batch.problems, *pictureless.values()]
            position = _store(dataset, sorter, columns, found, pictures, position)
            record(
                item_import,
                batch.records,
                added=len(found.new),
                unchanged=len(found.known) + found.repeated,
                problems=found.problems,
            )


def _store(
    dataset: Dataset,
    sorter: ItemSorter,
    columns: ScoreColumns,
    found: Sorted,
    pictures: dict[int, list[Picture]],
    position: int,
) -> int:
    sorter.questions.save({question.key for _, question in found.new})
    _insert_items(dataset, found, position)
    if pictures or columns:
        ids = _ids_between(dataset, position, position + len(found.new))
        for row, _ in found.new:
            for number, picture in enumerate(pictures.get(row.line, ())):
                _save_picture(Item(pk=ids[row.key], dataset=dataset), number, picture)
        columns.add_new([(row, ids[row.key]) for row, _ in found.new])
    found.problems += columns.add_missing([(row, stored.pk) for row, stored in found.known])
    _add_past_marks(found)
    return position + len(found.new)


ITEM_COLUMNS = (
    "dataset", "question", "key", "position", "text", "source", "group_keys", "metadata",
    "reference_mark", "has_images",
)  # fmt: skip


def _insert_items(dataset: Dataset, found: Sorted, position: int) -> None:
    rows = (
        (
            dataset.pk, question.pk, row.key, at, row.text, row.source,
            json_of(row.group_keys), json_of(row.metadata), row.reference_mark, bool(row.image_names),
        )
        for at, (row, question) in enumerate(found.new, start=position)
    )  # fmt: skip
    insert_rows(Item, ITEM_COLUMNS, rows)


def _ids_between(dataset: Dataset, first: int, end: int) -> dict[str, int]:
    """key → primary key of the items just stored, told by their positions."""
    rows = Item.objects.filter(dataset=dataset, position__gte=first, position__lt=end)
    return dict(rows.order_by().values_list("key", "pk"))


def _add_past_marks(found: Sorted) -> None:
    """Known items that had no past mark get the one of the file."""
    items = [
        Item(pk=stored.pk, reference_mark=row.reference_mark)
        for row, stored in found.known
        if row.reference_mark is not None and stored.reference_mark is None
    ]
    Item.objects.bulk_update(items, ["reference_mark"], batch_size=200)


def _pictures(
    rows: Iterable[ItemRow], archive: Archive | None
) -> tuple[dict[int, list[Picture]], dict[int, Problem]]:
    """The images of each line, and the lines whose images are missing or none."""
    pictures: dict[int, list[Picture]] = {}
    problems: dict[int, Problem] = {}
    for row in rows:
        if row.image_names:
            try:
                pictures[row.line] = open_pictures(row, archive)
            except BadFile as error:
                problems[row.line] = Problem(row.line, error.problem.message, error.problem.params)
    return pictures, problems


def open_pictures(row: ItemRow, archive: Archive | None) -> list[Picture]:
    """The checked images of a row.

    Raises:
        BadFile: the file came without a zip, or an image is missing or none.
    """
    if archive is None:
        raise BadFile(
            gettext_noop("This line names images: upload the table and the images in one zip.")
        )
    return [archive.picture(name) for name in row.image_names]


def _save_picture(item: Item, position: int, picture: Picture) -> None:
    image = ItemImage(item=item, position=position)
    image.file.save(f"scan.{picture.suffix}", ContentFile(picture.data), save=False)
    image.width, image.height = picture.width, picture.height
    image.save()


def _next_position(dataset: Dataset) -> int:
    last = Item.objects.filter(dataset=dataset).aggregate(Max("position"))["position__max"]
    return 0 if last is None else last + 1
