"""Which rows of a file are new items, which are known, and which contradict what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_noop

from annotations.actions.place_questions import OTHER, Questions
from annotations.formats.items import ItemRow
from annotations.formats.marks_in_rows import check_mark
from annotations.formats.problems import Problem, Refused, shown
from annotations.formats.question_rows import key_by_context
from annotations.models import Dataset, Item, Question

PARTED = gettext_noop(
    "The question “%(key)s” comes with several contexts. With each it is a question of its own, here and below."
)


@dataclass(frozen=True)
class StoredItem:
    """What is compared of an item that the dataset has."""

    pk: int
    text: str
    question_key: str
    reference_mark: float | None
    full_mark: Decimal | None


@dataclass
class Sorted:
    """A batch after sorting. `known` items get scores and past marks they do not have yet."""

    new: list[tuple[ItemRow, Question]] = field(default_factory=list)
    known: list[tuple[ItemRow, StoredItem]] = field(default_factory=list)
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)


class ItemSorter:
    """Sorts batches of rows against a dataset. It only reads.

    `marks` are the columns on the question's mark scale. With `is_preview` nothing will be
    stored between batches, so the keys of earlier batches are remembered (by their hash).
    """

    def __init__(self, dataset: Dataset | None, marks: Iterable[str], is_preview: bool) -> None:
        self.dataset, self.marks, self.is_preview = dataset, tuple(marks), is_preview
        self.questions = Questions(dataset, is_preview)
        self._seen: dict[int, int] = {}

    def sort(self, rows: list[ItemRow]) -> Sorted:
        stored = self._stored(rows)
        self.questions.load(row.question for row in rows)
        if not self.is_preview:
            self._seen = {}
        result = Sorted()
        for row in rows:
            try:
                self._sort_one(row, stored.get(row.key), result)
            except Refused as refusal:
                result.problems.append(Problem(row.line, refusal.message, refusal.params))
        return result

    def _sort_one(self, row: ItemRow, stored: StoredItem | None, result: Sorted) -> None:
        if stored is not None:
            _check_same(row, stored)
            self._check_known(row, stored)
            result.known.append((row, stored))
            return
        if row.text is None:
            raise Refused(
                gettext_noop("The dataset has no item “%(key)s” that these scores could be for."),
                key=shown(row.key),
            )
        if self._is_repeated(row):
            result.repeated += 1
            return
        has_parted = self.questions.has_parted
        question = self.questions.place(row.question)
        if self.questions.has_parted > has_parted:
            result.problems.append(Problem(row.line, PARTED, {"key": shown(row.question.key)}, is_warning=True))
        if row.question.full_mark is None and question.full_mark is not None:
            self._check_marks(row, question.full_mark)
        self.questions.learn_step(question, row.reference_mark)
        self._seen[hash(row.key)] = hash((row.text, row.question.key))
        result.new.append((row, question))

    def _check_known(self, row: ItemRow, stored: StoredItem) -> None:
        """Marks made elsewhere are on the scale that the dataset knows."""
        has_marks = row.reference_mark is not None or any(map(row.scores.__contains__, self.marks))
        if not has_marks or stored.full_mark is None:
            return
        if row.question.full_mark not in (None, stored.full_mark):
            raise Refused(OTHER["full_mark"], key=shown(stored.question_key))
        self._check_marks(row, stored.full_mark)

    def _check_marks(self, row: ItemRow, full_mark: Decimal) -> None:
        """The full mark is not in the file but known to the dataset."""
        for column in self.marks:
            if column in row.scores:
                check_mark(row.scores[column], full_mark, column)
        if row.reference_mark is not None:
            check_mark(row.reference_mark, full_mark, "past mark")

    def _is_repeated(self, row: ItemRow) -> bool:
        before = self._seen.get(hash(row.key))
        if before is None:
            return False
        if before == hash((row.text, row.question.key)):
            return True
        raise Refused(
            gettext_noop("An earlier line has another answer under the same key “%(key)s”."),
            key=shown(row.key),
        )

    def _stored(self, rows: list[ItemRow]) -> dict[str, StoredItem]:
        if self.dataset is None:
            return {}
        keys = known_keys(self.dataset, [row.key for row in rows])
        found = Item.objects.filter(dataset=self.dataset, key__in=keys)
        columns = found.values_list("key", "pk", "text", "question__key", "reference_mark", "question__full_mark")
        return {key: StoredItem(*rest) for key, *rest in columns} if keys else {}


def known_keys(dataset: Dataset, keys: list[str]) -> list[str]:
    """Which keys the dataset has. Mostly none, so the question is put without the ORM, which
    would prepare each of thousands of values."""
    quote = connection.ops.quote_name
    places = ", ".join(["%s"] * len(keys))
    sql = (
        f"SELECT {quote('key')} FROM {quote(Item._meta.db_table)} "
        f"WHERE {quote('dataset_id')} = %s AND {quote('key')} IN ({places})"
    )
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [dataset.pk, *keys])
        return [key for (key,) in cursor.fetchall()]


def _check_same(row: ItemRow, stored: StoredItem) -> None:
    if row.text is not None and row.text != stored.text:
        raise Refused(
            gettext_noop("The dataset has another answer under the same key “%(key)s”."),
            key=shown(row.key),
        )
    if row.text is not None and stored.question_key not in (row.question.key, key_by_context(row.question)):
        raise Refused(
            gettext_noop("The item “%(key)s” already answers another question."),
            key=shown(row.key),
        )
    both = row.reference_mark is not None and stored.reference_mark is not None
    if both and row.reference_mark != stored.reference_mark:
        raise Refused(
            gettext_noop("The item “%(key)s” already has another past mark."), key=shown(row.key)
        )
