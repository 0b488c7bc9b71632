"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_dangerous(text: str) -> bool:
    """Would a spreadsheet that opens a CSV run this text?"""
    return text.startswith(DANGEROUS)


def inert(value: object) -> object:
    """Text that could be a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and is_dangerous(value):
        return "'" + value
    return value
