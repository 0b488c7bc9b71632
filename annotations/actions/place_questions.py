"""The questions that the rows of a file speak of: found, completed, or made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_noop

from annotations.formats.problems import Refused, shown
from annotations.formats.question_rows import QuestionRow, key_by_context
from annotations.models import Dataset, Question

KEPT_AT_MOST = 5000
HALF = Decimal("0.5")
FIELDS = ("text", "reference", "context", "school_subject", "full_mark", "scoring_points")
OTHER = {
    "text": gettext_noop("The question “%(key)s” already has another text."),
    "reference": gettext_noop("The question “%(key)s” already has another reference answer."),
    "context": gettext_noop("The question “%(key)s” already has another context."),
    "school_subject": gettext_noop("The question “%(key)s” already has another school subject."),
    "full_mark": gettext_noop("The question “%(key)s” already has another full mark."),
    "scoring_points": gettext_noop("The question “%(key)s” already has other scoring points."),
    "step": gettext_noop("The question “%(key)s” already has another step."),
}


class Questions:
    """The questions of a dataset by key; at most a few thousand are held at a time."""

    def __init__(self, dataset: Dataset | None, is_preview: bool) -> None:
        self._dataset, self._is_preview = dataset, is_preview
        self._by_key: dict[str, Question] = {}
        self._changed: dict[str, Question] = {}
        self._placed: dict[int, tuple[QuestionRow, Question]] = {}
        self._next = self._first_position()
        self._without_step: set[str] = set()
        self.has_parted = False

    def load(self, rows: Iterable[QuestionRow]) -> None:
        """Make the questions of a batch ready: one query for those not yet held."""
        different = {id(row): row for row in rows}.values()
        keys = {key for row in different for key in (row.key, key_by_context(row)) if key}
        if len(self._by_key) > KEPT_AT_MOST and not self._is_preview:
            self._by_key, self._placed = {}, {}
        missing = keys - self._by_key.keys()
        if self._dataset is not None and missing:
            found = Question.objects.filter(dataset=self._dataset, key__in=missing)
            self._by_key.update({question.key: question for question in found})

    def place(self, row: QuestionRow) -> Question:
        """The question of a row, with what the row adds to it; saved by `save`.

        Raises:
            Refused: the row contradicts what the question already says.
        """
        # Readers hand out one object for rows that say the same: most rows end here.
        placed = self._placed.get(id(row))
        if placed is not None:
            return placed[1]
        read, row = row, self._of_its_context(row)
        question = self._by_key.get(row.key)
        if question is None:
            question = Question(dataset=self._dataset, key=row.key, position=self._next, step=0)
            self._next += 1
            self._by_key[row.key] = question
            self._changed[row.key] = question
            self._without_step.add(row.key)
        if self._complete(question, row):
            self._changed[row.key] = question
        self._placed[id(read)] = (read, question)
        return question

    def _of_its_context(self, row: QuestionRow) -> QuestionRow:
        """The row; under a number of its own where its prompt is there with another context."""
        known = self._by_key.get(row.key)
        if known is None or not known.context or not row.context or known.context == row.context:
            return row
        key = key_by_context(row)
        self.has_parted |= bool(key)
        return replace(row, key=key) if key else row

    def learn_step(self, question: Question, past_mark: float | None) -> None:
        """Half marks were given before: a question that came with this file, which says no step, allows them."""
        if past_mark is not None and past_mark % 1 == HALF and question.key in self._without_step:
            self._without_step.discard(question.key)
            question.step = HALF
            self._changed[question.key] = question

    def save(self, used: set[str]) -> None:
        """Store the new and the completed questions among `used`; others wait for an item."""
        changed = [self._changed.pop(key) for key in used & self._changed.keys()]
        for question in changed:
            question.step = question.step or Decimal(1)
        stored = [question for question in changed if question.pk]
        Question.objects.bulk_update(stored, [*FIELDS, "step"], batch_size=100)
        fresh = [question for question in changed if question.pk is None]
        Question.objects.bulk_create(sorted(fresh, key=lambda question: question.position))

    def _first_position(self) -> int:
        if self._dataset is None:
            return 0
        last = Question.objects.filter(dataset=self._dataset).aggregate(Max("position"))
        return 0 if last["position__max"] is None else last["position__max"] + 1

    def _complete(self, question: Question, row: QuestionRow) -> bool:
        said = {name: value for name in FIELDS if (value := _value(row, name))}
        for name, value in said.items():
            stored = getattr(question, name)
            if stored and stored != value:
                raise Refused(OTHER[name], key=shown(row.key))
        if row.step and question.step not in (0, 1, row.step):
            raise Refused(OTHER["step"], key=shown(row.key))
        news = {name: value for name, value in said.items() if not getattr(question, name)}
        if row.step:
            self._without_step.discard(row.key)
        if row.step and question.step != row.step:
            news["step"] = row.step
        for name, value in news.items():
            setattr(question, name, value)
        return bool(news)


def _value(row: QuestionRow, name: str) -> Any:
    if name == "scoring_points":
        return [{"text": text, "marks": marks} for text, marks in row.scoring_points]
    return getattr(row, name)
