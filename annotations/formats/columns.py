"""What a column is, told by its English or Chinese name, or asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from annotations.formats.aliases import (
    ALIASES,
    ANSWERERS,
    AUTOMATIC_PATTERN,
    NAMES_OF_SOURCES,
    RATER,
    SCORE_LABELS,
    SCORE_PATTERN,
    SIMPLIFIED,
)
from annotations.formats.limits import NAME_CHARACTERS
from annotations.formats.problems import Problem, shown
from annotations.formats.values import number_of, out_of
from annotations.formats.written_numbers import is_missing


class Role(TextChoices):
    """What a column holds. The value is what `--map ROLE=COLUMN` and the form use."""

    ANSWER = "answer", _("answer or response")
    QUESTION = "question", _("question or prompt")
    QUESTION_KEY = "question_key", _("question number")
    REFERENCE = "reference", _("reference answer")
    CONTEXT = "context", _("context")
    FULL_MARK = "full_mark", _("full mark")
    STEP = "step", _("step of the marks (1 or 0.5)")
    SCORING_POINTS = "scoring_points", _("scoring points")
    SCHOOL_SUBJECT = "school_subject", _("school subject")
    SOURCE = "source", _("source: student or system")
    GROUP = "group", _("group (to stratify by)")
    ITEM_KEY = "item_key", _("item number (unique)")
    IMAGE = "image", _("image file")
    PAST_MARK = "past_mark", _("past mark, used as reference")
    MACHINE_MARK = "machine", _("machine mark, on the marks of the question")
    AUTOMATIC_SCORE = "automatic", _("automatic score, on a scale of its own")
    RATING = "rating", _("a rater's score (imported as ratings, kept here as information)")
    METADATA = "ignore", _("keep as information")


MANY = {Role.GROUP, Role.IMAGE, Role.MACHINE_MARK, Role.AUTOMATIC_SCORE, Role.RATING, Role.METADATA}
"""Roles that several columns may have."""

OF_A_SCORE = (
    Role.PAST_MARK, Role.MACHINE_MARK, Role.AUTOMATIC_SCORE, Role.RATING, Role.METADATA,
)  # fmt: skip
OF_A_RATER = (Role.METADATA, Role.RATING, Role.PAST_MARK, Role.MACHINE_MARK, Role.AUTOMATIC_SCORE)
OF_WORDS = (Role.ANSWER, Role.METADATA)
"""A prediction in words is an answer."""
OF_A_PART = (Role.QUESTION, Role.ANSWER, Role.REFERENCE, Role.CONTEXT)
OF_A_NUMBER = (Role.ITEM_KEY, Role.QUESTION_KEY, Role.SOURCE, Role.METADATA)

SPOKEN_ROLES = {
    "prompt": Role.QUESTION,
    "input": Role.QUESTION,
    "response": Role.ANSWER,
    "output": Role.ANSWER,
    "text": Role.ANSWER,
    "id": Role.ITEM_KEY,
    "question_number": Role.QUESTION_KEY,
    "student": Role.SOURCE,
    "system": Role.SOURCE,
    "model": Role.SOURCE,
    "subject": Role.SCHOOL_SUBJECT,
    "machine_score": Role.MACHINE_MARK,
    "machine_mark": Role.MACHINE_MARK,
    "automatic_score": Role.AUTOMATIC_SCORE,
    "metadata": Role.METADATA,
    "class": Role.GROUP,
}
"""Other words that the command line takes for a role."""


@dataclass(frozen=True)
class Guess:
    """`roles`: columns that speak for themselves. `open`: columns to ask about, with choices."""

    roles: Mapping[str, Role]
    open: Mapping[str, tuple[Role, ...]]


def plain(name: str) -> str:
    """A column name without width, case, spaces and punctuation, traditional characters simplified."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(SIMPLIFIED)
    return re.sub(r"[\s_\-./:*\"'“”【】\[\]]+", "", folded)


def role_of(name: str) -> Role | None:
    """The role that a name has by itself; a remark in brackets is left out: 满分（分）. Two names
    for one thing are one: 题目/Question.

    What is longer than a column's name is text, and nothing that should be searched for brackets.
    """
    if len(name) > NAME_CHARACTERS:
        return None
    bare = _unnumbered(name)
    role = _ROLES.get(plain(bare))
    without_remark = re.sub(r"[(（].*[)）]\s*$", "", bare)
    role = role or (_ROLES.get(plain(without_remark)) if without_remark else None)
    both = {_ROLES.get(plain(part)) for part in re.split("[/／|]", bare)} if role is None else set()
    return role or (next(iter(both)) if len(both) == 1 else None)


def _unnumbered(name: str) -> str:
    """Questionnaires number their questions: 2、学号 is 学号."""
    return re.sub(r"^\s*\d{1,3}[、.．]\s*(?=\D)", "", name)


def label_of(name: str) -> str:
    """What a form calls a column; one without a name by its place."""
    found = re.fullmatch(r"column (\d+)", name)
    return gettext("column %(number)s") % {"number": found[1]} if found else name


def guess_roles(columns: Iterable[str], samples: Mapping[str, list[str]]) -> Guess:
    """Roles for the columns of a file.

    Args:
        columns: names in the order of the file; samples: the first values of each.
    What two columns claim, what only says "score", and a bare "id" whose values repeat
    are left open: they are asked, never guessed.
    """
    roles: dict[str, Role] = {}
    asked: dict[str, tuple[Role, ...]] = {}
    words: list[str] = []
    for column in columns:
        role = role_of(column)
        if role is Role.ITEM_KEY and _repeats(samples.get(column, [])):
            asked[column] = OF_A_NUMBER
        elif role is Role.MACHINE_MARK and _are_words(samples.get(column, [])):
            words.append(column)
        elif role:
            roles[column] = role
        elif plain(column).removesuffix("s") in _RATERS:
            if _names_people(column, samples.get(column, [])):
                roles[column] = Role.METADATA
            else:
                asked[column] = OF_A_RATER
        elif AUTOMATIC_PATTERN.search(plain(column)):
            roles[column] = Role.AUTOMATIC_SCORE
        elif SCORE_PATTERN.search(plain(column)) and not _is_text(samples.get(column, [])):
            asked[column] = OF_A_SCORE
        else:
            roles[column] = Role.METADATA
    is_answered = Role.ANSWER in roles.values()
    roles |= dict.fromkeys(words if is_answered else (), Role.METADATA)
    asked |= dict.fromkeys(() if is_answered else words, OF_WORDS)
    return _without_rivals(_with_parts(roles, samples), asked)


def _with_parts(roles: dict[str, Role], samples: Mapping[str, list[str]]) -> dict[str, Role]:
    """What nested JSON calls like a part of an item, input.question, is that part where nothing else is. Lists are
    retrieved passages at most."""
    found: dict[Role, list[str]] = {role: [] for role in OF_A_PART}
    for column in (name for name, role in roles.items() if role is Role.METADATA and "." in name):
        role, is_list = _part_of(column), any(value[:1] == "[" for value in samples.get(column, []))
        if role in found and (role is Role.CONTEXT or not is_list):
            found[role].append(column)
    taken = set(roles.values())
    return roles | {names[0]: role for role, names in found.items() if len(names) == 1 and role not in taken}


def _part_of(column: str) -> Role | None:
    """By its last word; but an expected answer is a reference, and the text of a question is the question."""
    outer, _, inner = column.partition(".")
    inner = inner.rpartition(".")[2]
    own, whole = role_of(inner), role_of(outer)
    is_named_above = whole is Role.REFERENCE or (whole in OF_A_PART and plain(inner) in ("text", "fulltext"))
    return whole if own and is_named_above else own


def _names_people(column: str, values: list[str]) -> bool:
    """A column called like a rater holds names or numbers of people, unless it may be that rater's scores."""
    return plain(column).endswith(("id", "index")) or _are_words(values)


def _are_words(values: list[str]) -> bool:
    given = [value for value in values if value.strip()]
    return bool(given) and not any(_is_number(value) or is_missing(value) for value in given)


def _is_number(value: str) -> bool:
    try:
        return number_of(value) is not None
    except ValueError:
        return out_of(value) is not None


def _without_rivals(roles: dict[str, Role], asked: dict[str, tuple[Role, ...]]) -> Guess:
    for role in set(roles.values()) - MANY:
        rivals = [column for column, own in roles.items() if own is role]
        named = [column for column in rivals if plain(_unnumbered(column)) in NAMES_OF_SOURCES]
        if len(named) == len(rivals) - 1:
            roles |= dict.fromkeys(named, Role.METADATA)
        elif len(rivals) > 1:
            for column in rivals:
                del roles[column]
                asked[column] = _choices_of_rival(role)
    return Guess(roles, asked)


def _choices_of_rival(role: Role) -> tuple[Role, ...]:
    """答案 beside 作答 is often the reference, and a question beside a question text its number."""
    others = {Role.ANSWER: (Role.REFERENCE, Role.QUESTION, Role.CONTEXT), Role.QUESTION: (Role.QUESTION_KEY,)}
    return (role, *others.get(role, ()), Role.GROUP, Role.METADATA)


def _repeats(values: list[str]) -> bool:
    given = [value for value in values if value]
    return len(set(given)) < len(given)


def _is_text(values: list[str]) -> bool:
    """Whether a column called score holds words, or lists in JSON: then it is information."""
    given = [value for value in values if value.strip() and value[0] not in "[{"]
    return any(map(str.strip, values)) and not any(any(c.isdigit() for c in value) for value in given)


def check_mapping(roles: Mapping[str, str]) -> list[Problem]:
    """What is missing or contradictory in a complete mapping column → role."""
    problems = []
    given = list(roles.values())
    for role in Role:
        if role not in MANY and given.count(role.value) > 1:
            names = [shown(column) for column, own in roles.items() if own == role.value]
            message = gettext_noop("Only one column can be “%(role)s”, but these are: %(names)s.")
            problems.append(Problem(None, message, {"role": str(role.label), "names": names}))
    if not _has_content(given):
        problems.append(
            Problem(None, gettext_noop("Say which column holds the answers (or the image files)."))
        )
    return problems


def _has_content(given: list[str]) -> bool:
    if Role.ANSWER in given or Role.IMAGE in given:
        return True
    has_scores = Role.MACHINE_MARK in given or Role.AUTOMATIC_SCORE in given
    return has_scores and (
        Role.ITEM_KEY in given or (Role.SOURCE in given and Role.QUESTION_KEY in given)
    )


_ROLES = {plain(alias): Role(role) for role, names in ALIASES.items() for alias in names}
_RATERS = {plain(name) for name in RATER if name not in ANSWERERS}
_SCORE_LABELS = {plain(label) for label in SCORE_LABELS}


def is_label(name: str) -> bool:
    """Whether a word before a colon names a part of a block."""
    return role_of(name) is not None or plain(name) in _SCORE_LABELS
