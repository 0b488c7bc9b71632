"""Who rates: choosing, adding, stopping, and sharing the open slots out anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.actions.campaign_plan import eligibility, question_facts, working_raters
from annotations.actions.campaigns import locked, require_draft, require_open
from annotations.actions.gold_training import give_training
from annotations.actions.leases import FREE
from annotations.methods.assignment_design import NOBODY, plan_raters
from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    Membership,
    Role,
    Skip,
    User,
)

UPDATE_BATCH = 5_000
TRAINING_PURPOSES = (CampaignItem.Purpose.PRACTICE, CampaignItem.Purpose.QUALIFICATION)


@transaction.atomic
def choose_raters(
    *, campaign: Campaign, chosen: Mapping[int, tuple[Sequence[str], Sequence[str]]]
) -> None:
    """Set the raters of a draft: user id → (school subjects, question keys), empty = all."""
    require_draft(locked(campaign))
    _require_raters(campaign, chosen)
    campaign.raters.exclude(user_id__in=chosen).delete()
    for user_id, (subjects, keys) in chosen.items():
        CampaignRater.objects.update_or_create(
            campaign=campaign,
            user_id=user_id,
            defaults={"school_subjects": list(subjects), "question_keys": list(keys)},
        )


def _require_raters(campaign: Campaign, user_ids: Iterable[int]) -> None:
    known = Membership.objects.filter(team_id=campaign.team_id, role=Role.RATER)
    if set(user_ids) - set(known.values_list("user_id", flat=True)):
        raise ValidationError(_("Only members of the team with the role “rater” can rate."))


@transaction.atomic
def add_raters(*, campaign: Campaign, users: Sequence[User]) -> None:
    """Add raters to a launched campaign; the work left is shared out among all."""
    campaign = locked(campaign)
    require_open(campaign)
    _require_raters(campaign, [user.pk for user in users])
    already = set(campaign.raters.values_list("user_id", flat=True))
    new = [CampaignRater(campaign=campaign, user=user) for user in users if user.pk not in already]
    if not new:
        raise ValidationError(_("They rate in this campaign already."))
    admit(campaign, CampaignRater.objects.bulk_create(new))
    replan_open_slots(campaign)


@transaction.atomic
def stop_rater(*, campaign: Campaign, user: User) -> None:
    """No more work for this rater: ratings stay, what was held or planned goes to the others."""
    campaign = locked(campaign)
    require_open(campaign)
    rater = campaign.raters.filter(user=user).exclude(state=CampaignRater.State.STOPPED).first()
    if rater is None:
        raise ValidationError(_("This person is not rating in this campaign."))
    rater.state = CampaignRater.State.STOPPED
    rater.save(update_fields=["state"])
    held = Assignment.objects.filter(campaign=campaign, rater=user, state=Assignment.State.CLAIMED)
    held.filter(kind=Assignment.Kind.LIVE).update(**FREE)
    replan_open_slots(campaign)


@transaction.atomic
def readmit_rater(*, campaign: Campaign, user: User) -> None:
    """Take back a stop. Where raters are trained, the rater goes on where training left off."""
    campaign = locked(campaign)
    require_open(campaign)
    rater = campaign.raters.filter(user=user, state=CampaignRater.State.STOPPED).first()
    if rater is None:
        raise ValidationError(_("This person has not been stopped."))
    admit(campaign, [rater])
    replan_open_slots(campaign)


def admit(campaign: Campaign, raters: Sequence[CampaignRater]) -> None:
    """Active at once, or in training where the campaign has practice or qualification items."""
    is_trained = campaign.campaign_items.filter(purpose__in=TRAINING_PURPOSES).exists()
    state = CampaignRater.State.TRAINING if is_trained else CampaignRater.State.ACTIVE
    CampaignRater.objects.filter(pk__in=[rater.pk for rater in raters]).update(state=state)
    if is_trained:
        give_training(campaign=campaign)


def replan_open_slots(campaign: Campaign) -> None:
    """Share the open slots out anew, so that everybody has the same amount of work *left*.

    Nobody gets an item that they have rated, hold or gave back. A slot that no working rater may
    take is planned for nobody; the campaign page says so.
    """
    raters = working_raters(campaign)
    slots = list(
        Assignment.objects.filter(
            campaign=campaign, state=Assignment.State.OPEN, kind=Assignment.Kind.LIVE
        ).values_list("campaign_item_id", "id", "campaign_item__item__question_id")
    )
    if not slots:
        return
    by_item: dict[int, list[int]] = defaultdict(list)
    for item_id, slot_id, _question in slots:
        by_item[item_id].append(slot_id)
    question_of = {item_id: question for item_id, _slot, question in slots}
    plan = _plan(campaign, raters, by_item, question_of)
    _write(raters, by_item, plan)


def _plan(
    campaign: Campaign,
    raters: list[CampaignRater],
    by_item: dict[int, list[int]],
    question_of: dict[int, int],
) -> np.ndarray:
    if not raters:
        return np.full((len(by_item), 1), NOBODY)
    questions, group = np.unique([question_of[pk] for pk in by_item], return_inverse=True)
    return plan_raters(
        np.array([len(slots) for slots in by_item.values()]),
        group,
        eligibility(question_facts(campaign, questions), raters),
        int(campaign.plan.get("seed", 0)),
        taken=_taken(campaign, list(by_item), raters),
        is_partial=True,
    )


def _taken(campaign: Campaign, item_ids: list[int], raters: list[CampaignRater]) -> np.ndarray:
    """Who has rated, holds or gave back which item; shape (items, raters)."""
    row = {pk: place for place, pk in enumerate(item_ids)}
    column = {rater.user_id: place for place, rater in enumerate(raters)}
    held = Assignment.objects.filter(campaign=campaign, rater__isnull=False)
    rated = campaign.ratings.filter(state__in=("current", "surplus"))
    skips = Skip.objects.filter(campaign_item__campaign=campaign)
    taken = np.zeros((len(row), len(column)), dtype=bool)
    for rows in (held, rated, skips):
        for item_id, user_id in rows.order_by().values_list("campaign_item_id", "rater_id"):
            if item_id in row and user_id in column:
                taken[row[item_id], column[user_id]] = True
    return taken


def _write(
    raters: list[CampaignRater], by_item: dict[int, list[int]], plan: np.ndarray
) -> None:
    planned: dict[int | None, list[int]] = defaultdict(list)
    for slots, chosen in zip(by_item.values(), plan.tolist(), strict=True):
        padded = chosen + [NOBODY] * (len(slots) - len(chosen))
        for slot_id, place in zip(slots, padded, strict=False):
            planned[None if place == NOBODY else raters[place].user_id].append(slot_id)
    for user_id, slot_ids in planned.items():
        for start in range(0, len(slot_ids), UPDATE_BATCH):
            batch = slot_ids[start : start + UPDATE_BATCH]
            open_slots = Assignment.objects.filter(pk__in=batch, state=Assignment.State.OPEN)
            open_slots.update(planned_for_id=user_id)
