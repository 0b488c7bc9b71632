"""JSON and JSON lines. Arrays are parsed element by element, whatever their size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from json.decoder import JSONDecodeError
from typing import Any, BinaryIO, TextIO

from django.utils.translation import gettext_noop

from annotations.formats.columns import Role
from annotations.formats.foreign import shape_of
from annotations.formats.json_lists import list_in
from annotations.formats.limits import (
    MAX_COLUMNS,
    MAX_JSON_OBJECT_BYTES,
    MAX_LINE_CHARACTERS,
    MIB,
    NAME_CHARACTERS,
)
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.shapes import ENTRY, Shape
from annotations.formats.table import Rows, Table
from annotations.formats.text import Lines, as_text

ROWS_THAT_NAME_COLUMNS = 1000
NOT_AN_OBJECT = gettext_noop("This entry is no JSON object with named values.")
BROKEN = gettext_noop("This is not valid JSON: it goes wrong at “%(near)s”.")
CUT_OFF = gettext_noop("This is not valid JSON: it ends too early.")
TOO_DEEP = gettext_noop("This is not valid JSON: nested too deeply.")
TOO_LONG_A_NUMBER = gettext_noop("This is not valid JSON: a number in it is too long.")
_decoder = json.JSONDecoder()


Entries = Iterator[tuple[int, Any] | Problem]
"""(line, element) of a file, and the places where there is none."""


def open_json_lines(file: BinaryIO, encoding: str) -> Table:
    """One object a line; a broken line is reported and the next is read."""
    return _table("jsonl", encoding, partial(_streamed, file, encoding, _line_entries))


def open_json(file: BinaryIO, encoding: str) -> Table:
    """An array of objects, streamed, or an object that holds one (at most 32 MiB)."""
    with as_text(file, encoding) as text:
        is_array = text.read(4096).lstrip().startswith("[")
    if is_array:
        return _table("json", encoding, partial(_streamed, file, encoding, _array_entries))
    entries = _list_in_object(file, encoding)
    return _table("json", encoding, lambda: iter(enumerate(entries, start=1)))


def _streamed(file: BinaryIO, encoding: str, read: Callable[[TextIO], Entries]) -> Entries:
    with as_text(file, encoding) as text:
        yield from read(text)


def _table(name: str, encoding: str, entries: Callable[[], Entries]) -> Table:
    """The entries as a table: as they are, or as the program means them that wrote them."""
    shape = shape_of(next((found[1] for found in entries() if isinstance(found, tuple)), None))
    rows = partial(_rows, entries, shape)
    columns = _columns(rows)
    if not columns:
        raise _nothing_found(rows())
    if shape is None:
        return Table(name, encoding, columns, rows)
    scored = _scored(entries, shape)
    roles = {column: Role.AUTOMATIC_SCORE.value for column in columns if column in scored}
    ratings = _ratings_table(shape, encoding, entries) if shape.ratings else None
    return Table(shape.name, encoding, columns, rows, roles=roles, ratings=ratings)


def _columns(rows: Callable[[], Rows]) -> tuple[str, ...]:
    columns: dict[str, None] = {}
    for row, _ in zip(rows(), range(ROWS_THAT_NAME_COLUMNS), strict=False):
        if isinstance(row, Row):
            columns.update(dict.fromkeys(row.values))
    return tuple(columns)[:MAX_COLUMNS]


def _rows(entries: Callable[[], Entries], shape: Shape | None) -> Rows:
    for found in entries():
        if isinstance(found, Problem):
            yield found
        elif shape is None or not isinstance(found[1], dict):
            yield row_of(*found)
        else:
            for told in shape.items(found[1]):
                yield row_of(found[0], {**told.values, **told.scores})


def _scored(entries: Callable[[], Entries], shape: Shape) -> set[str]:
    first = islice(
        (found[1] for found in entries() if isinstance(found, tuple)), ROWS_THAT_NAME_COLUMNS
    )
    told = (told for entry in first if isinstance(entry, dict) for told in shape.items(entry))
    return {name for one in told for name in one.scores}


def _ratings_table(shape: Shape, encoding: str, entries: Callable[[], Entries]) -> Table | None:
    """The ratings of people in the same file; None where the first entries hold none. Where all are left out, their
    warnings are what it holds."""
    rows = partial(_rating_rows, shape, entries)
    columns = _columns(rows) or (("item", "rater", "criterion", "value") if next(rows(), None) else ())
    roles = {ENTRY: "item"} | {name: name for name in ("rater", "criterion", "value")}
    said = roles if ENTRY in columns else {}
    return Table(shape.name, encoding, columns, rows, roles=said) if columns else None


def _rating_rows(shape: Shape, entries: Callable[[], Entries]) -> Rows:
    assert shape.ratings is not None
    for place, found in enumerate(entries(), start=1):
        if isinstance(found, Problem):
            yield found
        elif isinstance(found[1], dict):
            for rating in shape.ratings(found[1]):
                if isinstance(rating, Problem):
                    yield replace(rating, line=found[0])
                    continue
                if ENTRY in rating:
                    rating[ENTRY] = f"{place}.{rating[ENTRY]}"
                yield row_of(found[0], rating)


def _nothing_found(rows: Rows) -> BadFile:
    first = next(rows, None)
    if isinstance(first, Problem):
        return BadFile(first.message, first.line, **first.params)
    return BadFile(gettext_noop("The file holds no entries."))


def _line_entries(text: TextIO) -> Entries:
    lines = Lines(text)
    try:
        for raw in lines:
            lines.begin()
            if raw.strip():
                yield _parsed(lines.number, raw)
    except BadFile as error:
        yield error.problem


def _parsed(line: int, raw: str) -> tuple[int, Any] | Problem:
    try:
        return line, json.loads(raw)
    except (ValueError, RecursionError) as error:
        return _broken(line, error)


def _array_entries(text: TextIO) -> Entries:
    for line, element in _elements(text):
        yield element if isinstance(element, Problem) else (line, element)


def _elements(text: TextIO) -> Iterator[tuple[int, Any]]:
    """The elements of a top-level array with the line where each starts.

    After a syntax error nothing can be trusted: it is the last thing that is yielded.
    """
    buffer, line, is_last = "", 1, False
    wanted = MIB
    at = 0
    opened = False
    while True:
        at, line = _skip(buffer, at, line, ", \t\r\n" if opened else " \t\r\n")
        if not opened and buffer[at : at + 1] == "[":
            opened, at = True, at + 1
            continue
        if at < len(buffer):
            if buffer[at] == "]":
                return
            try:
                element, end = _decoder.raw_decode(buffer, at)
                if is_last or (isinstance(element, dict) or end < len(buffer)):
                    yield line, element
                    line += buffer.count("\n", at, end)
                    at, wanted = end, MIB
                    continue
            except (ValueError, RecursionError) as error:
                if is_last or not _may_be_cut(error, len(buffer)):
                    yield line, _broken(line, error)
                    return
            if len(buffer) - at > MAX_LINE_CHARACTERS:
                yield line, Problem(line, gettext_noop("This entry is too long to be read."))
                return
        if is_last:
            yield line, Problem(line, gettext_noop("The JSON ends before its array is closed."))
            return
        more = text.read(wanted)
        buffer, at, is_last, wanted = buffer[at:] + more, 0, not more, wanted * 2


def _skip(buffer: str, at: int, line: int, characters: str) -> tuple[int, int]:
    while at < len(buffer) and buffer[at] in characters:
        line += buffer[at] == "\n"
        at += 1
    return at, line


def _may_be_cut(error: Exception, length: int) -> bool:
    """Whether a decoding error may come from the end of what was read so far."""
    if not isinstance(error, JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos > length - 20


def _list_in_object(file: BinaryIO, encoding: str) -> list[Any]:
    if file.seek(0, 2) > MAX_JSON_OBJECT_BYTES:
        raise BadFile(
            gettext_noop(
                "A JSON file that is one object can be read up to %(limit)s MiB. "
                "Save larger data as a JSON array or as JSON lines."
            ),
            limit=MAX_JSON_OBJECT_BYTES // MIB,
        )
    with as_text(file, encoding) as text:
        try:
            data = json.load(text)
        except (ValueError, RecursionError) as error:
            line = error.lineno if isinstance(error, JSONDecodeError) else 1
            problem = _broken(line, error)
            raise BadFile(problem.message, line, **problem.params) from error
    found = list_in(data)
    return [data] if found is None else found


def row_of(line: int, entry: Any) -> Row | Problem:
    """An object as a row: nested objects become `outer.inner`, lists stay JSON text."""
    if not isinstance(entry, dict):
        return Problem(line, NOT_AN_OBJECT)
    values: dict[str, str] = {}
    try:
        _flatten(entry, "", values)
        text = "".join((*values, *values.values()))
        text.encode()
    except (ValueError, RecursionError):
        return Problem(line, gettext_noop("This entry holds characters that are no text."))
    if "\0" in text:
        return Problem(line, gettext_noop("This entry holds characters that are no text."))
    return Row(line, values)


def _flatten(entry: dict[str, Any], prefix: str, values: dict[str, str]) -> None:
    for key, value in entry.items():
        if isinstance(value, dict) and value:
            _flatten(value, f"{prefix}{key}.", values)
        else:
            values[f"{prefix}{key}"[:NAME_CHARACTERS]] = _as_text(value)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _broken(line: int, error: Exception) -> Problem:
    """Where it goes wrong, in the file's own words: the parser's sentence is English."""
    if isinstance(error, JSONDecodeError):
        near = shown(error.doc[error.pos : error.pos + 100].strip())
        return Problem(line, BROKEN, {"near": near}) if near else Problem(line, CUT_OFF)
    return Problem(line, TOO_DEEP if isinstance(error, RecursionError) else TOO_LONG_A_NUMBER)
