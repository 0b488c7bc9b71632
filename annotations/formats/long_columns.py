"""The columns of a table with one row a rating, or with one row a rater (a questionnaire)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotations.formats.aliases import RATER
from annotations.formats.columns import Role, plain, role_of

ITEM = ("item", "unit", "id", "subject", "target", "items", "units", "subjects", "targets",
        "item id", "unit id", "subject id", "编号", "条目", "条目编号", "题目编号", "答卷编号")  # fmt: skip
VALUE = (
    "value", "rating", "score", "mark", "grade", "label", "category", "winner", "preference", "分数",
    "得分", "评分", "打分", "给分", "值", "类别", "标签",
)  # fmt: skip
CRITERION = ("criterion", "dimension", "aspect", "标准", "维度", "评分项")
PERSON = re.compile("姓名|^(name|yourname|fullname|username|email|emailaddress|responseid|participant)$")
QUESTIONNAIRE = frozenset((
    "timestamp", "时间戳", "时间戳记", "提交答卷时间", "提交时间", "答题时间", "开始答题时间", "填写时间", "responseid", "startdate",
))  # fmt: skip
"""Columns that questionnaires are saved with: each row is then a respondent."""

CRITERION_PREFIX = "scores."
"""Of the columns that "scores": {"fluency": 4} becomes, as Concord itself exports ratings."""

Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class LongColumns:
    """Several columns may make the item together; `are_criteria` where the values are one each."""

    item: tuple[str, ...]
    rater: str
    values: tuple[str, ...]
    criterion: str | None
    are_criteria: bool = False

    def left_out(self, columns: Sequence[str]) -> list[str]:
        return [column for column in columns if column not in (self.rater, *self.item, *self.values)]


def long_columns(columns: Sequence[str], said: Said) -> LongColumns | None:
    """The columns of a long table, of what was said (role → columns) and of the names; None if the
    item, the rater or the value is not among them."""
    rater = first_said(said, "rater") or named(columns, RATER)
    nested = tuple(column for column in columns if column.startswith(CRITERION_PREFIX))
    value = tuple(said.get("value", ())) or nested or _one(named(columns, VALUE))
    criterion = first_said(said, "criterion") or named(columns, CRITERION)
    item = tuple(said.get("item", ())) or item_columns([c for c in columns if c not in (rater, *value)])
    if not (item and rater and value):
        return None
    return LongColumns(item, rater, value, criterion, are_criteria=len(value) > 1 or value == nested)


def item_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """The column called item, else those that number the item, or the student and the question."""
    if name := named(columns, ITEM):
        return (name,)
    by_role = {role_of(column): column for column in reversed(columns)}
    if own := by_role.get(Role.ITEM_KEY):
        return (own,)
    both = tuple(by_role[role] for role in (Role.SOURCE, Role.QUESTION_KEY) if role in by_role)
    return both or _one(next((column for column in columns if plain(column).endswith(("id", "编号"))), None))


def is_questionnaire(columns: Sequence[str]) -> bool:
    return any(plain(column) in QUESTIONNAIRE for column in columns)


def person_column(columns: Sequence[str]) -> str | None:
    """The column with the respondent's name, or at least a number."""
    return next((column for column in columns if PERSON.search(plain(column))), None)


def first_said(said: Said, role: str) -> str | None:
    return next(iter(said.get(role, ())), None)


def named(columns: Sequence[str], names: Sequence[str]) -> str | None:
    by_name = {spoken(column): column for column in columns}
    return next((by_name[name] for name in names if name in by_name), None)


def spoken(column: str) -> str:
    """judge_id, WorkerId, judge.id and "worker id" are the same name."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.]", " ", column)
    return words.lower().strip()


def _one(column: str | None) -> tuple[str, ...]:
    return () if column is None else (column,)
