"""Questions of a file, without answers, put into a dataset for a generator to answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from annotations.actions.item_imports import describe
from annotations.actions.place_questions import Questions
from annotations.formats.columns import Role
from annotations.formats.items import ItemReader
from annotations.formats.problems import BadFile, Problem, Refused, Row
from annotations.formats.question_rows import QUESTION_ROLES, QuestionRow, key_by_context
from annotations.formats.table import Table
from annotations.models import Dataset, Team, User

MOST_QUESTIONS = 20_000


@dataclass(frozen=True)
class _Found:
    """A question as a line of the file says it; `others`: its columns that mean nothing to Concord."""

    question: QuestionRow
    line: int
    others: dict[str, str]


def make_dataset(*, team: Team, name: str, table: Table, by: User) -> Dataset:
    """A new dataset of the questions of a file. Raises BadFile as `add_questions` does, and then nothing is
    stored."""
    found = _read(table)
    with transaction.atomic():
        dataset = Dataset.objects.create(team=team, name=name, created_by=by)
        _store(dataset, found)
    return dataset


def add_questions(dataset: Dataset, table: Table) -> int:
    """How many were new. A column that means nothing to Concord becomes a place of that name for templates.

    Raises:
        BadFile: there is no column with questions, or a line contradicts what a question says.
    """
    found = _read(table)  # a large file takes seconds: nobody else's write waits for it
    with transaction.atomic():
        return _store(dataset, found)


def _read(table: Table) -> list[_Found]:
    """Each question once, or as often as lines of the file differ on it. Raises BadFile."""
    roles = {
        column: role
        for column, role in describe(table)["guess"].items()
        if role in {known.value for known in QUESTION_ROLES}
    }
    if Role.QUESTION.value not in roles.values():
        raise BadFile(gettext_noop("No column holds the questions: call it “question” or “prompt”."))
    read, keys = ItemReader(roles), set[str]()
    found: dict[int, _Found] = {}  # the reader hands out one object for lines that say the same
    for row in table.rows():
        if isinstance(row, Problem) or not (question := _question(row, read)).text:
            continue
        others = {k: v for k, v in row.values.items() if v and k not in roles}
        found[id(question)] = _Found(question, row.line, others)
        keys.add(key_by_context(question) or question.key)
        if len(keys) > MOST_QUESTIONS:
            raise BadFile(gettext_noop("The file has more than %(limit)s questions."), limit=MOST_QUESTIONS)
    return list(found.values())


def _question(row: Row, read: ItemReader) -> QuestionRow:
    found = read(row)
    if isinstance(found, Problem):
        raise BadFile(found.message, found.line, **found.params)
    return found.question


def _store(dataset: Dataset, found: list[_Found]) -> int:
    Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
    questions, before = Questions(dataset, is_preview=False), dataset.questions.count()
    questions.load(one.question for one in found)
    keys = set[str]()
    for one in found:
        try:
            question = questions.place(one.question)
        except Refused as refusal:
            raise BadFile(refusal.message, one.line, **refusal.params) from refusal
        if question.pk is None:
            question.metadata = one.others
        keys.add(question.key)
    questions.save(keys)
    return dataset.questions.count() - before
