"""What the tests of the readers share: files made on the spot, and what is read of them."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from PIL import Image

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Table


def opened(data: bytes | str) -> Table:
    return open_table(io.BytesIO(data.encode() if isinstance(data, str) else data))


def rows(data: bytes | str) -> list[dict[str, str]]:
    found = list(opened(data).rows())
    assert all(isinstance(row, Row) for row in found), found
    return [row.values for row in found]


def refusal(data: bytes | str) -> Problem:
    with pytest.raises(BadFile) as caught:
        list(opened(data).rows())
    return caught.value.problem


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def png(width: int = 4, height: int = 3) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return buffer.getvalue()


def workbook(*lines: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
