"""The columns of a score sheet: a line a student, and for each question its answer and its mark side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotations.formats.columns import Role
from annotations.formats.wide_names import OF_A_QUESTION, WideName, wide_name

BOTH = (Role.ANSWER, Role.PAST_MARK)


@dataclass(frozen=True)
class WideGuess:
    """`roles` and `open` as in Guess, of the columns that belong to a question; empty where the table has not
    several questions side by side."""

    roles: dict[str, Role] = field(default_factory=dict)
    open: dict[str, tuple[Role, ...]] = field(default_factory=dict)


@dataclass
class WideQuestion:
    """A question and what its columns are (column → role). `full_mark` as a header says it, or ""."""

    name: str
    roles: dict[str, str] = field(default_factory=dict)
    full_mark: str = ""

    @property
    def answer(self) -> str:
        """The name of that column, "" without one."""
        return self._column(Role.ANSWER)

    @property
    def mark(self) -> str:
        return self._column(Role.PAST_MARK)

    def _column(self, role: Role) -> str:
        return next((column for column, own in self.roles.items() if own == role.value), "")


def wide_guess(columns: Iterable[str]) -> WideGuess:
    """What the columns are where at least two questions have an answer and a mark. Of two marks (or answers) to
    a question the right one is asked."""
    guess = WideGuess()
    whole = [one for one in _by_question(columns) if one[Role.ANSWER] and one[Role.PAST_MARK]]
    for one in whole if len(whole) > 1 else []:
        for role, named in one.items():
            if len(named) == 1:
                guess.roles[named[0]] = role
            else:
                guess.open.update(dict.fromkeys(named, (role, Role.METADATA)))
    return guess


def _by_question(columns: Iterable[str]) -> list[dict[Role, list[str]]]:
    """A column that only names the question (第1题) is what the others leave open."""
    found: dict[str, dict[Role, list[str]]] = defaultdict(lambda: {role: [] for role in OF_A_QUESTION})
    bare: dict[str, str] = {}
    for column in columns:
        name = wide_name(column)
        if name is None or not name.is_of_a_question:
            continue
        if name.role is None:
            bare[name.same] = column
        elif name.role in OF_A_QUESTION:
            found[name.same][name.role].append(column)
    for same in found.keys() & bare.keys():
        missing = [role for role in BOTH if not found[same][role]]
        found[same][missing[0] if missing else Role.QUESTION].append(bare[same])
    return list(found.values())


def is_wide(roles: Mapping[str, str]) -> bool:
    """Whether several columns of a mapping column → role hold answers."""
    return list(roles.values()).count(Role.ANSWER.value) > 1


def wide_questions(roles: Mapping[str, str]) -> list[WideQuestion]:
    """Those that have an answer and a mark, in the order of the file; none where one column holds all answers."""
    found: dict[str, WideQuestion] = {}
    for column, role in roles.items() if is_wide(roles) else ():
        if role in OF_A_QUESTION:
            name = wide_name(column) or WideName(column, column, None, "")
            one = found.setdefault(name.same, WideQuestion(name.question))
            one.roles[column] = role
            one.full_mark = one.full_mark or name.full_mark
    return [one for one in found.values() if one.answer and one.mark]


def left_out(roles: Mapping[str, str]) -> list[str]:
    """Columns that hold an answer or a mark, by their role or by their name, and belong to no question."""
    paired = {column for one in wide_questions(roles) for column in one.roles}
    return [column for column, role in roles.items() if column not in paired and _is_half(column, role)]


def _is_half(column: str, role: str) -> bool:
    name = wide_name(column)
    return role in BOTH or (name is not None and name.is_of_a_question and name.role in BOTH)
