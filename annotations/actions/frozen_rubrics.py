"""Published rubrics never change, so what is computed from one is kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from annotations.methods.composite import RubricSpec
from annotations.models import Criterion, Question, Rubric


@dataclass(frozen=True)
class FrozenRubric:
    """What a rating needs of a rubric: the arithmetic and the criterion ids by key."""

    spec: RubricSpec
    criterion_ids: MappingProxyType[str, int]

    def spec_for(self, question: Question) -> RubricSpec:
        """The arithmetic on a question's mark scale."""
        full_mark = None if question.full_mark is None else float(question.full_mark)
        return replace(self.spec, full_mark=full_mark, step=float(question.step))


def frozen_rubric(rubric: Rubric) -> FrozenRubric:
    """The rubric's arithmetic; read once per process when it is published."""
    if rubric.is_published:
        return _kept(rubric.pk, rubric.created_at)
    return _read(rubric.pk)


@lru_cache(maxsize=1024)
def _kept(rubric_id: int, created_at: datetime) -> FrozenRubric:
    """`created_at` tells apart rubrics that had the same id, one after a deletion or in a test."""
    return _read(rubric_id)


def _read(rubric_id: int) -> FrozenRubric:
    rubric = Rubric.objects.get(pk=rubric_id)
    criteria = list(Criterion.objects.filter(rubric_id=rubric_id))
    spec = RubricSpec(kind=rubric.kind, criteria=tuple(c.spec() for c in criteria))
    return FrozenRubric(spec, MappingProxyType({c.key: c.pk for c in criteria}))
