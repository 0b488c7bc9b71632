"""Which marks of record of a campaign a grader learns from, and how much each counts.

A mark that only the machine gave is never among them: a grader would learn from itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from annotations.models import Campaign, CampaignItem, Item
from annotations.models.appeal import open_appeals
from grading.item_estimates import rated_items
from grading.methods.mark_reliability import reliabilities
from grading.methods.marks_of_record import ADJUDICATED, HUMAN, TOGETHER
from grading.models import MarksTaken
from grading.reports.marks import Answer, KnownMarks, mark_sheet, queues_of
from grading.training_criteria import criteria_taken
from grading.training_left_out import Reason

OF_PEOPLE = (ADJUDICATED, HUMAN, TOGETHER)
DISPUTED = ("raters_disagree", "machine_differs")


class Passed(NamedTuple):
    """Why a mark of record is not learnt from; with `mark` where there is one, else
    with the code that says why there is none."""

    reason: str = Reason.UNMARKED
    mark: float | None = None
    why: str = ""


class Taken(NamedTuple):
    """A mark of record with its weight in (0, 1], and what people gave on each criterion (training_criteria.py)."""

    mark: float
    weight: float = 1.0
    criteria: tuple[dict[str, Any], ...] = ()


def marks_taken(campaign: Campaign, taken: str) -> dict[int, Taken | Passed]:
    """By item id."""
    settled = _settled(campaign) if taken == MarksTaken.SETTLED else set()
    answers: list[Answer] = []
    passed: dict[int, Taken | Passed] = {}
    for answer in mark_sheet(campaign).answers:
        if answer.record.mark is not None and _is_taken(answer, settled, taken):
            answers.append(answer)
        else:
            passed[answer.item] = _passed(answer, taken)
    weights = _weights(campaign, answers) if taken == MarksTaken.WEIGHTED else {}
    criteria = criteria_taken(campaign, {answer.item: answer.record.origin for answer in answers})
    return passed | {
        answer.item: Taken(
            answer.record.mark, weights.get(answer.item, 1.0), tuple(criteria.get(answer.item, ()))
        )
        for answer in answers
        if answer.record.mark is not None
    }


def _is_taken(answer: Answer, settled: set[int], taken: str) -> bool:
    origin = answer.record.origin
    if taken == MarksTaken.ADJUDICATED:
        return origin == ADJUDICATED
    if taken == MarksTaken.SETTLED:
        return origin == ADJUDICATED or (origin == HUMAN and answer.item in settled)
    return origin in OF_PEOPLE


def _passed(answer: Answer, taken: str) -> Passed:
    record = answer.record
    if record.mark is None:
        return Passed(Reason.DISPUTED if record.reason in DISPUTED else Reason.UNMARKED, why=record.reason)
    if record.origin not in OF_PEOPLE:
        return Passed(Reason.MACHINE, record.mark, record.reason)
    return Passed(Reason.NOT_ADJUDICATED if taken == MarksTaken.ADJUDICATED else Reason.UNSETTLED, record.mark)


def _settled(campaign: Campaign) -> set[int]:
    """Items on which people agree where there is a mark of theirs: at least two marked it, for one alone
    agrees with nobody; or the plan asks for one rating, and nobody appeals against it."""
    together = [*queues_of(campaign), campaign]
    several = {item for item, marks in KnownMarks(campaign).ratings.items() if len(marks) > 1}
    planned = CampaignItem.objects.filter(campaign__in=together, campaign__ratings_per_item=1)
    appealed = {row.item_id for one in together for row in open_appeals(one)}
    return (several | set(planned.values_list("item", flat=True))) - appealed


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
