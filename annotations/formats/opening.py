"""Recognise a file by its content and open it as a table."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_noop

from annotations.formats.archive import DAMAGED, GZIP, Archive, check_zip, unpacked
from annotations.formats.blocks import looks_like_blocks, open_blocks
from annotations.formats.delimited import open_delimited
from annotations.formats.json_lists import list_in
from annotations.formats.json_rows import open_json, open_json_lines
from annotations.formats.limits import MAX_WORKBOOK_BYTES, MIB
from annotations.formats.problems import BadFile, Row
from annotations.formats.questionnaires import without_question_lines
from annotations.formats.table import Table
from annotations.formats.text import as_text, detect_encoding
from annotations.formats.xlsx import open_xlsx

MARKUP = re.compile(r"<(\?xml|!doctype|html|table|body|meta|head|style|!--)\b", re.IGNORECASE)
SAMPLE_CHARACTERS = 200_000
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
KNOWN_BINARIES = (
    (b"\xd0\xcf\x11\xe0", gettext_noop("This is an old Excel file (.xls): save it as .xlsx.")),
    (b"%PDF", gettext_noop("This is a PDF: export the table as CSV or XLSX.")),
    (b"Rar!", gettext_noop("This is a RAR archive: use a zip.")),
    (b"7z\xbc\xaf", gettext_noop("This is a 7z archive: use a zip.")),
    (b"\x89PNG", gettext_noop("This is an image: put it in a zip beside a table that names it.")),
    (b"\xff\xd8\xff", gettext_noop("This is an image: put it in a zip beside a table that names it.")),
    (b"SQLite format", gettext_noop("This is a database: export the table as CSV or XLSX.")),
    (b"PAR1", gettext_noop("This is a Parquet file: export the table as CSV or JSON lines.")),
)  # fmt: skip


def open_table(file: BinaryIO, name: str = "") -> Table:
    """A table from a seekable binary file: CSV, TSV, XLSX, JSON, JSON lines, labelled blocks,
    or a zip that holds one of these with images beside it; also one that gzip has packed.

    The content tells the format. The `name` of the file only tells a damaged zip or broken JSON from a
    table of text.

    Raises:
        BadFile: it is none of these, empty, damaged, too large or in an unknown encoding.
    """
    table = without_question_lines(_recognised(file, name))
    if not any(isinstance(row, Row) or not row.is_warning for row in table.rows()):
        raise BadFile(gettext_noop("The file has a header but no rows."))
    return table


def _recognised(file: BinaryIO, name: str, is_inside_zip: bool = False) -> Table:
    if file.seek(0, 2) > settings.MAX_UPLOAD_MB * MIB:
        raise BadFile(
            gettext_noop("The file is larger than %(limit)s MiB. Split it and import the parts."),
            limit=settings.MAX_UPLOAD_MB,
        )
    file.seek(0)
    start = file.read(16)
    for magic, message in KNOWN_BINARIES:
        if start.startswith(magic):
            raise BadFile(message)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_zip(file, is_inside_zip)
    if start.startswith(GZIP) and not is_inside_zip:
        return _recognised(unpacked(file), name.removesuffix(".gz"), is_inside_zip=True)
    suffix = PurePath(name).suffix.lower()
    if suffix == ".zip":
        raise BadFile(DAMAGED)
    return _open_text(file, is_called_json=suffix in JSON_SUFFIXES)


def _open_zip(file: BinaryIO, is_inside_zip: bool) -> Table:
    names = set(check_zip(file).namelist())
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        check_zip(file, MAX_WORKBOOK_BYTES)
        return open_xlsx(file)
    if is_inside_zip:
        raise BadFile(gettext_noop("There is another zip inside the zip: unpack it first."))
    archive = Archive(file)
    inner = _recognised(archive.table(), archive.table_name, is_inside_zip=True)
    return replace(inner, images=archive)


def _open_text(file: BinaryIO, is_called_json: bool) -> Table:
    encoding = detect_encoding(file)
    with as_text(file, encoding) as text:
        sample = text.read(SAMPLE_CHARACTERS)
    start = sample.lstrip("\ufeff \t\r\n")
    if not start:
        raise BadFile(gettext_noop("The file holds no text."))
    if start.startswith("{"):
        return (open_json_lines if _is_json_lines(start) else open_json)(file, encoding)
    if start.startswith("[") and (is_called_json or start[1:].lstrip()[:1] in '[{"]'):
        return open_json(file, encoding)
    if is_called_json:
        raise BadFile(gettext_noop("This is not valid JSON: it begins with neither [ nor {."), 1)
    if start.startswith("<"):
        _refuse_markup(start)
    if looks_like_blocks(sample):
        return open_blocks(file, encoding)
    return open_delimited(file, encoding)


def _refuse_markup(start: str) -> None:
    """Some systems call a web page or an XML table .xls; Excel opens both.

    Raises:
        BadFile: the text begins like either.
    """
    if MARKUP.match(start):
        raise BadFile(
            gettext_noop("This is a web page or XML: open it in Excel and save it as .xlsx, or as CSV."), 1
        )


def _is_json_lines(start: str) -> bool:
    """Whether the first line is an object by itself, or a second line begins another."""
    first, _, rest = start.partition("\n")
    if rest.lstrip().startswith("{"):
        return True
    try:
        entry = json.loads(first)
        return bool(rest.strip()) or list_in(entry) is None
    except (ValueError, RecursionError):
        return False
