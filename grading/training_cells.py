"""What the cells of a line say of an answer that could not be read."""

from __future__ import annotations

from collections.abc import Mapping

from annotations.formats.columns import Role
from annotations.formats.problems import Problem, shown
from annotations.formats.wide_columns import BOTH, is_wide, wide_questions

ROLES = {
    "item": Role.ITEM_KEY,
    "question": Role.QUESTION_KEY,
    "student": Role.SOURCE,
    "answer": Role.ANSWER,
    "mark": Role.PAST_MARK,
}
LONGEST = 200


def cells_of(cells: Mapping[str, str], mapping: Mapping[str, str], problem: Problem) -> dict[str, str]:
    """Item, question, student, answer and mark, "" where the line does not say them. Of several questions side by
    side the one is told whose column the problem names; where it names none, only the student is."""
    columns = {role: column for column, role in reversed(mapping.items())}
    found = {name: _cell(cells, columns.get(role.value, "")) for name, role in ROLES.items()}
    if not is_wide(mapping):
        return found
    named = _beside(cells, mapping, problem)
    return {**dict.fromkeys(ROLES, ""), "student": found["student"], **named}


def _cell(cells: Mapping[str, str], column: str) -> str:
    return cells.get(column, "").strip()[:LONGEST]


def _beside(cells: Mapping[str, str], mapping: Mapping[str, str], problem: Problem) -> dict[str, str]:
    """The question that the problem is about, with its answer and mark."""
    column = problem.params.get("column")
    for one in wide_questions(mapping, BOTH) if column else ():
        if column in map(shown, one.roles):
            return {"question": one.name, "answer": _cell(cells, one.answer), "mark": _cell(cells, one.mark)}
    return {}
