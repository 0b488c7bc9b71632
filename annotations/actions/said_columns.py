"""What the columns of a file are: what was said of them, and what they say by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotations.formats.columns import SPOKEN_ROLES, Role
from annotations.formats.problems import Problem
from annotations.formats.wide_rows import check_item_columns

WORDS = {role.value: role.value for role in Role} | {
    word: role.value for word, role in SPOKEN_ROLES.items()
}
"""word → role, of all words there are for one."""
_SINGLE = {role.value for role in Role} - {
    Role.GROUP, Role.IMAGE, Role.MACHINE_MARK, Role.AUTOMATIC_SCORE, Role.RATING, Role.METADATA,
}  # fmt: skip


class ColumnsUnclear(ValueError):
    """`open`: column → roles that it could have; `problems`: why the mapping cannot work. One of them is empty."""

    def __init__(self, open: Mapping[str, list[str]], problems: Sequence[Problem] = ()) -> None:
        super().__init__()
        self.open, self.problems = dict(open), list(problems)


def complete_mapping(facts: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, str]:
    """column → role: what was said first, then what the columns say by themselves. `facts` as item_imports.describe
    has them. Raises ColumnsUnclear."""
    single = {role for role in said.values() if role in _SINGLE}
    mapping = {
        column: role if role not in single else Role.METADATA.value
        for column, role in facts["guess"].items()
    } | dict(said)
    rivals = [c for c, roles in facts["open"].items() if roles[0] in single and _is_rival(roles)]
    mapping = dict.fromkeys(rivals, Role.METADATA.value) | mapping
    taken = set(mapping.values())
    if unclear := {c: _free(roles, taken) for c, roles in facts["open"].items() if c not in mapping}:
        raise ColumnsUnclear(unclear)
    if problems := check_item_columns(mapping):
        raise ColumnsUnclear({}, problems)
    return {column: mapping[column] for column in facts["columns"]}


def _is_rival(roles: Sequence[str]) -> bool:
    """Whether a column was only asked about because another claims the same role."""
    return Role.RATING.value not in roles


def _free(roles: Sequence[str], taken: set[str]) -> list[str]:
    return [role for role in roles if role not in taken or role not in _SINGLE]
