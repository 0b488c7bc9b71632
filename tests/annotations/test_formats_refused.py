"""Files that cannot be read, or mean harm: each is refused with a sentence."""

from __future__ import annotations

import gc
import io
import random
import re
import sys
import time

import pytest

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Problem, Row
from tests.annotations.format_files import opened, refusal, workbook


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("scans.zip", "The zip file is damaged"),
        ("items.json", "begins with neither [ nor {"),
        ("items.jsonl", "begins with neither [ nor {"),
    ],
)
def test_a_name_tells_a_damaged_file_from_a_table(name, sentence):
    data = b"number,answer\n1,x\n"
    with pytest.raises(BadFile, match=re.escape(sentence)):
        open_table(io.BytesIO(data), name)
    assert open_table(io.BytesIO(data), "items.xlsx").format == "csv"


@pytest.mark.parametrize(
    "data", ["题号,作答\n", "题号,作答\n\n\n", "hello", workbook(["题号", "作答"])]
)
def test_a_header_without_rows_is_refused(data):
    assert refusal(data).text == "The file has a header but no rows."


@pytest.mark.parametrize("character", '(*#【["\t:')
def test_a_long_line_of_one_character_is_looked_at_in_no_time(character):
    before = time.process_time()
    with pytest.raises(BadFile):
        open_table(io.BytesIO((character * 200_000).encode()))
    assert time.process_time() - before < 10, "it took minutes"


def test_a_reader_left_half_read_ends_quietly_after_its_file(monkeypatch):
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    file = io.BytesIO("题号,作答\n1,x\n2,y\n".encode())
    found = open_table(file).rows()
    assert next(found).line == 2
    file.close()
    del found
    gc.collect()
    assert not ignored


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"   \n\n", "The file holds no text."),
        (b"a,b\n1,\x002\n", "This is not a text file"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0rest", "save it as .xlsx"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"[]", "no entries"),
        (b"{}", "no entries"),
        (b"{broken", "not valid JSON"),
        (random.Random(1).randbytes(5000), "binary"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data, sentence):
    assert sentence in refusal(data).text


def test_damaged_utf8_is_named_by_line_and_not_taken_for_gb18030():
    data = "题目,作答\n为什么,因为这样\n".encode() + b"x,\xe4\xb8\n"
    problem = refusal(data)
    assert problem.line == 3
    assert "UTF-8" in problem.text


def test_one_endless_line_is_a_problem_and_not_a_crash(monkeypatch):
    monkeypatch.setattr("annotations.formats.text.MAX_LINE_CHARACTERS", 10_000)
    found = list(opened("a,b\n1,2\n3," + "x" * 50_000 + "\n").rows())
    assert [type(entry) for entry in found] == [Row, Problem]
    assert (found[1].line, "nothing from there on" in found[1].text) == (3, True)


def test_a_file_over_the_limit_is_refused(settings):
    settings.MAX_UPLOAD_MB = 0
    assert "larger than 0 MiB" in refusal("a,b\n1,2\n").text
