"""Whatever the bytes: the readers give rows or problems, and never crash."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.formats import limits
from annotations.formats.problems import BadFile
from tests.annotations.format_files import opened, refusal, rows

CELL = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=20
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-8-sig"])
)
def test_what_a_csv_writer_wrote_is_read_back(cells, encoding):

    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("题目", "作答"), *cells])
    kept = [pair for pair in cells if any(cell.strip() for cell in pair)]
    data = text.getvalue().encode(encoding)
    if not kept:
        assert refusal(data).text == "The file has a header but no rows."
        return
    assert [tuple(row.values()) for row in rows(data)] == kept


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(data):
    try:
        list(opened(data).rows())
    except BadFile as error:
        assert error.problem.text  # noqa: PT017 (a bad file may also be read)


@settings(max_examples=150, deadline=None)
@given(st.text('"\t,\n\r;{}[]:题目作答1a ', max_size=80))
def test_no_text_crashes_the_reader(data):
    try:
        for row in opened(data).rows():
            assert row.line is None or row.line >= 1
    except BadFile as error:
        assert error.problem.text  # noqa: PT017 (a bad file may also be read)


def test_the_limits_admit_an_answer_of_100_kb():
    answer = "长" * 40_000
    assert rows(f"id,answer\n1,{answer}\n")[0]["answer"] == answer
    assert limits.MAX_CELL_CHARACTERS > 100_000
