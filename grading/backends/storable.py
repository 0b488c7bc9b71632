"""Text from outside as every database can hold it."""

from __future__ import annotations


def storable(text: str) -> str:
    """Without the character 0 and without halves of characters, which JSON can smuggle in.

    >>> storable(chr(0) + "a" + chr(0xD800))
    'a?'
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
