"""Questions of a file, without answers, put into a dataset for a generator to answer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from annotations.actions.item_imports import describe
from annotations.actions.place_questions import Questions
from annotations.formats.columns import Role
from annotations.formats.items import QUESTION_ROLES, ItemReader, Refused
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Table
from annotations.models import Dataset, Question

MOST_QUESTIONS = 20_000


@transaction.atomic
def add_questions(dataset: Dataset, table: Table) -> int:
    """How many were new. A column that means nothing to Concord becomes a place of that name for templates.

    Raises:
        BadFile: there is no column with questions, or a line contradicts what a question says.
    """
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    roles = {
        column: role
        for column, role in describe(table)["guess"].items()
        if role in {known.value for known in QUESTION_ROLES}
    }
    if Role.QUESTION.value not in roles.values():
        raise BadFile(gettext_noop("No column holds the questions: call it “question” or “prompt”."))
    read, questions, before = ItemReader(roles), Questions(dataset, is_preview=False), dataset.questions.count()
    placed: dict[str, Question] = {}
    for row in table.rows():
        if isinstance(row, Problem):
            continue
        if question := _placed(row, read, questions, roles):
            placed[question.key] = question
        if len(placed) > MOST_QUESTIONS:
            raise BadFile(gettext_noop("The file has more than %(limit)s questions."), limit=MOST_QUESTIONS)
    questions.save(set(placed))
    return dataset.questions.count() - before


def _placed(
    row: Row, read: ItemReader, questions: Questions, roles: dict[str, str]
) -> Question | None:
    found = read(row)
    if isinstance(found, Problem):
        raise BadFile(found.message, found.line, **found.params)
    if not found.question.text:
        return None
    questions.load({found.question.key})
    try:
        question = questions.place(found.question)
    except Refused as refusal:
        raise BadFile(refusal.message, row.line, **refusal.params) from refusal
    if question.pk is None:
        question.metadata = {k: v for k, v in row.values.items() if v and k not in roles}
    return question
