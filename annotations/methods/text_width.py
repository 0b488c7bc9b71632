"""How wide a text stands in columns of equal width: Chinese signs take two."""

from __future__ import annotations

import unicodedata


def text_width(text: str) -> int:
    """Columns that `text` takes in a terminal or a table of equal signs."""
    return sum(_sign_width(sign) for sign in text)


def padded(text: str, width: int, *, to_right: bool = False) -> str:
    """`text` filled with spaces to `width` columns; `to_right` puts them before it."""
    spaces = " " * (width - text_width(text))
    return spaces + text if to_right else text + spaces


def shortened(text: str, width: int) -> str:
    """`text`, cut with an ellipsis where it takes more than `width` columns."""
    taken = 0
    for i, sign in enumerate(text):
        taken += _sign_width(sign)
        if taken > width:
            return text[:i].rstrip() + "…"
    return text


def _sign_width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
