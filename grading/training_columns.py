"""What the columns of a file of past papers are; read as an import of items reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from annotations.actions.item_imports import describe
from annotations.formats.columns import Role, check_mapping
from annotations.formats.problems import Problem
from annotations.formats.table import Table
from annotations.formats.wide_columns import BOTH, is_wide
from annotations.formats.wide_rows import check_wide


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


def describe_papers(table: Table) -> dict[str, Any]:
    """What the form about columns shows. One column that could be the mark is the mark."""
    facts = describe(table, BOTH)
    known = set(TrainingRole.values)
    guess = {c: role if role in known else TrainingRole.UNUSED.value for c, role in facts["guess"].items()}
    asked = {c: [role for role in roles if role in known] for c, roles in facts["open"].items()}
    if is_wide(guess):
        return facts | {"guess": guess, "open": asked}
    marks = [column for column, roles in asked.items() if roles[0] == TrainingRole.PAST_MARK]
    if len(marks) == 1 and TrainingRole.PAST_MARK not in guess.values():
        guess[marks[0]] = TrainingRole.PAST_MARK.value
        del asked[marks[0]]
    return facts | {"guess": guess, "open": asked}


def check_columns(roles: Mapping[str, str]) -> list[Problem]:
    """What is missing or contradictory in a complete mapping column → role."""
    if is_wide(roles):
        return check_wide(roles)
    problems = check_mapping(roles)
    if TrainingRole.PAST_MARK not in roles.values():
        problems.append(Problem(None, gettext_noop("Say which column holds the mark to learn.")))
    if TrainingRole.ANSWER not in roles.values() and not problems:
        problems.append(Problem(None, gettext_noop("Say which column holds the answers.")))
    return problems
