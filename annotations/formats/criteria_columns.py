"""Which columns are criteria, where each row is one rater's scores of one item and each criterion has a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_noop

from annotations.formats.aliases import RATER
from annotations.formats.columns import Role, role_of
from annotations.formats.long_columns import (
    LongColumns,
    Said,
    first_said,
    item_columns,
    named,
    spoken,
)
from annotations.formats.problems import BadFile, Row, shown
from annotations.formats.rater_columns import may_be_rater, part_of
from annotations.formats.values import number_or_none

NO_ITEM = gettext_noop(
    "“%(column)s” names the raters, but no column tells what they rated: say it with --map item=COLUMN, and which "
    "columns hold the scores with --map value=COLUMN."
)
FEW = 10
"""One line in so many may be a rater's second rating of an item."""
OF_A_RESPONSE = (Role.QUESTION_KEY, Role.QUESTION, Role.CONTEXT, Role.SOURCE, Role.ANSWER)


def criteria_of(columns: Sequence[str], rows: Sequence[Row], needs_numbers: bool, said: Said) -> LongColumns | None:
    """Item and rater have columns (`said`: role → columns) and items come again: the columns of numbers (or names) are
    criteria.

    Raises:
        BadFile: there are raters, and nothing tells what they rated.
    """
    rater = first_said(said, "rater") or rater_of(columns)
    if not rater:
        return None
    raters, item = _cells(rows, (rater,)), tuple(said.get("item", ())) or item_of(columns, rows, (rater,))
    if not item and len(set(raters)) < len(rows) and not any(number_or_none(name) is not None for (name,) in raters):
        raise BadFile(NO_ITEM, column=shown(rater))
    if not item:
        return None
    items = _cells(rows, item)
    if len(set(items)) == len(rows):
        return None
    criteria = [
        name
        for name in columns
        if name not in (rater, *item)
        and may_be_rater(name)
        and _is_criterion(_cells(rows, (name,)), raters, items, needs_numbers)
    ]
    return LongColumns(item, rater, tuple(criteria), None, are_criteria=True) if criteria else None


def rater_of(columns: Sequence[str]) -> str | None:
    """The column of the raters; where columns are called rater 1 and rater 2, a participant is whom they rate."""
    return None if sum(part_of(column) is not None for column in columns) > 1 else named(columns, RATER)


def item_of(columns: Sequence[str], rows: Sequence[Row], given: tuple[str, ...]) -> tuple[str, ...]:
    """The usual columns; where a rater would then rate an item twice, a number that tells them apart, by itself or
    beside these, or all that the file says of a response; a few second ratings change nothing of that. `given`: the
    rater, and the criterion if there is one."""
    others = [column for column in columns if column not in given]
    usual = item_columns(others)
    numbers = [(column,) for column in others if spoken(column).endswith("id")]
    beside = [(*usual, *number) for number in numbers if usual]
    response = tuple(column for column in others if role_of(column) in OF_A_RESPONSE)
    found = list(_coming_again(filter(None, (usual, *numbers, *beside, response)), rows, given))
    for most in (0, len(rows) // FEW):
        for item, repeats in found:
            if repeats <= most:
                return item
    return usual


def _coming_again(
    items: Iterable[tuple[str, ...]], rows: Sequence[Row], given: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Of columns that may be the item those whose items come again, with how many ratings would be repeats."""
    for item in items:
        if len(set(_cells(rows, item))) < len(rows):
            yield item, len(rows) - len(set(_cells(rows, (*item, *given))))


def _cells(rows: Sequence[Row], columns: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(row.values.get(column, "").strip() for column in columns) for row in rows]


def _is_criterion(
    cells: list[tuple[str, ...]],
    raters: list[tuple[str, ...]],
    items: list[tuple[str, ...]],
    needs_numbers: bool,
) -> bool:
    """Numbers, or names that come again; not what is said of the rater (an age) or, in words, of the item."""
    if _says_the_same(cells, raters):
        return False
    if any(number_or_none(cell) is not None for (cell,) in cells):
        return True
    comes_again = 1 < len(set(cells)) < len(cells)
    return not needs_numbers and comes_again and not _says_the_same(cells, items)


def _says_the_same(cells: list[tuple[str, ...]], of: list[tuple[str, ...]]) -> bool:
    """Whether all rows of each hold the same, but not all rows."""
    different = set(zip(of, cells, strict=True))
    return len(different) == len(set(of)) < len(of) and len(set(cells)) > 1
