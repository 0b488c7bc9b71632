"""Lines of totals and means below a table, which are no items."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from annotations.formats.aliases import OF_ALL
from annotations.formats.columns import plain
from annotations.formats.problems import Problem, Row, shown
from annotations.formats.table import Rows

SUMS = gettext_noop("“%(value)s” is no item: the line sums up others and is left out.")


def without_sums(rows: Rows) -> Rows:
    """The rows; one whose first filled cell is a word like 总分 or mean is a warning instead."""
    for row in rows:
        first = next(filter(None, row.values.values()), "") if isinstance(row, Row) else ""
        if first and plain(first) in OF_ALL:
            yield Problem(row.line, SUMS, {"value": shown(first)}, is_warning=True)
        else:
            yield row
