"""What a judge looks at: the items of a run, the rubric of each, and both as the judge reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import QuerySet

from annotations.actions.campaign_plan import rubric_ids
from annotations.actions.frozen_rubrics import FrozenRubric, frozen_rubric
from annotations.models import Campaign, CampaignItem, Item, Question, Rubric
from grading.backends.judge_prompt import Instruction, Judged, JudgedCriterion
from grading.methods.segmentation import language
from grading.models import JudgeRun

POINTS = Rubric.Kind.POINTS


def items_in(campaign: Campaign, scope: str, sources: Sequence[str]) -> QuerySet[Item]:
    """In the order of their ids, without those that are only scans. `sources` empty: all."""
    items = Item.objects.filter(dataset=campaign.dataset_id).exclude(has_images=True, text="")
    if scope == JudgeRun.Scope.DRAWN:
        drawn = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
        items = items.filter(pk__in=drawn.values("item"))
    if sources:
        items = items.filter(source__in=sources)
    return items.order_by("pk")


@dataclass(frozen=True)
class JudgedRubric:
    """`marks`: the arithmetic; `instruction`: what the judge is told."""

    rubric: Rubric
    marks: FrozenRubric
    instruction: Instruction


class Rubrics:
    """The frozen rubric of every question in `items`. Raises ValidationError where one is missing or is
    a draft."""

    def __init__(self, campaign: Campaign, items: QuerySet[Item]) -> None:
        ids = items.order_by().values_list("question_id", flat=True).distinct()
        questions = np.array(sorted(ids), dtype=np.int64)
        self._of_question = dict(
            zip(questions.tolist(), rubric_ids(campaign, questions).tolist(), strict=True)
        )
        rows = Rubric.objects.filter(pk__in=set(self._of_question.values()))
        self._by_id = {row.pk: _judged(row) for row in rows.prefetch_related("criteria")}
        self._campaign = campaign

    def of(self, question_id: int) -> JudgedRubric:
        return self._by_id[self._of_question[question_id]]

    @cached_property
    def title(self) -> str:
        """What stands in the name of the scorer: the rubric, or the campaign that has several."""
        rubrics = sorted((one.rubric for one in self._by_id.values()), key=lambda r: r.pk)
        if len(rubrics) == 1:
            return str(rubrics[0])
        return f"{self._campaign.name} ({'+'.join(str(rubric.pk) for rubric in rubrics)})"


def _judged(rubric: Rubric) -> JudgedRubric:
    criteria = tuple(
        JudgedCriterion(
            criterion.key, criterion.name, criterion.description,
            tuple(
                (float(level["value"]), level.get("label") or "", level.get("descriptor") or "")
                for level in criterion.levels
            ),
            criterion.is_required,
        )
        for criterion in rubric.criteria.all()
    )  # fmt: skip
    text = " ".join([rubric.guidelines, *(c.name + c.description for c in criteria)])
    return JudgedRubric(
        rubric, frozen_rubric(rubric), Instruction(language(text), rubric.guidelines, criteria)
    )


def judged_of(item: Item, question: Question, rubric: Rubric, response: str | None = None) -> Judged:
    """An item as the judge reads it; a points rubric says the scoring points itself."""
    points = () if rubric.kind == POINTS else question.scoring_points
    return Judged(
        question=question.text, response=item.text if response is None else response,
        reference=question.reference, context=question.context,
        scoring_points=tuple(f"{point['text']} ({point['marks']})" for point in points),
    )  # fmt: skip
