"""Writing campaign items and their slots: 100,000 items by two are 300,000 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from django.db import models, transaction

from annotations.actions.campaign_plan import CampaignPlan, rubric_ids
from annotations.actions.insert_rows import insert_rows
from annotations.models import Assignment, Campaign, CampaignItem, Question

BATCH = 5_000
Wrote = Callable[[int], None]  # called with the number of rows of each batch
ITEM_COLUMNS = (
    "campaign", "item", "rubric", "purpose", "stratum", "probability",
    "random_number", "position",
)  # fmt: skip
SLOT_COLUMNS = (
    "campaign", "campaign_item", "kind", "slot", "position", "state", "planned_for",
)  # fmt: skip


def add_items_and_slots(
    campaign: Campaign, plan: CampaignPlan, first_position: int = 0, wrote: Wrote | None = None
) -> None:
    """Create a campaign item and its open slots for everything in `plan`.

    Positions count from `first_position` in the order of work. Call it in a transaction, or
    remove what was written when it fails (`remove_written`).
    """
    order = work_order(campaign, plan.question_ids)
    _insert(CampaignItem, ITEM_COLUMNS, _items(campaign, plan, order, first_position), wrote)
    made = dict(
        CampaignItem.objects.filter(campaign=campaign, position__gte=first_position)
        .filter(purpose=CampaignItem.Purpose.LIVE)
        .values_list("position", "id")
    )
    slots = _slots(campaign, plan, order, first_position, made)
    _insert(Assignment, SLOT_COLUMNS, slots, wrote)


def remove_written(campaign: Campaign) -> None:
    """What a launch that came to no end has left in a draft. Nobody has seen any of it.

    Deleted without loading 300,000 rows to follow their relations: there are none yet.
    """
    for rows in (
        Assignment.objects.filter(campaign=campaign, kind=Assignment.Kind.LIVE),
        CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE),
    ):
        rows._raw_delete(rows.db)


def _items(
    campaign: Campaign, plan: CampaignPlan, order: np.ndarray, first: int
) -> Iterator[tuple[object, ...]]:
    rubrics = rubric_ids(campaign, plan.question_ids)[order].tolist()
    items, sample = plan.item_ids[order].tolist(), plan.sample
    probabilities = sample.probability[order].tolist()
    numbers = sample.random_number[order].tolist()
    for place, row in enumerate(order.tolist()):
        yield (
            campaign.pk, items[place], rubrics[place], CampaignItem.Purpose.LIVE.value,
            sample.stratum[row], probabilities[place], numbers[place], first + place,
        )  # fmt: skip


def _slots(
    campaign: Campaign, plan: CampaignPlan, order: np.ndarray, first: int, made: dict[int, int]
) -> Iterator[tuple[object, ...]]:
    people = [rater.user_id for rater in plan.raters]
    kind, state = Assignment.Kind.LIVE.value, Assignment.State.OPEN.value
    slots, wanted = plan.slots[order].tolist(), plan.wanted[order].tolist()
    for place in range(len(order)):
        position = first + place
        for slot in range(wanted[place]):
            rater = people[slots[place][slot]]
            yield campaign.pk, made[position], kind, slot, position, state, rater


def _insert(
    model: type[models.Model],
    columns: tuple[str, ...],
    rows: Iterator[tuple[object, ...]],
    wrote: Wrote | None,
) -> None:
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():  # or SQLite commits every row on its own
            insert_rows(model, columns, batch)
        if wrote:
            wrote(len(batch))


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
