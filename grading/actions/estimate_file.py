"""Estimates from a file: human scores of some rows, automatic scores of all.

One row an item of the whole dataset; the human column is empty where nobody rated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.utils.translation import gettext_noop

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.rating_values import INFINITE
from annotations.formats.sums import without_sums
from annotations.formats.table import Table
from annotations.formats.values import number_of
from annotations.formats.written_numbers import is_missing
from grading.methods.named_estimates import NamedEstimates, named_estimates

LARGEST = 1e50  # fourth powers of much larger numbers are infinite

FEWEST = 10
BEYOND_CHANCE = 4.0  # standard errors: one random sample in 16,000 lies as far off
UNLIKE = gettext_noop(
    "On the rated items the mean of “%(column)s” is %(rated)s, on all %(all)s: they seem not to be a random sample. Where "
    "some were likelier to be drawn than others, name the column of their probabilities with --probability; otherwise "
    "the intervals promise too much."
)


@dataclass(frozen=True)
class ScoreColumns:
    """Names of columns. probability: None where every item was equally likely to be drawn."""

    human: str
    automatic: tuple[str, ...]
    probability: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.human, *self.automatic, *([self.probability] if self.probability else []))


def estimate_file(
    *,
    path: Path,
    columns: ScoreColumns,
    at_least: float | None = None,
    is_definitive: bool = False,
    seed: int = 0,
    notes: list[Problem] | None = None,
) -> NamedEstimates:
    """The estimates of `named_estimates` from a CSV, TSV, XLSX or JSON file; what a reader should
    know of the file is added to `notes`.

    Raises:
        OSError: the file cannot be opened. BadFile: it cannot be read, a column is not there, or
            a cell is no number, too large or no probability.
    """
    with path.open("rb") as file:
        table = open_table(file)
        numbers = _numbers(table, columns, [] if notes is None else notes)
    automatic = len(columns.automatic)
    if notes is not None and not columns.probability:
        notes += _unlike_the_rest(numbers, columns.automatic[0])
    return named_estimates(
        numbers[:, 0],
        numbers[:, 1 : automatic + 1],
        probabilities=numbers[:, -1] if columns.probability else None,
        at_least=at_least,
        is_definitive=is_definitive,
        seed=seed,
    )


def _unlike_the_rest(numbers: np.ndarray, column: str) -> list[Problem]:
    """A warning where the rated items score otherwise than a random draw of as many would."""
    is_rated, scores = ~np.isnan(numbers[:, 0]), numbers[:, 1]
    if np.isnan(scores).any() or min(is_rated.sum(), (~is_rated).sum()) < FEWEST:
        return []
    rated, everything = float(scores[is_rated].mean()), float(scores.mean())
    error = float(scores.std(ddof=1)) * math.sqrt((~is_rated).mean() / is_rated.sum())
    if abs(rated - everything) <= BEYOND_CHANCE * error:
        return []
    words = {"column": shown(column), "rated": f"{rated:.4g}", "all": f"{everything:.4g}"}
    return [Problem(None, UNLIKE, words, is_warning=True)]


def split_columns(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Names separated by commas; a column whose own name holds commas is taken whole."""
    if text in known:
        return (text,)
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def column_names(path: Path) -> tuple[str, ...]:
    """The header of a file. Raises OSError or BadFile."""
    with path.open("rb") as file:
        return open_table(file).columns


def _numbers(table: Table, columns: ScoreColumns, notes: list[Problem]) -> np.ndarray:
    for name in columns.names:
        if name not in table.columns:
            raise BadFile(
                gettext_noop("There is no column “%(column)s”. There are: %(known)s."),
                column=shown(name),
                known=", ".join(shown(known) for known in table.columns),
            )
    entries = list(without_sums(table.rows()))  # to the end: a refusal leaves no file half read
    notes += [entry for entry in entries if isinstance(entry, Problem) and entry.is_warning]
    rows = [_row(one, columns) for one in entries if isinstance(one, Row) or not one.is_warning]
    if not rows:
        raise BadFile(gettext_noop("The file has no rows."))
    return np.array(rows, dtype=float)


def _row(entry: Row | Problem, columns: ScoreColumns) -> list[float]:
    if isinstance(entry, Problem):
        raise BadFile(entry.message, entry.line, **entry.params)
    cells = [_number(entry, name) for name in columns.names]
    if columns.probability and not math.isnan(cells[0]):
        _check_probability(entry, columns.probability, cells[-1])
    return cells


def _number(row: Row, name: str) -> float:
    """The number of a cell, NaN where it is empty or says that nothing is there."""
    text = row.values[name].strip()
    if is_missing(text):
        return math.nan
    try:
        value = None if text.lower() in INFINITE else number_of(text)
    except ValueError:
        value = None
    if value is None or abs(value) > LARGEST:
        raise _refused(
            row,
            name,
            gettext_noop("column “%(column)s”: “%(value)s” is not a number, or it is too large."),
        )
    return value


def _check_probability(row: Row, name: str, value: float) -> None:
    if not 0 < value <= 1:
        raise _refused(
            row,
            name,
            gettext_noop(
                "column “%(column)s”: “%(value)s” is no probability; a rated item needs one above 0 "
                "and at most 1."
            ),
        )


def _refused(row: Row, name: str, message: str) -> BadFile:
    return BadFile(message, row.line, column=shown(name), value=shown(row.values[name]))
