"""Marks and scores in the cells of a row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_noop

from annotations.formats.problems import Refused, shown
from annotations.formats.values import number_of, out_of
from annotations.formats.written_numbers import is_missing

NO_NUMBER = gettext_noop("“%(column)s” is “%(value)s”, which is no number.")
OUTSIDE = gettext_noop("“%(column)s” is %(mark)s, outside the marks from 0 to %(full)s.")
OTHER_FULL = gettext_noop("“%(column)s” is “%(value)s”, but the full mark is %(full)s.")


def check_mark(mark: float, full_mark: Decimal | None, column: str) -> float:
    """The mark, if it lies on the question's scale from 0 to the full mark (if known).

    Raises:
        Refused: it does not.
    """
    if full_mark is None and mark >= 0:
        return mark
    if mark < 0 or (full_mark is not None and mark > full_mark):
        raise Refused(
            OUTSIDE,
            column=shown(column),
            mark=f"{mark:g}",
            full="…" if full_mark is None else f"{full_mark.normalize():f}",
        )
    return mark


def mark_in(values: Mapping[str, str], column: str, full_mark: Decimal | None) -> float | None:
    """A mark as it stands, or of those it is said to be out of; a percentage is one of the full mark.

    Raises:
        Refused: it is none, or out of another full mark.
    """
    text = values.get(column) or ""
    found = None if text.isdecimal() or full_mark is None else out_of(text)
    if found is None:
        return number_in(values, column)
    mark, most = found
    if "%" in unicodedata.normalize("NFKC", text):
        return round(mark * float(full_mark or 1), 6)
    if Decimal(most) != full_mark:
        raise Refused(
            OTHER_FULL,
            column=shown(column), value=shown(text), full=f"{full_mark:f}",
        )  # fmt: skip
    return mark


def number_in(values: Mapping[str, str], column: str) -> float | None:
    text = values.get(column)
    if not text:
        return None
    try:
        return number_of(text)
    except ValueError:
        if is_missing(text):
            return None
        raise Refused(
            NO_NUMBER,
            column=shown(column),
            value=shown(text),
        ) from None
