"""What the columns of a file of past papers are; read as an import of items reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from annotations.actions.item_imports import describe
from annotations.formats.columns import Role, check_mapping
from annotations.formats.problems import Problem, shown
from annotations.formats.table import Table
from annotations.formats.wide_columns import (
    BOTH,
    WideGuess,
    WideQuestion,
    is_wide,
    left_out,
    wide_guess,
    wide_questions,
)
from annotations.formats.wide_rows import wide_mappings


class TrainingRole(TextChoices):
    """The roles of an import of items that a grader learns from. Values are those of Role."""

    ANSWER = Role.ANSWER.value, _("answer")
    PAST_MARK = Role.PAST_MARK.value, _("mark to learn")
    QUESTION_KEY = Role.QUESTION_KEY.value, _("question number")
    QUESTION = Role.QUESTION.value, _("question")
    REFERENCE = Role.REFERENCE.value, _("reference answer")
    SCORING_POINTS = Role.SCORING_POINTS.value, _("scoring points")
    FULL_MARK = Role.FULL_MARK.value, _("full mark")
    STEP = Role.STEP.value, _("step of the marks (1 or 0.5)")
    SOURCE = Role.SOURCE.value, _("student")
    GROUP = Role.GROUP.value, _("group, such as the class")
    SCHOOL_SUBJECT = Role.SCHOOL_SUBJECT.value, _("school subject")
    ITEM_KEY = Role.ITEM_KEY.value, _("item number (unique)")
    UNUSED = Role.METADATA.value, _("not used")


ALONE = gettext_noop(
    "Several columns hold answers, and these have no partner of the same question: %(names)s. An answer and its mark "
    "belong together where their names are alike but for such a word: 第1题作答 and 第1题得分, Q1 answer and Q1 mark."
)
OF_ALL_QUESTIONS = gettext_noop(
    "“%(column)s” cannot be the number of the question: several questions stand side by side, and each is named by its columns."
)


def describe_papers(table: Table) -> dict[str, Any]:
    """What the form about columns shows. One column that could be the mark is the mark."""
    facts = describe(table)
    known = set(TrainingRole.values)
    guess = {c: role if role in known else TrainingRole.UNUSED.value for c, role in facts["guess"].items()}
    asked = {c: [role for role in roles if role in known] for c, roles in facts["open"].items()}
    wide = wide_guess(table.columns)
    if wide.roles:
        return facts | _of_sheet(guess, asked, wide)
    marks = [column for column, roles in asked.items() if roles[0] == TrainingRole.PAST_MARK]
    if len(marks) == 1 and TrainingRole.PAST_MARK not in guess.values():
        guess[marks[0]] = TrainingRole.PAST_MARK.value
        del asked[marks[0]]
    return facts | {"guess": guess, "open": asked}


def _of_sheet(guess: dict[str, str], asked: dict[str, list[str]], wide: WideGuess) -> dict[str, Any]:
    """Where several questions stand side by side. The number of a line is its student where nothing else is; what
    could be another mark, such as a total, is not used."""
    totals = [column for column, roles in asked.items() if roles[0] == TrainingRole.PAST_MARK]
    guess = dict.fromkeys(totals, TrainingRole.UNUSED.value) | guess
    guess |= {column: role.value for column, role in wide.roles.items()}
    asked = {c: roles for c, roles in asked.items() if c not in guess}
    asked |= {c: [role.value for role in roles] for c, roles in wide.open.items()}
    numbers = [column for column, role in guess.items() if role == TrainingRole.ITEM_KEY]
    if len(numbers) == 1 and TrainingRole.SOURCE not in guess.values():
        guess[numbers[0]] = TrainingRole.SOURCE.value
    return {"guess": {c: role for c, role in guess.items() if c not in asked}, "open": asked}


@dataclass(frozen=True)
class Sheet:
    """The questions that stand side by side in a file, and what of them is left out for want of a partner."""

    questions: list[WideQuestion]
    left_out: list[str]


def sheet_of(roles: Mapping[str, str]) -> Sheet | None:
    """None where each line of the file is one answer."""
    questions = wide_questions(roles)
    return Sheet(questions, left_out(roles)) if questions else None


def check_columns(roles: Mapping[str, str]) -> list[Problem]:
    """What is missing or contradictory in a complete mapping column → role."""
    if is_wide(roles):
        return _check_sheet(roles)
    problems = check_mapping(roles)
    if TrainingRole.PAST_MARK not in roles.values():
        problems.append(Problem(None, gettext_noop("Say which column holds the mark to learn.")))
    if TrainingRole.ANSWER not in roles.values() and not problems:
        problems.append(Problem(None, gettext_noop("Say which column holds the answers.")))
    return problems


def _check_sheet(roles: Mapping[str, str]) -> list[Problem]:
    """Where several questions stand side by side."""
    problems = []
    if alone := [shown(column) for column in left_out(roles) if roles[column] in BOTH]:
        problems.append(Problem(None, ALONE, {"names": alone}))
    numbers = [column for column, role in roles.items() if role == TrainingRole.QUESTION_KEY]
    problems += [Problem(None, OF_ALL_QUESTIONS, {"column": shown(column)}) for column in numbers]
    found = [check_mapping(mapping) for _question, mapping in wide_mappings(roles)]
    return problems + list({one.text: one for several in found for one in several}.values())
