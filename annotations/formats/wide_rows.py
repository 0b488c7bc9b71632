"""Reading a score sheet with several questions side by side: each line is an answer to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_noop

from annotations.formats.columns import Role, check_mapping
from annotations.formats.items import ItemReader, ItemRow
from annotations.formats.problems import Problem, Row, shown
from annotations.formats.table import Table
from annotations.formats.wide_columns import (
    ANSWERS,
    BOTH,
    Roles,
    WideQuestion,
    is_wide,
    left_out,
    wide_questions,
)

NAME, FULL_MARK, TEXT = "\0question", "\0full mark", "\0text"
"""Columns that no file has: what the header says of a question."""
OF_THE_LINE = (Role.ITEM_KEY.value, Role.QUESTION_KEY.value)
"""Numbers of a line speak of all its answers together."""

ALONE = gettext_noop(
    "Several columns hold answers, and these have no partner of the same question: %(names)s. An answer and its mark "
    "belong together where their names are alike but for such a word: 第1题作答 and 第1题得分, Q1 answer and Q1 mark."
)
OF_ALL_QUESTIONS = gettext_noop(
    "“%(column)s” cannot be the number of the question: several questions stand side by side, and each is named by its columns."
)


def check_wide(roles: Mapping[str, str], needed: Roles = BOTH) -> list[Problem]:
    """What is missing or contradictory in a mapping column → role of several questions side by side."""
    problems = []
    if alone := [shown(column) for column in left_out(roles, needed) if roles[column] in BOTH]:
        problems.append(Problem(None, ALONE, {"names": alone}))
    numbers = [column for column, role in roles.items() if role == Role.QUESTION_KEY]
    problems += [Problem(None, OF_ALL_QUESTIONS, {"column": shown(column)}) for column in numbers]
    found = [check_mapping(mapping) for _question, mapping in wide_mappings(roles, needed)]
    return problems + list({one.text: one for several in found for one in several}.values())


def check_item_columns(roles: Mapping[str, str]) -> list[Problem]:
    """The same of any mapping for an import of items."""
    return check_wide(roles, ANSWERS) if is_wide(roles) else check_mapping(roles)


def wide_rows(
    table: Table, roles: Mapping[str, str], needed: Roles = BOTH
) -> Iterator[ItemRow | Problem]:
    """Every answer of every line, in the order of the questions."""
    readers = [QuestionReader(mapping, one) for one, mapping in wide_mappings(roles, needed)]
    for row in table.rows():
        if isinstance(row, Problem):
            yield row
        else:
            yield from (read(row) for read in readers)


def wide_mappings(
    roles: Mapping[str, str], needed: Roles = BOTH
) -> list[tuple[WideQuestion, dict[str, str]]]:
    """Each question with its own mapping: what is said of it, and what else is said of the whole line. Where the line
    has one question, the answers to it come from sources that their columns name."""
    questions = wide_questions(roles, needed)
    of_one = {column for one in questions for column in one.roles}
    shared = {c: role for c, role in roles.items() if c not in of_one and role not in OF_THE_LINE}
    return [(one, _mapping(one, shared)) for one in questions]


def _mapping(one: WideQuestion, shared: Mapping[str, str]) -> dict[str, str]:
    has_one = Role.QUESTION in shared.values() and Role.SOURCE not in shared.values()
    own = {**one.roles, NAME: (Role.SOURCE if has_one else Role.QUESTION_KEY).value}
    if one.full_mark and Role.FULL_MARK not in one.roles.values():
        own[FULL_MARK] = Role.FULL_MARK.value
    if one.text and Role.QUESTION not in one.roles.values():
        own[TEXT] = Role.QUESTION.value
    return {c: role for c, role in shared.items() if role not in own.values()} | own


class QuestionReader:
    """Reads the answers to one question."""

    def __init__(self, mapping: Mapping[str, str], question: WideQuestion) -> None:
        self._read = ItemReader(mapping)
        name = question.answer if mapping[NAME] == Role.SOURCE else question.name
        self._said = {NAME: name, FULL_MARK: question.full_mark, TEXT: question.text}
        self._columns = [column for column in mapping if column not in self._said]

    def __call__(self, row: Row) -> ItemRow | Problem:
        values = {column: row.values.get(column, "") for column in self._columns}
        return self._read(Row(row.line, values | self._said))
