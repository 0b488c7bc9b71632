"""The life of a campaign: draft → running ⇄ paused → closed. Closed is final."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotations.models import Campaign, CampaignRubric, Dataset, User
from annotations.models.campaign_work import ACTIVE

RESERVED_SLUGS = {"new"}
State = Campaign.State


@transaction.atomic
def create_campaign(*, dataset: Dataset, name: str, kind: str, by: User) -> Campaign:
    """A draft over the whole dataset, with the usual choices for its kind."""
    is_grading = kind == Campaign.Kind.GRADING
    return Campaign.objects.create(
        team=dataset.team,
        dataset=dataset,
        name=name,
        slug=free_slug(name),
        kind=kind,
        order=Campaign.Order.BY_QUESTION if is_grading else Campaign.Order.SHUFFLED,
        plan=first_plan(),
        created_by=by,
    )


def new_seed() -> int:
    """A seed the lead can read out and type again."""
    return secrets.randbelow(1_000_000)


def free_slug(name: str) -> str:
    """An address that nobody has, in the letters of the name: 期中历史 reads better than campaign-7."""
    base = slugify(name, allow_unicode=True)[:100].strip("-") or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= RESERVED_SLUGS
    candidates = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def locked(campaign: Campaign) -> Campaign:
    """The campaign as it is in the database, held until the transaction ends.

    Its key is left alone, as in every lock on a row that others point to: what is written meanwhile and points
    to it does not wait, and cannot wait in a circle.
    """
    return Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def require_draft(campaign: Campaign) -> None:
    """The plan is frozen once rating has begun, and while a worker launches it."""
    if campaign.state != State.DRAFT:
        raise ValidationError(_("The campaign has been launched; its plan can no longer change."))
    require_no_work(campaign)


def require_no_work(campaign: Campaign) -> None:
    """No worker is launching or extending it."""
    if campaign.works.filter(state__in=ACTIVE).exists():
        raise ValidationError(
            _("A worker is launching or extending this campaign. Wait until it is done, or cancel it.")
        )


def require_open(campaign: Campaign) -> None:
    """Running or paused."""
    if campaign.state == State.CLOSED:
        raise ValidationError(_("The campaign is closed. A closed campaign stays as it is."))
    if campaign.state == State.DRAFT:
        raise ValidationError(_("The campaign has not been launched yet."))


@transaction.atomic
def pause_campaign(*, campaign: Campaign) -> Campaign:
    """Nobody gets new work; what is submitted is kept as a draft."""
    return _move(campaign, State.RUNNING, State.PAUSED, _("Only a running campaign can be paused."))


@transaction.atomic
def resume_campaign(*, campaign: Campaign) -> Campaign:
    return _move(campaign, State.PAUSED, State.RUNNING, _("Only a paused campaign can be resumed."))


def _move(campaign: Campaign, before: str, after: str, refusal: str) -> Campaign:
    campaign = locked(campaign)
    if campaign.state != before:
        raise ValidationError(refusal)
    campaign.state = after
    campaign.save(update_fields=["state"])
    return campaign


@transaction.atomic
def close_campaign(*, campaign: Campaign, typed_name: str) -> Campaign:
    """End the rating for good; `typed_name` must be the campaign's name."""
    campaign = locked(campaign)
    require_open(campaign)
    _require_name(campaign, typed_name)
    campaign.state, campaign.closed_at = State.CLOSED, timezone.now()
    campaign.save(update_fields=["state", "closed_at"])
    return campaign


@transaction.atomic
def delete_draft(*, campaign: Campaign) -> None:
    """Only a draft can be deleted: nothing has been rated in it."""
    campaign = locked(campaign)
    if campaign.state != State.DRAFT:
        raise ValidationError(
            _("Only a draft can be deleted. This campaign has been launched, and its ratings are kept.")
        )
    require_no_work(campaign)
    campaign.delete()


def _require_name(campaign: Campaign, typed: str) -> None:
    if typed.strip() != campaign.name.strip():
        raise ValidationError(
            _("To confirm, type the campaign's name exactly: %(name)s") % {"name": campaign.name}
        )


@transaction.atomic
def change_basics(*, campaign: Campaign, dataset: Dataset, name: str, kind: str) -> Campaign:
    """Rename a draft or point it elsewhere; with another dataset its choices start anew.

    The raters stay; what of the old dataset each was to mark does not.
    """
    require_draft(locked(campaign))
    if dataset.pk != campaign.dataset_id:
        campaign.rubrics.all().delete()
        campaign.campaign_items.all().delete()
        campaign.raters.update(school_subjects=[], question_keys=[])
        campaign.plan = first_plan()
    campaign.dataset, campaign.name, campaign.kind = dataset, name, kind
    campaign.save(update_fields=["dataset", "name", "kind", "plan"])
    return campaign


def first_plan() -> dict:
    """Nothing chosen, which means every item; the seed also orders the work."""
    return {"seed": new_seed()}


@transaction.atomic
def save_settings(*, campaign: Campaign, **values: object) -> None:
    """Change fields of a draft."""
    require_draft(locked(campaign))
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=list(values))


@transaction.atomic
def choose_rubrics(*, campaign: Campaign, chosen: Mapping[int | None, int]) -> None:
    """Question id → rubric id; None → the rubric of all other questions. Replaces the choice."""
    require_draft(locked(campaign))
    campaign.rubrics.all().delete()
    CampaignRubric.objects.bulk_create(
        CampaignRubric(campaign=campaign, question_id=question, rubric_id=rubric)
        for question, rubric in chosen.items()
    )
