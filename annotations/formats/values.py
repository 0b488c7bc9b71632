"""Numbers and scoring points as people write them."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from annotations.formats.written_numbers import PERCENT, written_number

NUMBER = re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$", re.IGNORECASE)
UNIT = re.compile(r"\s*(分|星|marks?|points?|pts?|stars?)\.?\s*$", re.IGNORECASE)
BULLET = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳]|[-•*·])\s*")
MARKS_AT_END = re.compile(
    r"^(?P<text>.+?)\s*[:：,，]?\s*[(（\[【]?\s*(?P<marks>\d+(?:\.\d+)?)\s*(?P<unit>分|marks?|points?|pts?)?"
    r"\s*[)）\]】]?\s*[。.]?$",
    re.IGNORECASE | re.DOTALL,
)
OUT_OF = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:分|marks?|points?)?\s*(?:/|out of|of)\s*(\d+(?:\.\d+)?)$", re.IGNORECASE)
NO = {"", "否", "无", "no", "false"}
HALF = {"是", "有", "yes", "true", "half", "半分", "允许"}


def number_of(text: str) -> float | None:
    """A finite number as people write one: full-width digits, a trailing 分, 3½; None for nothing.

    Raises:
        ValueError: there is something, and it is no number.
    """
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return float(text)
    plain = UNIT.sub("", unicodedata.normalize("NFKC", text).strip())
    if not plain:
        return None
    value = float(plain) if NUMBER.match(plain) else written_number(UNIT.sub("", text))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


@lru_cache(maxsize=10_000)
def number_or_none(text: str) -> float | None:
    """None also where it is no number."""
    try:
        return number_of(text)
    except ValueError:
        return None


def out_of(text: str) -> tuple[float, str] | None:
    """What is said together with what it is out of: 3/5 and 3 out of 5 are (3.0, "5"), 60 % is (0.6, "1")."""
    plain = UNIT.sub("", unicodedata.normalize("NFKC", text).strip())
    if share := PERCENT.match(plain):
        return float(share[1]) / 100, "1"
    found = OUT_OF.match(plain)
    return (float(found[1]), found[2]) if found else None


def decimal_of(text: str, places: int = 2, limit: int = 99_999) -> Decimal | None:
    """A decimal of at most so many places and at most `limit`; None for nothing.

    Raises:
        ValueError: it is no such number.
    """
    plain = UNIT.sub("", unicodedata.normalize("NFKC", text).strip())
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or abs(value) > limit or value != round(value, places):
        raise ValueError(text)
    return value


def step_of(text: str) -> Decimal:
    """The step of the marks: a number, or yes/no to half marks. Nothing is 1.

    Raises:
        ValueError: it is neither, or not positive.
    """
    word = text.strip().casefold()
    if word in NO:
        return Decimal(1)
    if word in HALF:
        return Decimal("0.5")
    value = decimal_of(text, limit=99)
    if value is None or value <= 0:
        raise ValueError(text)
    return value


def scoring_points_of(text: str) -> list[dict[str, Any]]:
    """Scoring points from 史料正确2分；结论1分, lines of 要点(2), or JSON.

    Returns:
        [{"text": str, "marks": number > 0}, …]
    Raises:
        ValueError: a point has no marks, or the JSON has another shape.
    """
    plain = text.strip()
    if not plain:
        return []
    if plain[0] in "[{":
        return _from_json(plain)
    parts = [BULLET.sub("", part).strip() for part in re.split(r"[;；\n|]+|(?=[①-⑳])", plain)]
    return [_point(part) for part in parts if part]


def _point(part: str) -> dict[str, Any]:
    match = MARKS_AT_END.match(part)
    has_sign = match and (match["unit"] or re.search(r"[(（\[【:：,，\s]\s*\d", part))
    if not match or not has_sign:
        raise ValueError(part)
    return _checked(match["text"].strip(" :：,，"), match["marks"])


def _from_json(text: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(text) from None
    if isinstance(data, dict):
        return [_checked(name, marks) for name, marks in data.items()]
    points = []
    for entry in data:
        if not isinstance(entry, dict):
            raise ValueError(text)
        marks = next((entry[k] for k in ("marks", "points", "score", "分值") if k in entry), None)
        name = next((entry[k] for k in ("text", "name", "point", "要点") if k in entry), None)
        points.append(_checked(name, marks))
    return points


def _checked(name: Any, marks: Any) -> dict[str, Any]:
    """One point. Marks stay whole numbers where they are."""
    value = number_of(str(marks)) if marks is not None else None
    if not isinstance(name, str) or not name.strip() or value is None or value <= 0:
        raise ValueError(str(name))
    return {"text": name.strip(), "marks": int(value) if value.is_integer() else value}


def points_as_text(points: list[dict[str, Any]]) -> str:
    """The shape that `scoring_points_of` reads, one point a line."""
    return "\n".join(f"{point['text']} ({point['marks']})" for point in points)
