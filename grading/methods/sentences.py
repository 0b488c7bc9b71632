"""Cutting a text into sentences, Chinese and English."""

from __future__ import annotations

import re

# After a Chinese mark or a line; after a Latin mark before a blank, but not inside 3.14 or after "Dr."
_END = re.compile(r"(?<=[。！？；\n])|(?<=[.!?;])(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z]\.)(?=\s)")
_WORD = re.compile(r"\w")


def sentences(text: str) -> list[str]:
    """The sentences in order, blanks off; what holds no letter or digit is left out."""
    parts = (part.strip() for part in _END.split(text))
    return [part for part in parts if _WORD.search(part)]
