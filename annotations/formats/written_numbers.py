"""Numbers that are not written as a program would: 3½, 三分半, 85 %, 0,5, "5 - very good"."""

from __future__ import annotations

import re
import unicodedata

MISSING = {
    "", "na", "n/a", "n.a.", "#n/a", "nan", "<na>", "null", "#null!", ".", "*", "-", "--", "—", "——", "缺失", "未评",
    "缺考", "未交", "absent", "missing", *(f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
}  # fmt: skip
"""What people (and statistics programs) write into a cell to say that nothing is there; in lower case."""

MISSING_NUMBERS = MISSING | {"none", "nil", "/", "\\", "无", "缺", "不适用", "未作答", "弃权"}
"""The same where a number is expected: among named categories these may be one."""

PERCENT = re.compile(r"^([-+]?\d+(?:\.\d+)?)\s*%$")
DECIMAL_COMMA = re.compile(r"^[-+]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+)$")
"""Not 1,234: that may be a thousand."""
LABELLED = re.compile(r"^[(\[]?([-+]?\d+(?:\.\d+)?)\s*[-–—:=.、)\](]\s*[^\W\d].{0,80}$", re.DOTALL)
WITH_FRACTION = re.compile(r"^(\d*)\s*([½¼¾⅓⅔])$")
SPOKEN = re.compile(r"^(?:[〇零一二两三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?)$")
DIGITS = re.compile(r"^[-+]?\d+(\.\d+)?$")
HALF = re.compile(r"分?半$")
MINUS = str.maketrans("−–", "--")


def is_missing(text: str) -> bool:
    """Whether a cell that should hold a number says that there is none."""
    return text.strip().lower() in MISSING_NUMBERS


def written_number(text: str) -> float:
    """The number that a person wrote.

    85 % is 0.85, as a spreadsheet stores it. A number with a name is the number: 5 - very good.

    Raises:
        ValueError: it is none, or may be two.
    """
    mixed = WITH_FRACTION.match(text.strip())
    if mixed:
        return float(mixed[1] or 0) + unicodedata.numeric(mixed[2])
    plain = unicodedata.normalize("NFKC", text).strip().translate(MINUS)
    if percent := PERCENT.match(plain):
        return float(percent[1]) / 100
    if DECIMAL_COMMA.match(plain):
        return float(plain.replace(",", "."))
    if labelled := LABELLED.match(plain):
        return float(labelled[1])
    return _spoken(plain)


def _spoken(text: str) -> float:
    """三, 十二 and 二十; 三半 and 3半 are one half more."""
    whole = HALF.sub("", text)
    half = 0.0 if whole == text else 0.5
    if DIGITS.match(whole):
        return float(whole) + half
    if not whole and half:
        return half
    if not SPOKEN.match(whole):
        raise ValueError(text)
    tens, ten, ones = whole.rpartition("十")
    return 10 * (_digit(tens) if tens else bool(ten)) + (_digit(ones) if ones else 0) + half


def _digit(character: str) -> int:
    return 2 if character == "两" else "〇零一二三四五六七八九".index(character) - (character != "〇")
