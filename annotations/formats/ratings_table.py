"""Ratings in a file, one of four layouts, as tables for agreement.

*long*: columns item, rater, value (and criterion, where there are several); *wide*: one row an item, one
column a rater; *counts*: one row an item, one column a category, how many raters chose it; *survey*: one
row a rater, one column an item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from annotations.formats.aliases import RATER
from annotations.formats.counted_table import counted
from annotations.formats.criteria_columns import criteria_of, item_of, rater_of
from annotations.formats.long_columns import (
    CRITERION_PREFIX,
    ITEM,
    LongColumns,
    is_questionnaire,
    item_columns,
    long_columns,
    named,
    person_column,
    spoken,
)
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.rater_columns import (
    crossed,
    may_be_rater,
    part_of,
    parts_of,
    rater_columns,
)
from annotations.formats.rating_cells import Cells
from annotations.formats.rating_values import Reading, as_long_table, missing_codes
from annotations.formats.sums import without_copies, without_sums
from annotations.formats.table import Table
from annotations.formats.values import number_or_none
from annotations.methods.long_table import LongTable

LAYOUTS = ("long", "wide", "counts", "survey")
ROLES = ("item", "rater", "value", "criterion")
LEFT_OUT = gettext_noop("Taken for no rater and left out (--raters chooses others): %(columns)s.")
NO_CRITERIA = gettext_noop("Taken for no criterion and left out (--map value=COLUMN): %(columns)s.")
NAMES = gettext_noop("Left out, for their values are names (--level nominal reads them): %(columns)s.")
AS_RATERS = gettext_noop(
    "Each of these columns is taken for one rater: %(columns)s. If they are criteria, say which column names the "
    "rater (--map rater=COLUMN); --raters chooses others."
)
CROSSED = gettext_noop(
    "These columns seem to be raters and criteria together: %(columns)s. Take one criterion at a time, such as --raters "
    "“%(alike)s”, or name all of them where each is a rater."
)
ITEM_BY = gettext_noop("Items are told by %(columns)s (--map item=COLUMN chooses otherwise).")
AS_COUNTS = gettext_noop(
    "In every line they add up to %(total)s: if they count how many raters chose each category, add --layout counts."
)
CODES = gettext_noop("If %(values)s says that a score is missing, add --missing=%(option)s.")
AS_SURVEY = gettext_noop(
    "Read as a questionnaire: each line is a rater and each of these columns an item: %(columns)s."
)


@dataclass
class FileRatings:
    """Ratings by criterion (None where the file names none), and what a reader should know of it."""

    tables: dict[str | None, LongTable] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


def layout_of(columns: Sequence[str], said: Mapping[str, Sequence[str]] | None = None) -> str:
    """ "long" when there are columns for item, rater and value; "survey" with the columns that
    questionnaires are saved with; otherwise "wide"."""
    if said or long_columns(columns, {}):
        return "long"
    return "survey" if is_questionnaire(columns) else "wide"


def read_ratings(table: Table, reading: Reading, layout: str | None = None) -> FileRatings:
    """The ratings of every criterion.

    Raises:
        BadFile: a line cannot be read, a value is no number where numbers are needed, is outside the
            domain, a rater rated an item twice, or there are no rater columns.
    """
    found = FileRatings()
    rows = _rows(table, found.notes)
    is_said = bool(layout)
    layout = layout or layout_of(table.columns, reading.columns)
    if layout == "counts":
        found.tables[None] = counted(rows, _count_columns(table), reading)
        return found
    is_open = layout == "wide" and not (is_said or reading.raters)
    is_open |= layout == "long" and long_columns(table.columns, reading.columns) is None
    if is_open and (criteria := criteria_of(table.columns, rows, reading.needs_numbers, reading.columns)):
        _note(found.notes, NO_CRITERIA, criteria.left_out(table.columns))
        cells = _long(rows, criteria, reading, found.notes)
    elif layout == "wide" and (is_said or reading.raters or not _has_rater_lines(table, rows)):
        cells = _wide(table, rows, reading, found.notes)
    elif layout in ("wide", "survey"):
        cells = _survey(table, rows, reading, found.notes)
    else:
        columns = _of_items(_needed(table.columns, reading), table, rows, reading, found.notes)
        cells = _long(rows, columns, reading, found.notes)
    if reading.criterion in cells:
        cells = {reading.criterion: cells[reading.criterion]}
    elif len(cells) > 1 and reading.needs_numbers:
        cells = _numeric(cells, found.notes)
    if codes := missing_codes({value for part in cells.values() for value in part.value}, reading):
        words = {"values": ", ".join(codes), "option": ",".join(codes)}
        found.notes.append(Problem(None, CODES, words, is_warning=True))
    found.tables = {criterion: as_long_table(part, reading) for criterion, part in cells.items()}
    return found


def text_columns(table: Table) -> list[str]:
    """Columns of a table of counts that hold no numbers, such as a group, and are left out."""
    rows = _rows(table, [])
    return [name for name in _free_columns(table) if not _holds_numbers(rows, name)]


def _of_items(
    columns: LongColumns, table: Table, rows: list[Row], reading: Reading, notes: list[Problem]
) -> LongColumns:
    """With the columns that tell items apart, where nobody said them and one is not enough."""
    if "item" in reading.columns or columns.are_criteria:
        return columns
    given = tuple(column for column in (columns.rater, columns.criterion) if column)
    free = [column for column in table.columns if column not in columns.values]
    item = item_of(free, rows, given) or columns.item
    _note(notes, ITEM_BY, list(item) if item != columns.item else [])
    return replace(columns, item=item)


def _long(
    rows: list[Row], columns: LongColumns, reading: Reading, notes: list[Problem]
) -> dict[str | None, Cells]:
    parts: dict[str | None, Cells] = {}
    for row in without_copies(rows, notes):
        who = row.values.get(columns.rater, "").strip()
        what = tuple(row.values.get(column, "").strip() for column in columns.item)
        if not who or not any(what):
            message = gettext_noop("Line %(line_number)s names no item or no rater.")
            raise BadFile(message, row.line, line_number=row.line)
        if reading.raters and who not in reading.raters:
            continue
        for column in columns.values:
            name = row.values.get(columns.criterion, "").strip() if columns.criterion else None
            name = column.removeprefix(CRITERION_PREFIX) if columns.are_criteria else name
            part = parts.setdefault(name, Cells())
            part.add(" / ".join(what), who, row.values.get(column, ""), row.line)
    return parts or {None: Cells()}


def _wide(
    table: Table, rows: list[Row], reading: Reading, notes: list[Problem]
) -> dict[str | None, Cells]:
    raters = list(reading.raters)
    for name in raters:
        if name not in table.columns:
            raise BadFile(gettext_noop("There is no column “%(column)s”."), column=shown(name))
    if not raters:
        free = {name: [row.values.get(name, "") for row in rows] for name in _free_columns(table)}
        raters = rater_columns(free, reading.needs_numbers)
        _note(notes, LEFT_OUT, [name for name in free if name not in raters])
        is_told = all(map(part_of, raters))
        if not is_told and (alike := crossed(raters)):
            raise BadFile(CROSSED, columns=", ".join(map(shown, raters)), alike=",".join(alike))
        _note(notes, AS_RATERS, [] if is_told else raters)
        if not is_told and (total := _same_sum(rows, raters)):
            notes.append(Problem(None, AS_COUNTS, {"total": f"{total:g}"}, is_warning=True))
    if not raters:
        raise BadFile(gettext_noop("There is no column of a rater."))
    parts: dict[str | None, Cells] = {}
    columns = parts_of(raters)
    for place, row in enumerate(rows):
        for name, part in columns.items():
            cells = parts.setdefault(part.criterion or None, Cells())
            cells.add(place, part.rater, row.values.get(name, ""), row.line)
    return parts or {None: Cells()}


def _same_sum(rows: list[Row], columns: list[str]) -> float:
    """What whole numbers add up to in every line, where that is the same and there are enough of both; else 0."""
    lines = [[number_or_none(row.values.get(column, "").strip()) for column in columns] for row in rows]
    sums = {sum(line) if None not in line else None for line in lines}  # type: ignore[arg-type]
    total = sums.pop() if len(sums) == 1 else None
    is_whole = total is not None and all(n == int(n) and n >= 0 for line in lines for n in line if n is not None)
    return total if total and is_whole and len(rows) > 2 and len(columns) > 2 else 0.0


def _has_rater_lines(table: Table, rows: list[Row]) -> bool:
    """A column called rater, a name on every line and none twice, and nothing that names an item. A participant
    may as well be whom the others rate."""
    rater = rater_of(table.columns)
    if not rater or spoken(rater).startswith("participant") or item_columns(table.columns):
        return False
    names = [row.values.get(rater, "") for row in rows]
    return len(set(names)) == len(names) and not any(map(number_or_none, names))


def _survey(
    table: Table, rows: list[Row], reading: Reading, notes: list[Problem]
) -> dict[str | None, Cells]:
    person = person_column(table.columns) or named(table.columns, RATER)
    free = {
        name: [row.values.get(name, "") for row in rows]
        for name in _free_columns(table)
        if name != person
    }
    items = [name for name in rater_columns(free, reading.needs_numbers) if may_be_rater(name)]
    _note(notes, AS_SURVEY, items)
    cells = Cells()
    for place, row in enumerate(rows, start=1):
        who = (row.values.get(person, "").strip() if person else "") or str(place)
        if not reading.raters or who in reading.raters:
            for name in items:
                cells.add(name, who, row.values.get(name, ""), row.line)
    return {None: cells}


def _numeric(cells: dict[str | None, Cells], notes: list[Problem]) -> dict[str | None, Cells]:
    """The criteria that hold a number; all of them where none does."""
    kept = {
        name: part
        for name, part in cells.items()
        if any(number_or_none(value.strip()) is not None for value in part.value)
    }
    if kept:
        _note(notes, NAMES, [str(name) for name in cells if name not in kept])
    return kept or cells


def _note(notes: list[Problem], message: str, columns: list[str]) -> None:
    if columns:
        words = {"columns": ", ".join(shown(column) for column in columns)}
        notes.append(Problem(None, message, words, is_warning=True))


def _rows(table: Table, notes: list[Problem]) -> list[Row]:
    """The rows; a coefficient of half a file would be wrong, so the first bad line ends it."""
    rows: list[Row] = []
    for row in without_sums(table.rows()):
        if isinstance(row, Problem) and not row.is_warning:
            raise BadFile(row.message, row.line, **row.params)
        if isinstance(row, Row):
            rows.append(row)
        else:
            notes.append(row)
    return rows


def _holds_numbers(rows: list[Row], name: str) -> bool:
    given = (row.values.get(name, "").strip() for row in rows)
    return any(number_or_none(text) is not None for text in given)


def _count_columns(table: Table) -> list[str]:
    left_out = set(text_columns(table))
    return [name for name in _free_columns(table) if name not in left_out]


def _free_columns(table: Table) -> list[str]:
    """All but those that name the item; a first column without a name is an index."""
    is_index = table.columns[:1] == ("column 1",) and "column 2" not in table.columns
    return [name for name in table.columns[is_index:] if spoken(name) not in ITEM]


def _needed(columns: Sequence[str], reading: Reading) -> LongColumns:
    for name in (name for names in reading.columns.values() for name in names):
        if name not in columns:
            raise BadFile(gettext_noop("There is no column “%(column)s”."), column=shown(name))
    found = long_columns(columns, reading.columns)
    if found is None:
        raise BadFile(
            gettext_noop(
                "The long layout needs the columns item, rater and value: say them with "
                "--map item=COLUMN, rater=COLUMN and value=COLUMN. There are: %(known)s."
            ),
            known=", ".join(shown(column) for column in columns),
        )
    return found
