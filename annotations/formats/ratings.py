"""Existing human ratings in a file: a long table, or one column a rater."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from annotations.formats.columns import plain
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.ratings_table import CRITERION, ITEM, RATER, VALUE
from annotations.formats.table import Table
from annotations.formats.values import number_of

ALIASES = {
    "item": (*ITEM, "item key"),
    "rater": RATER,
    "criterion": CRITERION,
    "value": VALUE,
    "seconds": ("seconds", "active seconds", "time", "duration", "lead time", "用时", "秒", "用时秒"),
    "note": ("note", "comment", "remark", "备注", "评语", "批注"),
    "source": ("source", "student", "student id", "system", "model", "model id", "学号", "考号"),
    "question_key": ("question number", "question id", "q#", "题号", "试题编号"),
    "school_subject": ("school subject", "科目", "学科"),
}  # fmt: skip
ROLES = (*ALIASES, "rating")
"""`rating` marks a column that holds one rater's scores, named after the rater."""

PLAIN = {plain(name): role for role, names in ALIASES.items() for name in names}


@dataclass
class RatingRow:
    """One rater's scores of one item. `scores`: criterion as named in the file ("" = the only
    one) → (value as typed, line)."""

    line: int
    item: str
    rater: str
    scores: dict[str, tuple[str, int]] = field(default_factory=dict)
    seconds: float | None = None
    note: str = ""


def guess_rating_roles(columns: tuple[str, ...], said: Mapping[str, str]) -> dict[str, str]:
    """column → role: what was said, then what the names say of roles nobody took.

    Raises:
        BadFile: no column for the item, the rater or the value, or two for one of them.
    """
    roles = dict(said)
    is_wide = "rating" in said.values()
    for column in columns:
        role = PLAIN.get(plain(column))
        is_free = role is not None and role not in said.values()
        if (
            role
            and is_free
            and column not in roles
            and not (is_wide and role in ("rater", "value"))
        ):
            if role in roles.values():
                other = next(name for name, own in roles.items() if own == role)
                raise BadFile(
                    gettext_noop(
                        "“%(one)s” and “%(other)s” could both be the %(role)s: say which with "
                        "--map %(role)s=COLUMN."
                    ),
                    one=shown(other),
                    other=shown(column),
                    role=role,
                )
            roles[column] = role
    _check_complete(set(roles.values()))
    return roles


def _check_complete(given: set[str]) -> None:
    if "item" not in given and not {"source", "question_key"} <= given:
        raise BadFile(
            gettext_noop(
                "No column names the item: add --map item=COLUMN, or source=COLUMN and "
                "question_key=COLUMN."
            )
        )
    if "rating" in given:
        return
    for role in ("rater", "value"):
        if role not in given:
            raise BadFile(
                gettext_noop("No column holds the %(role)s: add --map %(role)s=COLUMN."), role=role
            )


def read_rating_rows(
    table: Table, roles: Mapping[str, str]
) -> tuple[list[RatingRow], list[Problem]]:
    """All ratings of the file, the criteria of one rater and item gathered, and the bad lines."""
    columns = {role: column for column, role in roles.items() if role != "rating"}
    raters = [column for column, role in roles.items() if role == "rating"]
    found: dict[tuple[str, str], RatingRow] = {}
    problems: list[Problem] = []
    for row in table.rows():
        if isinstance(row, Problem):
            problems.append(row)
            continue
        for rater, value in _pairs(row, columns, raters):
            problem = _gather(found, row, columns, rater, value)
            if problem:
                problems.append(problem)
    return list(found.values()), problems


def _pairs(row: Row, columns: Mapping[str, str], raters: list[str]) -> list[tuple[str, str]]:
    """(rater, value) of a line; in a wide file empty cells are no ratings."""
    if not raters:
        rater = row.values.get(columns["rater"], "").strip()
        return [(rater, row.values.get(columns["value"], "").strip())]
    pairs = [(column, row.values.get(column, "").strip()) for column in raters]
    return [(rater, value) for rater, value in pairs if value]


def _gather(
    found: dict[tuple[str, str], RatingRow],
    row: Row,
    columns: Mapping[str, str],
    rater: str,
    value: str,
) -> Problem | None:
    item = _item_of(row, columns)
    if not item or not rater or not value:
        return Problem(row.line, gettext_noop("This line lacks the item, the rater or the value."))
    rating = found.setdefault((item, rater), RatingRow(row.line, item, rater))
    criterion = row.values.get(columns.get("criterion", ""), "").strip()
    if criterion in rating.scores:
        if rating.scores[criterion][0] == value:
            return None
        return Problem(
            row.line,
            gettext_noop("“%(rater)s” scores the item “%(item)s” a second time, and otherwise."),
            {"rater": shown(rater), "item": shown(item)},
        )
    rating.scores[criterion] = (value, row.line)
    rating.note = rating.note or row.values.get(columns.get("note", ""), "").strip()
    return _add_seconds(rating, row, columns)


def _item_of(row: Row, columns: Mapping[str, str]) -> str:
    """The item's key as the import of items made it."""
    if "item" in columns:
        return row.values.get(columns["item"], "").strip()
    source = row.values.get(columns["source"], "").strip()
    number = row.values.get(columns["question_key"], "").strip()
    subject = row.values.get(columns.get("school_subject", ""), "").strip()
    number = f"{subject} {number}".strip() if number else ""
    return f"{source}/{number}" if source and number else ""


def _add_seconds(rating: RatingRow, row: Row, columns: Mapping[str, str]) -> Problem | None:
    """The longest time named for a rating: each criterion's line may repeat it."""
    text = row.values.get(columns.get("seconds", ""), "").strip()
    try:
        seconds = number_of(text)
        if seconds is not None and seconds < 0:
            raise ValueError(text)
    except ValueError:
        message = gettext_noop(
            "“%(value)s” is no number of seconds; the rating is kept without it."
        )
        return Problem(row.line, message, {"value": shown(text)})
    if seconds is not None:
        rating.seconds = max(seconds, rating.seconds or 0.0)
    return None
