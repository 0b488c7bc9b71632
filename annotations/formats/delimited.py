"""CSV and TSV, with quotes or without, never losing lines to a quote that was not meant."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext_noop

from annotations.formats.columns import role_of
from annotations.formats.headers import LOOKED_AT, Header, header_among
from annotations.formats.limits import MAX_CELL_CHARACTERS
from annotations.formats.problems import BadFile, Problem
from annotations.formats.ratings import role_of_column
from annotations.formats.table import Rows, Table, fitted, name_columns
from annotations.formats.text import Lines, as_text
from annotations.formats.values import number_or_none
from annotations.formats.written_numbers import is_missing

csv.field_size_limit(MAX_CELL_CHARACTERS)

DELIMITERS = ("\t", ",", ";", "|")
SAMPLE_CHARACTERS = 300_000
SEPARATOR_LINE = re.compile(r"sep=(.)\s*$")
HEADER_AGAIN = gettext_noop("This line is the header again and is left out.")
DOUBLED_QUOTES = re.compile(r'(?:^|\t)"[^\t"]*""[^\t]*"(?=\t|$)', re.MULTILINE)
QUOTED_NAMES = re.compile(r'\ufeff?"[^"\n]+"(\t"[^"\n]+")+\r?\n')
GUARDED = re.compile(r'="([-+]?\d[\d.,:/-]*)"')
"""A number that a program keeps Excel from changing: ="007"."""


@dataclass(frozen=True)
class Dialect:
    """How the cells of a line are told apart. `has_header` is false where line 1 is data."""

    delimiter: str
    is_quoted: bool
    has_header: bool = True
    skipped_lines: int = 0


def open_delimited(file: BinaryIO, encoding: str) -> Table:
    """Recognise the dialect and the header.

    Raises:
        BadFile: there is no header.
    """
    with as_text(file, encoding) as text:
        sample = text.read(SAMPLE_CHARACTERS)
    dialect = sniff(sample)
    cells, line = _header(sample, dialect)[:2]
    if _has_row_names(sample, dialect, line, len(cells)):
        cells = ["", *cells]
    dialect = replace(dialect, skipped_lines=line - 1)
    if looks_like_data(cells):
        dialect = replace(dialect, has_header=False)
        columns = tuple(f"column {position}" for position in range(1, len(cells) + 1))
    else:
        columns = name_columns(cells, line)
    name = "tsv" if dialect.delimiter == "\t" else "csv"
    return Table(name, encoding, columns, lambda: _rows(file, encoding, dialect, columns))


def _has_row_names(sample: str, dialect: Dialect, header_line: int, width: int) -> bool:
    """Whether R wrote it: rows begin with a name of their own, above which the header has nothing. Where commas
    part the cells, all others must be numbers: a text may hold a comma on every line."""
    found = [cells for line, cells in _first_records(sample, dialect) if line > header_line]
    if len(found) < 2 or any(len(cells) != width + 1 or not cells[-1].strip() for cells in found):
        return False
    return dialect.delimiter == "\t" or all(map(_holds_numbers, found))


def _holds_numbers(cells: list[str]) -> bool:
    """Whether all but the first are numbers, or say that there is none."""
    return len(cells) > 1 and all(is_missing(cell) or number_or_none(cell) is not None for cell in cells[1:])


def _header(sample: str, dialect: Dialect) -> Header:
    """Among the first records; a title that Excel saved above a table fills one cell alone."""
    records = _first_records(sample, dialect)
    is_title = len(records[0][1]) > 1 and _filled(records[0][1]) == 1
    first = next((n for n, (_, cells) in enumerate(records) if _filled(cells) > 1), 0) if is_title else 0
    return header_among(records[first:])


def _first_records(sample: str, dialect: Dialect) -> list[tuple[int, list[str]]]:
    """Those among which the header is; what is wrong further down is told with the rows.

    Raises:
        BadFile: there is none.
    """
    found = []
    try:
        for record in islice(_records(Lines(io.StringIO(sample, newline="")), dialect, 0), LOOKED_AT):
            found.append(record)
    except BadFile:
        if not found:
            raise
    if not found:
        raise BadFile(gettext_noop("The file holds no text."))
    return found


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def sniff(sample: str) -> Dialect:
    """Delimiter and quoting from the start of a file.

    Commas mean quoting by the usual rules. Tabs mean none, as corpora are written, unless
    the sample shows a writer that quotes: all names, doubled quotes, or rows that only fit when quoted.
    """
    if match := SEPARATOR_LINE.match(sample.split("\n", 1)[0]):
        return Dialect(match[1], True, skipped_lines=1)
    delimiter = _delimiter(sample)
    if delimiter != "\t" or '"' not in sample:
        return Dialect(delimiter, delimiter != "\t")
    bare, quoted = (_misfits(sample, Dialect("\t", is_quoted)) for is_quoted in (False, True))
    shows_it = DOUBLED_QUOTES.search(sample) or QUOTED_NAMES.match(sample)
    is_quoted = quoted < bare or (quoted == bare and bool(shows_it))
    return Dialect("\t", is_quoted)


def looks_like_data(cells: list[str]) -> bool:
    """Whether a first line is no header: no column name is known and a cell is a number."""
    if any(role_of(cell) or role_of_column(cell) for cell in cells):
        return False
    return any(re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*", cell) for cell in cells)


def _delimiter(sample: str) -> str:
    header = next((line for line in io.StringIO(sample) if line.strip()), "")
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    counts = {delimiter: outside_quotes.count(delimiter) for delimiter in DELIMITERS}
    if counts["\t"]:
        return "\t"
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best]:
        return best
    return " " if _is_parted_by_spaces(sample) else ","


def _is_parted_by_spaces(sample: str) -> bool:
    """A table of numbers below a line of names, as R and older programs write it; never a text."""
    found = [cells for _, cells in _first_records(sample, Dialect(" ", True))]
    widths = {len(cells) for cells in found[1:]}
    is_even = len(widths) == 1 and len(found[0]) + 1 in (*widths, *(width + 1 for width in widths))
    return is_even and len(found) > 2 and len(found[0]) > 1 and all(map(_holds_numbers, found[1:]))


def _misfits(sample: str, dialect: Dialect) -> int:
    """Rows of the sample (its cut last line aside) that differ in width from the first."""
    lines = Lines(io.StringIO(sample[: sample.rfind("\n") + 1], newline=""))
    widths = [len(cells) for _, cells in _records(lines, dialect, 0)]
    return sum(width != widths[0] for width in widths)


def _rows(file: BinaryIO, encoding: str, dialect: Dialect, columns: tuple[str, ...]) -> Rows:
    with as_text(file, encoding) as text:
        records = _records(Lines(text), dialect, len(columns))
        _, header = next(records, (0, [""])) if dialect.has_header else (0, [""])
        try:
            for line, cells in records:
                if cells[-1] == header[-1] and _is_same(cells, header):
                    yield Problem(line, HEADER_AGAIN, is_warning=True)
                else:
                    yield fitted(line, cells, columns)
        except BadFile as error:
            yield error.problem


def _is_same(cells: list[str], header: list[str]) -> bool:
    """Whether a line is the header again, as where files were joined (with their byte order marks)."""
    return [cell.strip("\ufeff") for cell in cells] == [cell.strip("\ufeff") for cell in header]


def _records(lines: Lines, dialect: Dialect, width: int) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every record that is not blank.

    Lines without a quote are cut at the delimiter, which is all that the csv module would do
    and three times as fast.
    """
    delimiter = dialect.delimiter
    quoting = csv.QUOTE_MINIMAL if dialect.is_quoted else csv.QUOTE_NONE
    reader = csv.reader(
        lines, delimiter=delimiter, quoting=quoting, strict=True, skipinitialspace=delimiter == " "
    )
    for _ in range(dialect.skipped_lines):
        lines.next_line()
    while raw := lines.next_line():
        line = lines.number
        if '"' in raw and dialect.is_quoted:
            lines.put_back(raw)
            cells = _quoted_record(reader, lines, delimiter, width)
        else:
            cells = (raw.split() or [""]) if delimiter == " " else raw.rstrip("\r\n").split(delimiter)
        if '="' in raw or line != lines.number:
            cells = [m[1] if (m := GUARDED.fullmatch(cell.strip())) else cell for cell in cells]
        if cells[0].strip() or any(map(str.strip, cells)):
            yield line, cells


def _quoted_record(
    reader: Iterator[list[str]], lines: Lines, delimiter: str, width: int
) -> list[str]:
    """A record that runs over several lines and then does not fit was opened by a quote that
    was not meant: its first line is read literally and the others are given back."""
    lines.begin()
    try:
        cells = next(reader)
        if len(lines.taken) == 1 or len(cells) == width or not width:
            return cells
    except csv.Error:
        pass
    return lines.put_back_all_but_first().rstrip("\r\n").split(delimiter)
