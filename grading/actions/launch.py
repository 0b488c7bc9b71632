"""Launching and extending with the gates looked at first, at once or by a worker."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from annotations.actions.campaign_frame import ALL
from annotations.actions.campaign_work import (
    needs_worker,
    start_extension,
    start_launch,
    withdraw_work,
)
from annotations.actions.extend_sample import extend_sample
from annotations.actions.launch_campaign import launch_campaign
from annotations.models import Campaign, CampaignWork, User
from config.queue import QueueDown
from grading.actions.policy import policy_problems
from grading.early_gates import early_gates
from grading.models import DecisionPolicy

Send = Callable[[CampaignWork], None]  # queues it; raises QueueDown


def launch(
    *, campaign: Campaign, by: User, send: Send, has_consent: bool = False
) -> CampaignWork | None:
    """Launch a small campaign at once (None), or have a worker do it.

    `has_consent`: the lead wants the ratings although every candidate is rejected at a gate.
    Raises ValidationError with what is missing, or where the queue is down; then nothing is left.
    """
    _require_policy(campaign)
    audit = checked_audit(campaign, has_consent)
    is_all = campaign.plan.get("design", ALL) == ALL
    n = campaign.dataset.items.count() if is_all else int(campaign.plan["n"])
    if not needs_worker(campaign, n):
        launch_campaign(campaign=campaign, by=by, audit=audit)
        return None
    return _sent(start_launch(campaign=campaign, by=by, has_consent=has_consent), send)


def extend(*, campaign: Campaign, n: int, by: User, send: Send) -> CampaignWork | None:
    """Enlarge the sample to `n` items at once (None), or have a worker do it.

    Raises ValidationError where the looks were planned for the sample as it is.
    """
    policy = DecisionPolicy.objects.filter(campaign=campaign).first()
    if policy and policy.stopping != DecisionPolicy.Stopping.FIXED:
        raise ValidationError(
            _(
                "The looks at this sample were planned beforehand for its size, so it cannot grow. Start a "
                "new campaign for a larger one."
            )
        )
    more = n - int(campaign.plan.get("n") or 0)
    if not needs_worker(campaign, more):
        extend_sample(campaign=campaign, n=n, audit=early_gates(campaign).audit)
        return None
    return _sent(start_extension(campaign=campaign, n=n, by=by), send)


def checked_audit(campaign: Campaign, has_consent: bool) -> dict[str, float]:
    """The audit shares of rejected sources. Raises ValidationError where all are rejected and
    nobody has confirmed that they are to be rated."""
    gates = early_gates(campaign)
    if gates.are_all_rejected and not has_consent:
        raise ValidationError(
            _("Every candidate is rejected at a gate. Confirm that you want the ratings all the same.")
        )
    return gates.audit


def audit_for(work: CampaignWork) -> dict[str, float]:
    """The same for a worker, by what the lead said when it was queued."""
    is_launch = work.kind == CampaignWork.Kind.LAUNCH
    return checked_audit(work.campaign, work.has_consent or not is_launch)


def _require_policy(campaign: Campaign) -> None:
    if problems := policy_problems(campaign):
        raise ValidationError(problems)


def _sent(work: CampaignWork, send: Send) -> CampaignWork:
    try:
        send(work)
    except QueueDown as error:
        withdraw_work(work=work)
        raise ValidationError(
            _("The queue cannot be reached, so nothing was started. Try again when it is back.")
        ) from error
    return work
