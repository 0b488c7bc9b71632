"""The columns of a score sheet: a line a student, and for each question its answer and its mark side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotations.formats.columns import Role
from annotations.formats.values import decimal_of
from annotations.formats.wide_names import OF_A_QUESTION, WideName, wide_name

ANSWERS = (Role.ANSWER,)
BOTH = (Role.ANSWER, Role.PAST_MARK)
Roles = tuple[Role, ...]
"""What a question must have to be one: its answers where they are to be marked, both where marks are learnt."""


@dataclass(frozen=True)
class WideGuess:
    """`roles` and `open` as in Guess, of the columns that belong to a question; empty where the table has not
    several questions side by side."""

    roles: dict[str, Role] = field(default_factory=dict)
    open: dict[str, tuple[Role, ...]] = field(default_factory=dict)


@dataclass
class WideQuestion:
    """A question and what its columns are (column → role). `full_mark` and `text` as a header says them, or ""."""

    name: str
    roles: dict[str, str] = field(default_factory=dict)
    full_mark: str = ""
    text: str = ""

    @property
    def answer(self) -> str:
        """The name of that column, "" without one."""
        return self._column(Role.ANSWER)

    @property
    def mark(self) -> str:
        return self._column(Role.PAST_MARK)

    def _column(self, role: Role) -> str:
        return next((column for column, own in self.roles.items() if own == role.value), "")


def wide_guess(
    columns: Iterable[str], needed: Roles = BOTH, samples: Mapping[str, list[str]] | None = None
) -> WideGuess:
    """What the columns are where at least two questions have all that is needed. Of two marks (or answers) to
    a question the right one is asked. `samples`: the first values of each column; one that only names the
    question and holds texts is its answers."""
    guess = WideGuess()
    whole = [one for one in _by_question(columns, samples or {}) if all(one[role] for role in needed)]
    for one in whole if len(whole) > 1 else []:
        for role, named in one.items():
            if len(named) == 1:
                guess.roles[named[0]] = role
            else:
                guess.open.update(dict.fromkeys(named, (role, Role.METADATA)))
    return guess


def _by_question(columns: Iterable[str], samples: Mapping[str, list[str]]) -> list[dict[Role, list[str]]]:
    """A column that only names the question (第1题) is what the others leave open; alone, its texts are answers."""
    found: dict[str, dict[Role, list[str]]] = defaultdict(lambda: {role: [] for role in OF_A_QUESTION})
    bare: list[tuple[str, str]] = []
    for column in columns:
        name = wide_name(column)
        if name is None or not name.is_of_a_question:
            continue
        if name.role is None:
            bare.append((name.same, column))
        elif name.role in OF_A_QUESTION:
            found[name.same][name.role].append(column)
    for same, column in bare:
        if same in found or _are_texts(samples.get(column, [])):
            found[same][_role_of_bare(found[same], samples.get(column, []))].append(column)
    return list(found.values())


def _role_of_bare(of_question: Mapping[Role, list[str]], values: list[str]) -> Role:
    """The answer or the mark, whichever is missing; texts beside an answer are the question."""
    missing = [role for role in BOTH if not of_question[role]]
    if _are_texts(values) and Role.ANSWER not in missing:
        return Role.QUESTION
    return missing[0] if missing else Role.QUESTION


def _are_texts(values: list[str]) -> bool:
    given = [value for value in values if value.strip()]
    return bool(given) and sum(map(_is_number, given)) * 2 < len(given)


def _is_number(value: str) -> bool:
    try:
        return decimal_of(value, places=9) is not None
    except ValueError:
        return False


def guess_wide(
    guess: Mapping[str, str], asked: Mapping[str, list[str]], wide: WideGuess
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What the columns are, and what is asked, where several questions stand side by side. The number of a line is
    its student where nothing else is; what could be another mark, such as a total, is only information."""
    totals = [column for column, roles in asked.items() if roles[0] == Role.PAST_MARK]
    known = dict.fromkeys(totals, Role.METADATA.value) | dict(guess)
    known |= {column: role.value for column, role in wide.roles.items()}
    open_now = {c: roles for c, roles in asked.items() if c not in known}
    open_now |= {c: [role.value for role in roles] for c, roles in wide.open.items()}
    numbers = [column for column, role in known.items() if role == Role.ITEM_KEY]
    if len(numbers) == 1 and Role.SOURCE not in known.values():
        known[numbers[0]] = Role.SOURCE.value
    return {c: role for c, role in known.items() if c not in open_now}, open_now


def is_wide(roles: Mapping[str, str]) -> bool:
    """Whether several columns of a mapping column → role hold answers."""
    return list(roles.values()).count(Role.ANSWER.value) > 1


def wide_questions(roles: Mapping[str, str], needed: Roles = BOTH) -> list[WideQuestion]:
    """Those that have all that is needed, in the order of the file; none where one column holds all answers."""
    found: dict[str, WideQuestion] = {}
    for column, role in roles.items() if is_wide(roles) else ():
        if role in OF_A_QUESTION:
            name = wide_name(column) or WideName(column, column, None, "")
            one = found.setdefault(name.same, WideQuestion(name.question))
            one.roles[column] = role
            one.name = name.question if role == Role.ANSWER else one.name
            one.full_mark, one.text = one.full_mark or name.full_mark, one.text or name.text
    return [one for one in found.values() if set(needed) <= set(one.roles.values())]


@dataclass(frozen=True)
class WideTable:
    """The questions that stand side by side in a file, what of them is left out for want of a partner, and the
    questions (name, open columns) of which nobody has said yet which column is which."""

    questions: list[WideQuestion]
    left_out: list[str]
    waiting: list[tuple[str, list[str]]] = field(default_factory=list)


def wide_table(
    roles: Mapping[str, str], needed: Roles = BOTH, is_open: Iterable[str] = ()
) -> WideTable | None:
    """None where each line of the file is one answer, or several to one question. `is_open`: columns that are asked
    and have no role yet."""
    questions = wide_questions(roles, needed)
    of_questions = {column for one in questions for column in one.roles}
    if not questions or any(roles[c] == Role.QUESTION for c in roles.keys() - of_questions):
        return None
    waiting: dict[str, tuple[str, list[str]]] = {}
    for column in is_open:
        name = wide_name(column)
        if column not in roles and name is not None and name.is_of_a_question:
            waiting.setdefault(name.same, (name.question, []))[1].append(column)
    alone = [one for one in left_out(roles, needed) if (name := wide_name(one)) is None or name.same not in waiting]
    return WideTable(questions, alone, list(waiting.values()))


def left_out(roles: Mapping[str, str], needed: Roles = BOTH) -> list[str]:
    """Columns that hold an answer or a mark, by their role or by their name, and belong to no question."""
    paired = {column for one in wide_questions(roles, needed) for column in one.roles}
    return [column for column, role in roles.items() if column not in paired and _is_half(column, role)]


def _is_half(column: str, role: str) -> bool:
    name = wide_name(column)
    return role in BOTH or (name is not None and name.is_of_a_question and name.role in BOTH)
