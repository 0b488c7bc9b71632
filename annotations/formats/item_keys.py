"""The item that a line of ratings is about, where the line says it as the file of the items did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice

from annotations.formats.aliases import ANSWERERS, RATER
from annotations.formats.columns import Role
from annotations.formats.items import ItemReader, ItemRow
from annotations.formats.long_columns import named, spoken
from annotations.formats.problems import Row
from annotations.formats.shapes import ENTRY
from annotations.formats.table import Table
from annotations.formats.wide_columns import is_wide

OF_THE_KEY = (
    Role.ITEM_KEY, Role.SOURCE, Role.QUESTION_KEY, Role.SCHOOL_SUBJECT, Role.QUESTION, Role.ANSWER,
    Role.CONTEXT, Role.REFERENCE,
)  # fmt: skip


def tells_items(mapping: Mapping[str, str], columns: Collection[str]) -> bool:
    """Whether a file with these columns says of each line all that made the key of its item, when
    the items were imported with this mapping (column → role)."""
    if is_wide(mapping):
        return False
    given = {role: column for column, role in mapping.items() if role in OF_THE_KEY}
    if Role.ITEM_KEY in given:
        needed = {given[Role.ITEM_KEY]}
    elif {Role.SOURCE, Role.QUESTION_KEY} <= given.keys():
        both = (Role.SOURCE, Role.QUESTION_KEY, Role.SCHOOL_SUBJECT)
        needed = {given[role] for role in both if role in given}
    else:
        needed = set(given.values())
    return bool(needed) and needed <= set(columns)
ROWS_LOOKED_AT = 1000
LONG = 40
"""Characters of an answer that nobody else writes too."""


def has_a_row_a_rating(table: Table, mapping: Mapping[str, str]) -> bool:
    """Whether a column names raters and most answers come again from another: they are one item then, though no
    column numbers them. Who is called a worker or a participant may have written them: two write no long text alike."""
    rater = named(table.columns, RATER)
    if rater is None or Role.ITEM_KEY in mapping.values():
        return False
    read = ItemReader(mapping, numbers_equals=False)
    raters: dict[str, set[str]] = {}
    lengths: dict[str, int] = {}
    for row in islice(table.rows(), ROWS_LOOKED_AT):
        if isinstance(row, Row) and isinstance(item := read(row), ItemRow):
            raters.setdefault(item.key, set()).add(row.values.get(rater, ""))
            lengths[item.key] = len(item.text or "")
    again = [key for key, names in raters.items() if len(names) > 1]
    are_raters = spoken(rater) not in ANSWERERS or min((lengths[key] for key in again), default=0) >= LONG
    return are_raters and len(again) * 2 > len(raters)


class ItemKeys:
    """The key of the item of each row. In a file with one row an item, equal answers without a number
    are told apart by their order, as the import of the items does; with one row a rating they are not."""

    def __init__(self, mapping: Mapping[str, str], columns: Collection[str], one_row_an_item: bool):
        roles = {c: role for c, role in mapping.items() if role in OF_THE_KEY and c in columns}
        self._read = ItemReader(roles, numbers_equals=one_row_an_item or ENTRY in columns)
        self._entry, self._key = "", ""

    def __call__(self, row: Row) -> str:
        entry = row.values.get(ENTRY, "")
        if not entry or entry != self._entry:
            found = self._read(row)
            self._entry, self._key = entry, found.key if isinstance(found, ItemRow) else ""
        return self._key
