"""Ratings as they were read, each with its line, so that a refusal can say where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from annotations.formats.problems import BadFile, shown
from annotations.methods.coded_values import OutsideDomain
from annotations.methods.long_table import DuplicateRating


@dataclass
class Cells:
    """Ratings as read: parallel columns, and the line each came from."""

    item: list[object] = field(default_factory=list)
    rater: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    line: list[int] = field(default_factory=list)

    def add(self, item: object, rater: str, value: str, line: int) -> None:
        self.item.append(item)
        self.rater.append(rater)
        self.value.append(value)
        self.line.append(line)


def no_number(cells: Cells, values: list[str | None], numbers: list[float | None]) -> BadFile:
    at = next(i for i, v in enumerate(values) if v is not None and numbers[i] is None)
    return BadFile(
        gettext_noop(
            "Line %(line_number)s, %(rater)s: “%(value)s” is not a number. Use the level nominal for "
            "names, or give the domain in order for the level ordinal; choose raters with --raters."
        ),
        cells.line[at],
        line_number=cells.line[at],
        rater=shown(cells.rater[at]),
        value=shown(str(values[at])),
    )


def outside(
    cells: Cells, values: list[str | None], numbers: list[float | None], error: OutsideDomain
) -> BadFile:
    seen: Sequence[object] = values if isinstance(error.value, str) else numbers
    line = cells.line[seen.index(error.value)]
    return BadFile(
        gettext_noop("Line %(line_number)s: the value “%(value)s” is not in the domain."),
        line,
        line_number=line,
        value=shown(f"{error.value:g}" if isinstance(error.value, float) else str(error.value)),
    )


def twice(cells: Cells, error: DuplicateRating) -> BadFile:
    pairs = zip(cells.item, cells.rater, cells.line, strict=True)
    lines = [line for item, rater, line in pairs if (item, rater) == (error.item, error.rater)]
    return BadFile(
        gettext_noop(
            "Line %(line_number)s: “%(rater)s” rates the item “%(item)s” a second time, after line %(first)s. Keep "
            "one of them; or, if several columns make an item together, name each with --map item=COLUMN."
        ),
        lines[:2][-1],
        line_number=lines[:2][-1],
        first=lines[0],
        rater=shown(str(error.rater)),
        item=shown(str(error.item)),
    )
