"""Writing campaign items and their slots, many at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from annotations.actions.campaign_plan import CampaignPlan, rubric_ids
from annotations.models import Assignment, Campaign, CampaignItem, Question

BATCH = 5_000


def add_items_and_slots(campaign: Campaign, plan: CampaignPlan, first_position: int = 0) -> None:
    """Create a campaign item and its open slots for everything in `plan`."""
    rubrics = rubric_ids(campaign, plan.question_ids)
    order = work_order(campaign, plan.question_ids)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        items = [
            CampaignItem(
                campaign=campaign,
                item_id=int(plan.item_ids[row]),
                rubric_id=int(rubrics[row]),
                stratum=plan.sample.stratum[row],
                probability=float(plan.sample.probability[row]),
                random_number=float(plan.sample.random_number[row]),
                position=first_position + start + place,
            )
            for place, row in enumerate(rows)
        ]
        created = CampaignItem.objects.bulk_create(items)
        Assignment.objects.bulk_create(list(_slots(campaign, plan, created, rows)))


def _slots(
    campaign: Campaign, plan: CampaignPlan, items: list[CampaignItem], rows: np.ndarray
) -> Iterator[Assignment]:
    for item, row in zip(items, rows, strict=True):
        for slot in range(int(plan.wanted[row])):
            yield Assignment(
                campaign=campaign,
                campaign_item=item,
                slot=slot,
                position=item.position,
                planned_for_id=plan.raters[int(plan.slots[row, slot])].user_id,
            )


def work_order(campaign: Campaign, question_ids: np.ndarray) -> np.ndarray:
    """Rows in the order of work: shuffled, within each question or over all of them."""
    rng = np.random.default_rng([int(campaign.plan.get("seed", 0)), 1])
    shuffled = rng.random(len(question_ids))
    if campaign.order == Campaign.Order.SHUFFLED:
        return np.argsort(shuffled)
    places = {
        pk: place
        for place, pk in enumerate(
            Question.objects.filter(dataset_id=campaign.dataset_id)
            .order_by("position", "id")
            .values_list("pk", flat=True)
        )
    }
    place = np.array([places[pk] for pk in question_ids.tolist()], dtype=np.int64)
    return np.lexsort((shuffled, place))
