"""A text as graders compare it."""

from __future__ import annotations

import re
import unicodedata

_BLANK = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Half-width, lower case, without punctuation: what the models see."""
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()
