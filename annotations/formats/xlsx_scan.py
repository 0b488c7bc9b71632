"""What a sheet's XML says that reading row by row does not: formulas, and cells merged downwards."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from annotations.formats.limits import MIB
from annotations.formats.problems import BadFile

FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*\s)?r=["'](\d{7,})["']""")
MAX_ROWS = 1_048_576
"""Of a sheet, by Excel's own limit. openpyxl would make up the rows before one numbered 10¹¹."""
BEYOND = gettext_noop(
    "The workbook is damaged: a row of it has the number %(number)s, and a sheet has at most %(most)s rows. Copy the "
    "table into a new workbook and upload that."
)
OVERLAP = 64
"""Bytes kept of a chunk, so that nothing is cut in two."""

Merges = dict[int, list[tuple[int, int]]]
"""First line → (column from 0, last line) of the cells that are merged with those below."""


@dataclass
class SheetFacts:
    has_formulas: bool = False
    merges: Merges = field(default_factory=dict)


def sheet_facts(archive: zipfile.ZipFile, name: str) -> SheetFacts:
    """One pass over the XML of a sheet, a MiB at a time. Raises BadFile where a row lies beyond the last."""
    facts = SheetFacts()
    for chunk in _chunks(archive, name):
        for number in ROW_NUMBER.findall(chunk):
            if int(number[:20]) > MAX_ROWS:
                raise BadFile(BEYOND, number=number[:20].decode(), most=MAX_ROWS)
        facts.has_formulas = facts.has_formulas or bool(FORMULA.search(chunk))
        if b"mergeCell" in chunk:
            for column, first, _, last in MERGED.findall(chunk):
                if int(last) > int(first):
                    facts.merges.setdefault(int(first), []).append((_column(column), int(last)))
    return facts


def _column(letters: bytes) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    end = b""
    with archive.open(name) as sheet:
        while chunk := sheet.read(MIB):
            yield end + chunk
            end = chunk[-OVERLAP:]


def filled_down(
    records: Iterator[tuple[int, list[str]]], merges: Merges
) -> Iterator[tuple[int, list[str]]]:
    """Every line with the value of the merged cells that reach down to it."""
    held: dict[int, tuple[str, int]] = {}
    for line, cells in records:
        for column, (value, last) in held.items():
            if line <= last:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or value
        for column, last in merges.get(line, ()):
            held[column] = (cells[column] if column < len(cells) else "", last)
        yield line, cells
