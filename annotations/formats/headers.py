"""Where the header of a spreadsheet begins and how many lines it takes, as people lay tables out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from annotations.formats.columns import is_label
from annotations.formats.ratings import role_of_column

LOOKED_AT = 12
"""Records: a title, the class, the teacher and a date may stand above a header, no more."""

Record = tuple[int, list[str]]


class Header(NamedTuple):
    """`cells` name the columns; `line` is where its last record begins, `records` how many it and what
    stands above it take."""

    cells: list[str]
    line: int
    records: int


def header_among(records: Sequence[Record]) -> Header:
    """The header: of the first records the one with the most names that are known, else the first; with
    the line above or below it where both make one.

    Args:
        records: (line, cells) of the first lines with anything in them, at least one.
    """
    known = [_known(cells) for _, cells in records]
    best = known.index(max(known)) if max(known) > 1 else 0
    for top in (best - 1, best):
        if 0 <= top < len(records) - 1 and (joined := _joined(*records[top : top + 2])):
            return Header(joined, records[top + 1][0], top + 2)
    line, cells = records[best]
    return Header(cells, line, best + 1)


def _known(cells: list[str]) -> int:
    return sum(bool(is_label(cell) or role_of_column(cell)) for cell in cells if cell.strip())


def _joined(first: Record, second: Record) -> list[str] | None:
    return joined_header(first[1], second[1]) if second[0] == first[0] + 1 else None


def joined_header(first: list[str], second: list[str]) -> list[str] | None:
    """One header of two lines: below a cell merged over several columns stand the names of these.

    None where the second line is none: it must fill all that the first leaves open and, beside a few groups of one
    column, nothing else. A line with two known names may leave columns open that hold nothing at all, and fill the
    first one.
    """
    width = max(len(first), len(second))
    above = [cell.strip() for cell in [*first, *[""] * (width - len(first))]]
    below = [cell.strip() for cell in [*second, *[""] * (width - len(second))]]
    is_open = [not cell for cell in above]
    grouped = [is_open[i] or (i + 1 < width and is_open[i + 1]) for i in range(width)]
    if not any(is_open):
        return None
    if _known(below) > 1:
        fits = all(grouped[i] or not below[i] for i in range(width))
    else:
        others = [below[i] for i in range(width) if not grouped[i]]
        is_mostly_empty = not below[0] and 2 * sum(map(bool, others)) < len(others)
        is_filled = all(below[i] for i in range(width) if grouped[i])
        fits = not is_open[0] and is_filled and (is_mostly_empty or not any(others))
    return _names(above, below) if fits else None


def _names(above: list[str], below: list[str]) -> list[str]:
    """What stands below speaks for itself where it is known and stands once; else its group says whose
    it is."""
    times, names, group = Counter([*above, *below]), [], ""
    for upper, lower in zip(above, below, strict=True):
        group = upper or group
        speaks = times[lower] == 1 and is_label(lower)
        names.append(lower if speaks else f"{group} {lower}".strip() if lower else upper)
    return names
