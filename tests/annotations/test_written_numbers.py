"""Numbers as people write them into cells."""

from __future__ import annotations

import pytest

from annotations.formats.values import number_of
from annotations.formats.written_numbers import is_missing


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3½", 3.5), ("½", 0.5), ("2 ¼", 2.25), ("三分", 3), ("两分半", 2.5), ("3分半", 3.5),
        ("十", 10), ("十二", 12), ("二十分", 20), ("二十三", 23), ("零分", 0), ("〇", 0), ("半", 0.5),
        ("85%", 0.85), ("85 ％", 0.85), ("3,5", 3.5), ("0,125", 0.125), ("−2", -2), ("－2", -2),
        ("5 - very good", 5), ("4 (good)", 4), ("(4) good", 4), ("1－很差", 1), ("5、非常满意", 5),
        ("4 stars", 4), ("3 marks ", 3), ("４.５", 4.5),
    ],
)  # fmt: skip
def test_a_number_in_words_and_signs_is_a_number(text, value):
    assert number_of(text) == value


@pytest.mark.parametrize(
    "text",
    ["1,234", "3-4", "2024-03-01", "10:30", "1.5.2", "三四", "缺考", "very good", "5 very good", "1/2",
     "十十", "²-", "3½½", "1e999"],
)  # fmt: skip
def test_what_may_be_two_numbers_or_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        number_of(text)


@pytest.mark.parametrize("text", ["", " N/A ", "缺考", "-", "NULL", "无", "—"])
def test_a_cell_that_says_that_nothing_is_there_is_missing(text):
    assert is_missing(text)


def test_a_zero_is_not_missing():
    assert not is_missing("0")
