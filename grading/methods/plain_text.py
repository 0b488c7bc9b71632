"""A text as graders compare it."""

from __future__ import annotations

import re
import unicodedata

_BLANK = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


def plain(text: str) -> str:
    """Half-width, lower case, without punctuation: what the models see."""
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def squeezed(text: str) -> str:
    """Without blanks: a question is the same where this is."""
    return "".join(text.split())


def counted(name: str) -> str:
    """A key to sort names by, with the numbers in them by their size."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(12), name)
