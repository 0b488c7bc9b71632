"""A list: narrowed and sorted as the address says, shown page by page, or whole as CSV.

A view describes the columns and the filters, and nothing else can be asked for in the address; a
filter that makes no sense finds nothing, a sorting that makes none leaves the usual order.
Shown by templates/_list_tools.html (filters, file), _list_heads.html (the head that sorts) and
_pagination.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.timezone import localtime

from annotations.formats.csv_out import csv_lines

PAGE = 50
BATCH = 1000  # rows of a file read at once
Rows = Any  # a QuerySet, or a list of plain objects
Narrow = Callable[[Rows, str], Rows]
Text = str | Promise


@dataclass(frozen=True)
class Column:
    """`cell` gives what stands in the file for a row. `order`: the fields of the database that sort
    the column, or the key of a list of plain objects; without it the column does not sort."""

    name: str
    title: Text
    cell: Callable[[Any], object]
    order: tuple[str, ...] | Callable[[Any], Any] = ()
    is_number: bool = False


@dataclass(frozen=True)
class Filter:
    """`options`, (value, label), are chosen from; or proposed where the value `is_typed`; words are
    searched for where there are none. A hidden one is not offered, but its value is kept."""

    name: str
    title: Text
    narrow: Narrow
    options: Sequence[tuple[str, Text]] = ()
    is_typed: bool = False
    is_hidden: bool = False
    value: str = ""


class Head(NamedTuple):
    """`state` as in aria-sort, or empty; `next` is the sorting a click asks for, or empty."""

    title: Text
    is_number: bool
    state: str
    next: str


def equal(field: str) -> Narrow:
    return lambda rows, value: rows.filter(**{field: value})


def holding(*fields: str) -> Narrow:
    """The words stand in one of the fields."""
    return lambda rows, words: rows.filter(
        reduce(or_, (Q(**{f"{field}__icontains": words}) for field in fields))
    )


def minute(time: datetime) -> str:
    """A time as spreadsheets read it."""
    return localtime(time).strftime("%Y-%m-%d %H:%M")


def _plain(cell: object) -> object:
    """Numbers stay numbers; all else becomes text, which the writer makes inert."""
    return cell if cell is None or isinstance(cell, int | float | Decimal) else str(cell)


@dataclass(frozen=True)
class Listing:
    """What the address asked for. `rows` are all that fit, in order; `page` those of one page."""

    rows: Rows
    page: Page[Any]
    columns: Sequence[Column]
    filters: Sequence[Filter]
    sort: str
    part: str
    is_file: bool
    dress: Callable[[list[Any]], list[Any]]

    @property
    def is_filtered(self) -> bool:
        return any(chosen.value for chosen in self.filters)

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        name = column.name
        state = {name: "ascending", f"-{name}": "descending"}.get(self.sort, "")
        turn = f"-{name}" if state == "ascending" else name
        return Head(column.title, column.is_number, state, turn if column.order else "")

    @property
    def orders(self) -> list[tuple[str, str]]:
        """The sortings to choose from where no head is seen, on a phone."""
        return [
            (f"{sign}{column.name}", f"{column.title} {arrow}")
            for column in self.columns
            if column.order
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ]

    def as_file(self, name: str, columns: Sequence[Column] = ()) -> StreamingHttpResponse:
        """All rows as CSV, in the columns of the list or in others."""
        columns = columns or self.columns
        cells = ([_plain(column.cell(row)) for column in columns] for row in self._dressed())
        lines = csv_lines([str(column.title) for column in columns], cells)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.csv')}"
        return response

    def _dressed(self) -> Iterator[Any]:
        is_read = isinstance(self.rows, QuerySet)
        left = iter(self.rows.iterator(chunk_size=BATCH) if is_read else self.rows)
        while batch := list(islice(left, BATCH)):
            yield from self.dress(batch)


def listing_of(
    request: HttpRequest,
    rows: Rows,
    columns: Sequence[Column],
    *,
    filters: Sequence[Filter] = (),
    usual: str = "",
    dress: Callable[[list[Any]], list[Any]] = list,
    per_page: int = PAGE,
    part: str = "",
) -> Listing:
    """`usual` is the sorting when none is asked for; the order of `rows` breaks ties. `dress` adds to
    the rows of a page, or of a batch of the file, what is asked of the database in one go. `part`
    tells the lists of one page apart."""
    chosen = [_filled(request, found) for found in filters]
    for found in chosen:
        rows = found.narrow(rows, found.value) if found.value else rows
    names = {f"{sign}{c.name}": c for c in columns if c.order for sign in ("", "-")}
    sort = request.GET.get("sort", "")
    sort = sort if sort in names else usual
    rows = _sorted(rows, names[sort], sort.startswith("-")) if sort else rows
    page = Paginator(rows, per_page).get_page(request.GET.get("page"))
    page.object_list = dress(list(page.object_list))
    is_file = request.GET.get("format") == "csv" and request.GET.get("part", "") == part
    return Listing(rows, page, columns, chosen, sort, part, is_file, dress)


def _filled(request: HttpRequest, found: Filter) -> Filter:
    value = request.GET.get(found.name, "").replace("\0", "").strip()
    return replace(found, value=value)


def _sorted(rows: Rows, column: Column, is_down: bool) -> Rows:
    """What is empty comes last either way."""
    if callable(key := column.order):
        known = [row for row in rows if key(row) is not None]
        return sorted(known, key=key, reverse=is_down) + [row for row in rows if key(row) is None]
    turned = [
        F(name).desc(nulls_last=True) if is_down else F(name).asc(nulls_last=True) for name in key
    ]
    return rows.order_by(*turned, *rows.query.order_by, "pk")
