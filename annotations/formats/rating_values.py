"""The values of ratings as they were typed: numbers, categories, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext_noop

from annotations.formats.problems import BadFile
from annotations.formats.rating_cells import Cells, no_number, outside, twice
from annotations.formats.values import number_or_none
from annotations.formats.written_numbers import MISSING, MISSING_NUMBERS
from annotations.methods.coded_values import OutsideDomain
from annotations.methods.long_table import DuplicateRating, LongTable, long_table

INFINITE = {"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "-∞"}
CODE = re.compile(r"99+|-9+|-8+")
"""Numbers that statistics programs keep for "missing"."""
HIGHEST_BELOW_CODES = 20


@dataclass(frozen=True)
class Reading:
    """How to read: `level` decides what text means; `domain` are the possible values as typed;
    `raters` keeps only these raters (columns, in the wide layout); `columns` says what columns of a
    long table are, role → columns; `criterion` is read alone where the file has it; `missing` is what
    else stands for nothing, such as 99."""

    level: str
    domain: tuple[str, ...] = ()
    raters: tuple[str, ...] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    criterion: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def needs_numbers(self) -> bool:
        return self.level != "nominal" and (not self.domain or numeric_domain(self.domain) is not None)


def as_long_table(cells: Cells, reading: Reading) -> LongTable:
    pairs = zip(cells.value, cells.line, strict=True)
    values = [_given(text, line, reading) for text, line in pairs]
    numbers = [None if text is None else number_or_none(text) for text in values]
    domain: list[float] | list[str] | None = numeric_domain(reading.domain)
    is_text = (domain is None and bool(reading.domain)) or any(
        text is not None and number is None for text, number in zip(values, numbers, strict=True)
    )
    if is_text and reading.level != "nominal" and (domain is not None or not reading.domain):
        raise no_number(cells, values, numbers)
    if is_text:
        domain = list(reading.domain) or None
        values = _one_spelling(values, reading.domain)
    try:
        return long_table(
            np.array(cells.item, dtype=object),
            np.array(cells.rater, dtype=object),
            np.array(values if is_text else numbers, dtype=object),
            domain,
            ordered=reading.level == "ordinal",
        )
    except DuplicateRating as error:
        raise twice(cells, error) from error
    except OutsideDomain as error:
        raise outside(cells, values, numbers, error) from error


def _one_spelling(values: list[str | None], domain: Sequence[str]) -> list[str | None]:
    """Yes, yes and Ｙｅｓ are one category: as the domain writes it, or as it stands first."""
    known = {_folded(name): name for name in reversed(domain)}
    return [None if text is None else known.setdefault(_folded(text), text) for text in values]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def missing_codes(values: Iterable[str], reading: Reading) -> list[str]:
    """Values such as 99 and -9 on a scale that reaches nowhere near them."""
    given = {text.strip() for text in values} - {*reading.missing, *reading.domain}
    codes = {text for text in given if CODE.fullmatch(text)}
    others = [n for n in map(number_or_none, given - codes) if n is not None]
    return sorted(codes) if all(0 <= n <= HIGHEST_BELOW_CODES for n in others) and given > codes else []


def _given(text: str, line: int, reading: Reading) -> str | None:
    plain = text.strip()
    if plain.lower() in INFINITE:
        message = gettext_noop("Line %(line_number)s: a value cannot be infinite.")
        raise BadFile(message, line, line_number=line)
    missing = MISSING_NUMBERS if reading.needs_numbers else MISSING
    return None if plain.lower() in missing or plain in reading.missing else plain


def numeric_domain(domain: Sequence[str]) -> list[float] | None:
    numbers = [number_or_none(text) for text in domain]
    return [n for n in numbers if n is not None] if domain and None not in numbers else None
