"""A table of counts: one row an item, one column a category, in each cell how many raters chose it."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from annotations.formats.problems import BadFile, Row, shown
from annotations.formats.rating_values import Reading
from annotations.formats.values import number_or_none
from annotations.formats.written_numbers import MISSING
from annotations.methods.long_table import LongTable, from_counts


def counted(rows: list[Row], names: list[str], reading: Reading) -> LongTable:
    """`names`: the columns, each a category and how many raters chose it. Raises BadFile."""
    if not names:
        raise BadFile(gettext_noop("There is no column of counts."))
    counts = [[_count(row, name) for name in names] for row in rows]
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
    numbers = [n for n in map(number_or_none, names + unused) if n is not None]
    if len(set(numbers)) == len(names + unused):
        return cells, numbers, False
    order = [*(reading.domain or names)]
    place = [(names + unused).index(name) for name in order]
    return [[row[i] for i in place] for row in cells], order, reading.level == "ordinal"


def _count(row: Row, name: str) -> float:
    text = row.values[name].strip()
    count = 0.0 if text.lower() in MISSING else number_or_none(text)
    if count is None or count < 0 or count != int(count):
        raise BadFile(
            gettext_noop("Line %(line_number)s, column “%(column)s”: “%(value)s” is no count."),
            row.line,
            line_number=row.line,
            column=shown(name),
            value=shown(text),
        )
    return count
