"""Existing human ratings in a file: a long table, or one column a rater."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from annotations.formats.aliases import RATER
from annotations.formats.columns import plain
from annotations.formats.long_columns import CRITERION, CRITERION_PREFIX, ITEM, VALUE
from annotations.formats.problems import BadFile, Problem, Row, shown
from annotations.formats.rater_columns import Part, named_parts
from annotations.formats.table import Table
from annotations.formats.values import number_of
from annotations.formats.written_numbers import MISSING

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


class RatingRole(TextChoices):
    """What a column of a file of ratings holds. Raters or criteria may have columns of their own."""

    ITEM = "item", _("item number")
    SOURCE = "source", _("source: student or system")
    QUESTION_KEY = "question_key", _("question number")
    SCHOOL_SUBJECT = "school_subject", _("school subject")
    RATER = "rater", _("name of the rater")
    CRITERION = "criterion", _("name of the criterion")
    VALUE = "value", _("score given")
    RATING = "rating", _("scores of one rater, whose name heads the column")
    CRITERION_VALUE = "criterion_value", _("scores on one criterion, whose name heads the column")
    SECONDS = "seconds", _("seconds it took")
    NOTE = "note", _("note of the rater")
    IGNORE = "ignore", _("leave out")


ROLES = tuple(role.value for role in RatingRole if role is not RatingRole.IGNORE)
MANY = {RatingRole.RATING.value, RatingRole.CRITERION_VALUE.value, RatingRole.IGNORE.value}
OF_AN_ITEM = frozenset(("item", "source", "question_key", "school_subject"))
LACKS = {
    "rater": gettext_noop(
        "No column names the rater: add --map rater=COLUMN, --map rating=COLUMN for every column that "
        "is one rater's, or --rater NAME if all are one rater's."
    ),
    "value": gettext_noop(
        "No column holds the scores: add --map value=COLUMN, or --map criterion_value=COLUMN for every "
        "column that is one criterion's."
    ),
}
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


def role_of_column(column: str) -> str | None:
    """The role that a name has by itself."""
    if column.startswith(CRITERION_PREFIX):
        return RatingRole.CRITERION_VALUE.value
    return PLAIN.get(plain(column))


def named_roles(columns: Iterable[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """(column → role where the name says it, role → columns that could all be it).

    Of several, the one that is called like the role wins: "value" beside "mark".
    """
    claims: dict[str, list[str]] = {}
    for column in columns:
        if role := role_of_column(column):
            claims.setdefault(role, []).append(column)
    roles: dict[str, str] = {}
    rivals: dict[str, list[str]] = {}
    for role, claimants in claims.items():
        named = [column for column in claimants if plain(column) == plain(role)]
        won = claimants if role in MANY or len(claimants) == 1 else named
        roles |= dict.fromkeys(won, role)
        if not won:
            rivals[role] = claimants
    return roles, rivals


def guess_rating_roles(
    columns: tuple[str, ...],
    said: Mapping[str, str],
    knows_items: bool = False,
    knows_rater: bool = False,
) -> dict[str, str]:
    """column → role: what was said, then what the names say of roles nobody took.

    `knows_items`: the lines name their items as the file of the items did, so no column need do it. `knows_rater`: all are one rater's.

    Raises:
        BadFile: no column for the item, the rater or the value, or two for one of them.
    """
    taken = {role for role in said.values() if role not in MANY} | {RatingRole.IGNORE.value}
    if RatingRole.RATING in said.values():
        taken |= {RatingRole.RATER.value, RatingRole.VALUE.value}
    if knows_rater:
        taken.add(RatingRole.RATER.value)
    if knows_items and not said_item(said):
        taken |= OF_AN_ITEM
    named, rivals = named_roles(column for column in columns if column not in said)
    for role, claimants in rivals.items():
        if role not in taken:
            raise BadFile(
                gettext_noop(
                    "“%(one)s” and “%(other)s” could both be the %(role)s: say which with "
                    "--map %(role)s=COLUMN."
                ),
                one=shown(claimants[0]),
                other=shown(claimants[1]),
                role=role,
            )
    roles = dict(said) | {column: role for column, role in named.items() if role not in taken}
    _check_complete({*roles.values(), *((OF_AN_ITEM | {RatingRole.RATER.value}) & taken)})
    return roles


def said_item(roles: Mapping[str, str]) -> bool:
    """Whether a column was said to name the item, or the source or question of it."""
    return not OF_AN_ITEM.isdisjoint(roles.values())


def _check_complete(given: set[str]) -> None:
    lacks = missing_roles(given)
    if RatingRole.ITEM in lacks:
        raise BadFile(
            gettext_noop(
                "No column names the item: add --map item=COLUMN, or source=COLUMN and "
                "question_key=COLUMN."
            )
        )
    for role in lacks:
        raise BadFile(LACKS[role])


def missing_roles(given: Collection[str]) -> list[str]:
    """Which of item, rater and value no column holds."""
    lacks = []
    if "item" not in given and not {"source", "question_key"} <= set(given):
        lacks.append("item")
    if "rating" not in given:
        lacks += [] if "rater" in given else ["rater"]
        lacks += [] if {"value", "criterion_value"} & set(given) else ["value"]
    return lacks


def read_rating_rows(
    table: Table,
    roles: Mapping[str, str],
    keys: Callable[[Row], str] | None = None,
    rater: str = "",
    criteria: Collection[str] = (),
) -> tuple[list[RatingRow], list[Problem]]:
    """All ratings of the file, the criteria of one rater and item gathered, and the bad lines.

    `keys` tells the item of a row where no column names it, `rater` is whose they all are. `criteria` are known, so
    that columns can be named by one and a rater.
    """
    columns = {role: column for column, role in roles.items() if role not in MANY}
    raters = named_parts([column for column, role in roles.items() if role == RatingRole.RATING], criteria)
    wide = [(column, role) for column, role in roles.items() if role in MANY - {"ignore"}]
    found: dict[tuple[str, str], RatingRow] = {}
    problems: list[Problem] = []
    for row in table.rows():
        if isinstance(row, Problem):
            problems.append(row)
            continue
        item = keys(row) if keys else _item_of(row, columns)
        for cell in _cells(row, columns, wide, raters):
            own = cell._replace(rater=rater) if rater else cell
            problem = _gather(found, row, item, columns, own)
            if problem:
                problems.append(problem)
    return list(found.values()), problems


class Cell(NamedTuple):
    """One score on a line."""

    rater: str
    criterion: str
    value: str


def _cells(
    row: Row,
    columns: Mapping[str, str],
    wide: list[tuple[str, str]],
    raters: Mapping[str, Part],
) -> list[Cell]:
    """The scores of a line; in a wide file empty cells are no ratings."""

    def cell(role: str) -> str:
        return row.values.get(columns.get(role, ""), "").strip()

    if not wide:
        return [Cell(cell("rater"), cell("criterion"), cell("value"))]
    cells = []
    for column, role in wide:
        value = row.values.get(column, "").strip()
        name = column.removeprefix(CRITERION_PREFIX)
        if value.lower() in MISSING:
            continue
        if role == RatingRole.RATING:
            rater, criterion = raters[column]
            cells.append(Cell(rater, criterion or cell("criterion"), value))
        else:
            cells.append(Cell(cell("rater"), name, value))
    return cells


def _gather(
    found: dict[tuple[str, str], RatingRow],
    row: Row,
    item: str,
    columns: Mapping[str, str],
    cell: Cell,
) -> Problem | None:
    rater, criterion, value = cell
    if not item or not rater or not value:
        return Problem(row.line, gettext_noop("This line lacks the item, the rater or the value."))
    if value.lower() in MISSING:
        message = gettext_noop("“%(value)s” is no score; the line is left out.")
        return Problem(row.line, message, {"value": shown(value)}, is_warning=True)
    rating = found.setdefault((item, rater), RatingRow(row.line, item, rater))
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
        return Problem(row.line, message, {"value": shown(text)}, is_warning=True)
    if seconds is not None:
        rating.seconds = max(seconds, rating.seconds or 0.0)
    return None
