"""Scores as a file has them, judged by the rubric of their item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from annotations.formats.problems import Problem, shown
from annotations.formats.ratings import RatingRow
from annotations.formats.values import number_of
from annotations.methods.composite import Result, RubricSpec, ScoreProblem, composite_and_mark
from annotations.models import CampaignItem, Criterion, Question, Rubric

MISSING = gettext_noop("The required criterion “%(criterion)s” of “%(item)s” has no score.")
OFF_SCALE = gettext_noop("“%(value)s” is not on the scale of “%(criterion)s”: %(scale)s.")
UNKNOWN = gettext_noop("The rubric has no criterion “%(criterion)s”; it has: %(known)s.")
WHICH = gettext_noop("Name the criterion: the rubric has several (%(known)s).")
VALUES_SHOWN = 12


class Refusal(Exception):
    """A rating that is not stored; `problem` says why and where."""

    def __init__(self, line: int, message: str, **params: Any) -> None:
        super().__init__(message)
        self.problem = Problem(line, message, params)


class Rubrics:
    """Rubrics by id, each read once."""

    def __init__(self) -> None:
        self._criteria: dict[int, list[Criterion]] = {}
        self._rubrics: dict[int, Rubric] = {}
        self._specs: dict[tuple[int, Decimal | None, Decimal], RubricSpec] = {}

    def judge(self, row: RatingRow, item: CampaignItem) -> tuple[dict[int, float], Result]:
        """(criterion id → value, composite and mark).

        Raises:
            Refusal: unknown criterion, no such value, or a required criterion is missing.
        """
        criteria = self._load(item.rubric_id)
        by_key: dict[str, float] = {}
        for name, (text, line) in row.scores.items():
            criterion = _criterion(criteria, name, line)
            if criterion.key in by_key:
                raise Refusal(line, gettext_noop("“%(criterion)s” is scored twice."),
                              criterion=shown(criterion.name))  # fmt: skip
            by_key[criterion.key] = _value(criterion, text, line)
        try:
            result = composite_and_mark(self._spec(item.rubric_id, item.item.question), by_key)
        except ScoreProblem as problem:
            raise _refused(problem, row, criteria) from problem
        return {c.pk: by_key[c.key] for c in criteria if c.key in by_key}, result

    def _spec(self, rubric_id: int, question: Question) -> RubricSpec:
        key = (rubric_id, question.full_mark, question.step)
        if key not in self._specs:
            full = None if question.full_mark is None else float(question.full_mark)
            self._specs[key] = self._rubrics[rubric_id].spec(full, float(question.step))
        return self._specs[key]

    def _load(self, rubric_id: int) -> list[Criterion]:
        if rubric_id not in self._rubrics:
            rubric = Rubric.objects.prefetch_related("criteria").get(pk=rubric_id)
            self._rubrics[rubric_id] = rubric
            self._criteria[rubric_id] = list(rubric.criteria.all())
        return self._criteria[rubric_id]


def _criterion(criteria: list[Criterion], name: str, line: int) -> Criterion:
    if not name and len(criteria) == 1:
        return criteria[0]
    for criterion in criteria:
        if name and (name == criterion.key or name.casefold() == criterion.name.casefold()):
            return criterion
    known = [shown(criterion.name) for criterion in criteria]
    if not name:
        raise Refusal(line, WHICH, known=known)
    raise Refusal(line, UNKNOWN, criterion=shown(name), known=known)


def _value(criterion: Criterion, text: str, line: int) -> float:
    """A number, or the label of a level ("yes")."""
    for level in criterion.levels:
        if text.casefold() == str(level.get("label", "")).casefold():
            return float(level["value"])
    try:
        value = number_of(text)
    except ValueError:
        value = None
    if value is None:
        raise Refusal(line, OFF_SCALE, value=shown(text), criterion=shown(criterion.name),
                      scale=_scale(criterion))  # fmt: skip
    return value


def _refused(problem: ScoreProblem, row: RatingRow, criteria: list[Criterion]) -> Refusal:
    criterion = next(c for c in criteria if c.key == problem.key)
    if problem.code == "missing":
        return Refusal(row.line, MISSING, criterion=shown(criterion.name), item=shown(row.item))
    line = next(
        (line for name, (_, line) in row.scores.items() if name in (criterion.key, criterion.name)),
        row.line,
    )
    return Refusal(line, OFF_SCALE, value=f"{problem.value:g}", criterion=shown(criterion.name),
                   scale=_scale(criterion))  # fmt: skip


def _scale(criterion: Criterion) -> str | list[str]:
    """The values a rater may give; a long scale by its ends and step."""
    values = criterion.values
    if values and len(values) <= VALUES_SHOWN:
        return [f"{value:g}" for value in values]
    return f"{criterion.low:g} … {criterion.high:g} (± {criterion.step:g})"
