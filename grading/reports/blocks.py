"""What a report is made of: plain tables and figures, which every builder writes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from annotations.methods.scales import minus
from annotations.templatetags.agreement import p_value
from annotations.templatetags.figures import as_percent

Cell = str | float | int | bool | None


class Link(str):
    """A text that leads somewhere on a page; everywhere else it is just the text."""

    href: str = ""


class Outcome(str):
    """The words of an outcome that know its code ("pass", "fail" …)."""

    code: str = ""


class Ranged(float):
    """A number that knows the ends of its interval; everywhere else it is just the number."""

    ends: tuple[float, float]


def ranged(value: float, ends: Sequence[float]) -> Ranged:
    made = Ranged(value)
    made.ends = (ends[0], ends[1])
    return made


def outcome(text: str, code: str) -> Outcome:
    made = Outcome(text)
    made.code = code
    return made


def link(text: str, href: str) -> Link:
    made = Link(text)
    made.href = href
    return made


@dataclass(frozen=True)
class Column:
    """`kind`: "text", "number" (as it is), "share" (0–1, shown in %), "hundred" (0–1, shown as 0–100), "p" (a p value), "mark"
    (a number without needless zeros), "count", "long" (a text to read), "digest" (cut on pages),
    "outcome" (a badge on pages)."""

    key: str
    title: str
    kind: str = "text"
    digits: int = 3

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "share", "hundred", "p", "mark", "count")


@dataclass(frozen=True)
class Table:
    """`rows` hold raw values in column order; None is shown as a dash."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def records(self) -> list[dict[str, Cell]]:
        """One dict a row, by column key."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]

    def shown(self) -> list[list[dict[str, Any]]]:
        """Cells as words for a page: {"text", "range", "value", "href", "is_number", "is_long", "badge"}; `value`
        is what a cell with a range is sorted by."""
        return [
            [
                {
                    "text": shown(value, column),
                    "range": shown_range(value, column),
                    "value": f"{value:.12g}" if isinstance(value, Ranged) else "",
                    "href": value.href if isinstance(value, Link) else "",
                    "is_number": column.is_number,
                    "is_long": column.kind == "long",
                    "badge": value.code if isinstance(value, Outcome) else "",
                }
                for value, column in zip(row, self.columns, strict=True)
            ]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Figure:
    """A picture with the table behind it; `svg` None where only the table can show it."""

    key: str
    title: str
    svg: SafeString | None
    table: Table | None = None
    caption: str = ""

    @property
    def is_fluid(self) -> bool:
        """It takes the width it is given; other pictures leave room for their table beside them."""
        return self.svg is not None and "chart-fluid" in self.svg


@dataclass(frozen=True)
class Section:
    """`lede` is the sentence on top; `missing` says why there is nothing to show, if so; `methods` are
    the notes of the methods page (annotations/method_notes.py) that explain its numbers."""

    key: str
    title: str
    lede: str = ""
    blocks: Sequence[Table | Figure] = ()
    missing: str = ""
    methods: Sequence[str] = ()

    @property
    def tables(self) -> list[Table]:
        """Every table in it, those behind figures too."""
        own = (block if isinstance(block, Table) else block.table for block in self.blocks)
        return [table for table in own if table is not None]

    @property
    def shown_blocks(self) -> list[dict[str, Any]]:
        """{"figure" or "table"}; a figure without another one next to it has the whole width."""
        kinds = [False, *(isinstance(block, Figure) for block in self.blocks), False]
        return [
            {"figure": block, "is_alone": not (kinds[i] or kinds[i + 2])}
            if isinstance(block, Figure)
            else {"table": block}
            for i, block in enumerate(self.blocks)
        ]


@dataclass(frozen=True)
class Report:
    """A whole report; `facts` stand on top (campaign, dataset, dates), `data` is for JSON only."""

    title: str
    lede: str
    language: str
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = ()
    data: dict[str, Any] = field(default_factory=dict)


def in_file(value: Cell, column: Column) -> Cell:
    """A value as CSV and XLSX hold it: composites on 0–100 as on the page, whole marks without a
    point, the rest as it is."""
    if column.kind == "hundred" and isinstance(value, float | int):
        return round(100 * value, 10)
    if column.kind == "mark" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def shown(value: Cell, column: Column) -> str:
    """A value in words; the decimal sign is a point in both languages."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool | str):
        return f"{value:.12}…" if column.kind == "digest" else str(value)
    written = minus(_written(value, column))
    return as_percent(written) if column.kind == "share" else written


def shown_range(value: Cell, column: Column) -> str:
    """The interval in brackets; empty where there is none."""
    if not isinstance(value, Ranged):
        return ""
    return f"[{', '.join(shown(end, column) for end in value.ends)}]"


def _written(value: float, column: Column) -> str:
    if column.kind in ("share", "hundred"):
        return f"{100 * value:.1f}"
    if column.kind == "p":
        return p_value(value)
    if column.kind == "mark":
        return f"{round(value, 2):g}"
    if column.kind == "count" or isinstance(value, int):
        return f"{value:,.0f}"
    return f"{value:.{column.digits}f}"
