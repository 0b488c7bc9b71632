"""Ratings in a file, one of three layouts, as tables for agreement.

*long*: columns item, rater, value (and criterion, where there are several); *wide*: one row an item, one
column a rater; *counts*: one row an item, one column a category, how many raters chose it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext_noop

from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.rating_cells import Cells, no_number, outside, twice
from annotations.formats.table import Table
from annotations.formats.values import number_of
from annotations.formats.written_numbers import MISSING
from annotations.methods.coded_values import OutsideDomain
from annotations.methods.long_table import DuplicateRating, LongTable, from_counts, long_table

LAYOUTS = ("long", "wide", "counts")
ITEM = ("item", "unit", "id", "subject", "target", "items", "units", "subjects", "targets",
        "item id", "unit id", "subject id", "编号", "条目", "条目编号", "题目编号", "答卷编号")  # fmt: skip
RATER = (
    "rater",
    "judge",
    "coder",
    "marker",
    "observer",
    "rater id",
    "评分员",
    "评分人",
    "阅卷员",
    "评委",
)
VALUE = (
    "value",
    "rating",
    "score",
    "mark",
    "label",
    "category",
    "分数",
    "得分",
    "评分",
    "值",
    "类别",
)
CRITERION = ("criterion", "dimension", "aspect", "标准", "维度", "评分项")
INFINITE = {"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "-∞"}


@dataclass(frozen=True)
class Reading:
    """How to read: `level` decides what text means; `domain` are the possible values as typed;
    `raters` keeps only these raters (columns, in the wide layout)."""

    level: str
    domain: tuple[str, ...] = ()
    raters: tuple[str, ...] = ()


def layout_of(columns: Sequence[str]) -> str:
    """ "long" when there are columns for item, rater and value; otherwise "wide"."""
    found = all(_column(columns, names) for names in (ITEM, RATER, VALUE))
    return "long" if found else "wide"


def read_ratings(
    table: Table, reading: Reading, layout: str | None = None
) -> dict[str | None, LongTable]:
    """The ratings of every criterion (None where the file names none).

    Raises:
        BadFile: a line cannot be read, a value is no number where numbers are needed, is outside the
            domain, a rater rated an item twice, or there are no rater columns.
    """
    layout = layout or layout_of(table.columns)
    if layout == "counts":
        return {None: _counts(table, reading)}
    cells = _long(table, reading) if layout == "long" else _wide(table, reading)
    return {criterion: _ratings(part, reading) for criterion, part in cells.items()}


def text_columns(table: Table) -> list[str]:
    """Columns of a table of counts that hold no numbers, such as a group, and are left out."""
    return [name for name in _free_columns(table) if not _holds_numbers(table, name)]


def _long(table: Table, reading: Reading) -> dict[str | None, Cells]:
    item, rater, value = (_needed(table.columns, names) for names in (ITEM, RATER, VALUE))
    criterion = _column(table.columns, CRITERION)
    parts: dict[str | None, Cells] = {}
    for row in _rows(table):
        who, what = row.values[rater].strip(), row.values[item].strip()
        if not who or not what:
            message = gettext_noop("Line %(line_number)s names no item or no rater.")
            raise BadFile(message, row.line, line_number=row.line)
        if reading.raters and who not in reading.raters:
            continue
        part = parts.setdefault(row.values[criterion].strip() if criterion else None, Cells())
        part.add(what, who, row.values[value], row.line)
    return parts or {None: Cells()}


def _wide(table: Table, reading: Reading) -> dict[str | None, Cells]:
    raters = list(reading.raters) or _free_columns(table)
    for name in raters:
        if name not in table.columns:
            raise BadFile(gettext_noop("There is no column “%(column)s”."), column=shown(name))
    if not raters:
        raise BadFile(gettext_noop("There is no column of a rater."))
    cells = Cells()
    for row in _rows(table):
        for name in raters:
            cells.add(row.line, name, row.values[name], row.line)
    return {None: cells}


def _counts(table: Table, reading: Reading) -> LongTable:
    left_out = set(text_columns(table))
    names = [name for name in _free_columns(table) if name not in left_out]
    if not names:
        raise BadFile(gettext_noop("There is no column of counts."))
    counts = [[_count(row, name) for name in names] for row in _rows(table)]
    return from_counts(*_with_domain(counts, names, reading))


def _with_domain(
    counts: list[list[float]], names: list[str], reading: Reading
) -> tuple[list[list[float]], list[float] | list[str], bool]:
    """Counts, categories and whether their order counts; categories nobody chose come from the domain."""
    for name in names:
        if reading.domain and name not in reading.domain:
            message = gettext_noop("The category “%(value)s” is not in the domain.")
            raise BadFile(message, value=shown(name))
    unused = [name for name in reading.domain if name not in names]
    cells = [row + [0.0] * len(unused) for row in counts] or [[0.0] * len(names + unused)]
    numbers = [n for n in map(_number_or_none, names + unused) if n is not None]
    if len(set(numbers)) == len(names + unused):
        return cells, numbers, False
    order = [*(reading.domain or names)]
    place = [(names + unused).index(name) for name in order]
    return [[row[i] for i in place] for row in cells], order, reading.level == "ordinal"


def _count(row: Row, name: str) -> float:
    text = row.values[name].strip()
    count = 0.0 if text.lower() in MISSING else _number_or_none(text)
    if count is None or count < 0 or count != int(count):
        raise BadFile(
            gettext_noop("Line %(line_number)s, column “%(column)s”: “%(value)s” is no count."),
            row.line,
            line_number=row.line,
            column=shown(name),
            value=shown(text),
        )
    return count


def _ratings(cells: Cells, reading: Reading) -> LongTable:
    values = [_given(text, line) for text, line in zip(cells.value, cells.line, strict=True)]
    numbers = [None if text is None else _number_or_none(text) for text in values]
    domain: list[float] | list[str] | None = _numeric_domain(reading.domain)
    is_text = (domain is None and bool(reading.domain)) or any(
        text is not None and number is None for text, number in zip(values, numbers, strict=True)
    )
    if is_text and reading.level != "nominal" and (domain is not None or not reading.domain):
        raise no_number(cells, values, numbers)
    if is_text:
        domain = list(reading.domain) or None
    try:
        return long_table(
            np.array(cells.item, dtype=object),
            np.array(cells.rater, dtype=object),
            np.array(values if is_text else numbers, dtype=object),
            domain,
            ordered=reading.level == "ordinal",
        )
    except DuplicateRating as error:
        raise twice(cells, error) from error
    except OutsideDomain as error:
        raise outside(cells, values, numbers, error) from error


def _given(text: str, line: int) -> str | None:
    plain = text.strip()
    if plain.lower() in INFINITE:
        message = gettext_noop("Line %(line_number)s: a value cannot be infinite.")
        raise BadFile(message, line, line_number=line)
    return None if plain.lower() in MISSING else plain


def _numeric_domain(domain: Sequence[str]) -> list[float] | None:
    numbers = [_number_or_none(text) for text in domain]
    return [n for n in numbers if n is not None] if domain and None not in numbers else None


@lru_cache(maxsize=10_000)
def _number_or_none(text: str) -> float | None:
    try:
        return number_of(text)
    except ValueError:
        return None


def _rows(table: Table) -> Iterator[Row]:
    """The rows; a coefficient of half a file would be wrong, so the first problem ends it."""
    for row in table.rows():
        if isinstance(row, Problem):
            raise BadFile(row.message, row.line, **row.params)
        yield row


def _holds_numbers(table: Table, name: str) -> bool:
    given = (row.values[name].strip() for row in _rows(table))
    return any(_number_or_none(text) is not None for text in given)


def _free_columns(table: Table) -> list[str]:
    """All but those that name the item; a first column without a name is an index."""
    is_index = table.columns[:1] == ("column 1",) and "column 2" not in table.columns
    return [name for name in table.columns[is_index:] if _plain(name) not in ITEM]


def _needed(columns: Sequence[str], names: Sequence[str]) -> str:
    column = _column(columns, names)
    if column is None:
        raise BadFile(
            gettext_noop(
                "The long layout needs the columns item, rater and value; “%(column)s” is missing."
            ),
            column=names[0],
        )
    return column


def _column(columns: Sequence[str], names: Sequence[str]) -> str | None:
    plain = {_plain(column): column for column in columns}
    return next((plain[name] for name in names if name in plain), None)


def _plain(column: str) -> str:
    return column.strip().lower().replace("_", " ")
