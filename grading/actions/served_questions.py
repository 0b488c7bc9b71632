"""The questions of a grader in service, in the dataset of what people are to mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from annotations.models import Dataset, Question
from grading.grader_data import step_of
from grading.models import Grader, ModelVersion
from grading.training_rows import Row, question_of, rows_of

LONGEST = 110
NAMED_BY = 24  # letters of its text, where a question comes without a number
Name = tuple[str, str, float]


@dataclass(frozen=True)
class Asked:
    """A question as it was learnt or as a request describes it; `key`, `text` and full mark together name
    it: with another full mark it is another question, or people would mark it on the wrong scale."""

    key: str
    text: str
    full_mark: float
    step: float = 1.0
    reference: str = ""
    scoring_points: Sequence[dict[str, Any]] = field(default_factory=tuple)

    @property
    def name(self) -> Name:
        return self.key, self.text, round(self.full_mark, 2)


def served_dataset(grader: Grader) -> Dataset:
    """Where the answers lie that people mark; made once."""
    found = Dataset.objects.filter(campaigns__in=grader.deployments.values("queue")).first()
    return found or _new_dataset(grader)


def _new_dataset(grader: Grader) -> Dataset:
    name = _("Served answers · %(subject)s") % {"subject": grader.school_subject}
    alike = Dataset.objects.filter(team=grader.team, name__startswith=name)
    free = _free_name(name, set(alike.values_list("name", flat=True)))
    return Dataset.objects.create(team=grader.team, name=free)


def learnt_questions(version: ModelVersion) -> list[Asked]:
    """From the training set. Raises DamagedSet, OSError."""
    found: dict[str, Row] = {}
    for row in rows_of(version.training_set):
        found.setdefault(row["question"]["key"], row["question"])
    return [_learnt(one) for one in found.values()]


def _learnt(row: Row) -> Asked:
    step = step_of(question_of(row))
    full_mark = float(row["full_mark"])
    return Asked(
        row["key"], row["text"], full_mark, step, row["reference"], row["scoring_points"]
    )


def questions_for(
    dataset: Dataset, school_subject: str, asked: Sequence[Asked]
) -> dict[Name, Question]:
    """Its name → the question in the dataset, made where it is not there yet. In a transaction."""
    known = _known(dataset)
    if any(one.name not in known for one in asked):
        Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)  # or two requests make it twice
        known = _known(dataset)
    keys = {question.key for question in known.values()}
    for one in asked:
        if one.name not in known:
            key = _free_name(one.key or " ".join(one.text.split())[:NAMED_BY], keys)
            keys.add(key)
            known[one.name] = _made(dataset, school_subject, key, one)
    return known


def _known(dataset: Dataset) -> dict[Name, Question]:
    questions = dataset.questions.all()
    return {(q.metadata.get("asked_as", q.key), q.text, float(q.full_mark or 0)): q for q in questions}


def _made(dataset: Dataset, school_subject: str, key: str, asked: Asked) -> Question:
    last = dataset.questions.aggregate(last=Max("position"))["last"]
    return Question.objects.create(
        dataset=dataset, key=key, position=0 if last is None else last + 1, text=asked.text,
        reference=asked.reference, school_subject=school_subject,
        full_mark=Decimal(str(asked.full_mark)), step=Decimal(str(asked.step)),
        scoring_points=list(asked.scoring_points), metadata={"asked_as": asked.key},
    )  # fmt: skip


def _free_name(wanted: str, taken: set[str]) -> str:
    base = wanted.strip()[:LONGEST] or "?"
    names = (base if n == 1 else f"{base} ({n})" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
