"""Which marks of record of a campaign a grader learns from, and how much each counts.

A mark that only the machine gave is never among them: a grader would learn from itself.
"""

from __future__ import annotations

import numpy as np

from annotations.models import Campaign, Item
from grading.item_estimates import rated_items
from grading.methods.mark_reliability import reliabilities
from grading.methods.marks_of_record import ADJUDICATED, HUMAN, TOGETHER
from grading.models import MarksTaken
from grading.reports.marks import Answer, KnownMarks, mark_sheet, queues_of

OF_PEOPLE = (ADJUDICATED, HUMAN, TOGETHER)


def marks_taken(campaign: Campaign, taken: str) -> dict[int, tuple[float, float]]:
    """Item id → mark of record and weight in (0, 1]."""
    ratings = KnownMarks(campaign).ratings
    answers = [
        answer
        for answer in mark_sheet(campaign).answers
        if answer.record.mark is not None and _is_taken(answer, len(ratings.get(answer.item, ())), taken)
    ]
    weights = _weights(campaign, answers) if taken == MarksTaken.WEIGHTED else {}
    return {
        answer.item: (answer.record.mark, weights.get(answer.item, 1.0))
        for answer in answers
        if answer.record.mark is not None
    }


def _is_taken(answer: Answer, ratings: int, taken: str) -> bool:
    """People agree where at least two marked the answer: one alone agrees with nobody."""
    origin = answer.record.origin
    if taken == MarksTaken.ADJUDICATED:
        return origin == ADJUDICATED
    if taken == MarksTaken.SETTLED:
        return origin == ADJUDICATED or (origin == HUMAN and ratings > 1)
    return origin in OF_PEOPLE


def _weights(campaign: Campaign, answers: list[Answer]) -> dict[int, float]:
    """Reliability of the ratings behind a mark; adjudicated marks count in full."""
    adjudicated = {answer.item for answer in answers if answer.record.origin == ADJUDICATED}
    found: dict[int, float] = {}
    for one in (*queues_of(campaign), campaign):
        rated = rated_items(one)
        if len(rated.item):
            asked = dict(Item.objects.filter(dataset=one.dataset_id).values_list("pk", "question_id"))
            questions = [asked[pk] for pk in rated.item.tolist()]
            _names, group = np.unique(questions, return_inverse=True)
            weights = reliabilities(rated.score, rated.noise, group)
            found |= dict(zip(rated.item.tolist(), weights.round(4).tolist(), strict=True))
    return found | dict.fromkeys(adjudicated, 1.0)
