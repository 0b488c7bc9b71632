"""Applying selective grading, taking it back, and giving the rest to people."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.actions.campaigns import create_campaign, locked
from annotations.models import Campaign, CampaignItem, CampaignRater, CampaignRubric, User
from grading.actions.policy import policy_of
from grading.exam_data import exam_data
from grading.methods.exam_guarantee import Bar
from grading.models import AcceptedMark, DecisionPolicy, SelectiveGrading
from grading.reports.marks import mark_sheet, queues_of, selective_of
from grading.selective_data import Calibration, Selective, calibration, selective
from grading.verdict_version import code_version

ROWS = 5_000


@transaction.atomic
def apply_selective(
    *,
    campaign: Campaign,
    by: User | None,
    machine: str,
    confidence: str,
    part: str,
    alpha: float,
    delta: float,
    bar: Bar,
) -> SelectiveGrading:
    """Accept the machine's marks above the proven threshold. Raises ValidationError."""
    campaign = locked(campaign)
    if selective_of(campaign):
        raise ValidationError(_("Selective grading is in force already. Undo it first."))
    found = calibration(exam_data(campaign), machine, confidence, bar.tolerance)
    result = selective(found, bar, part=part, alpha=alpha, delta=delta)
    if result is None or result.acceptance.threshold is None:
        raise ValidationError(_("Nothing is proven, so no machine mark can be accepted."))
    made = SelectiveGrading.objects.create(
        campaign=campaign,
        machine=machine,
        confidence=confidence,
        part=part,
        alpha=alpha,
        delta=delta,
        threshold=result.acceptance.threshold,
        evidence=_evidence(result, bar),
        inputs_digest=inputs_digest(found),
        code_version=code_version(),
        created_by=by,
    )
    _accept(made, found, result)
    return made


def _evidence(result: Selective, bar: Bar) -> dict[str, object]:
    return {
        "acceptance": asdict(result.acceptance),
        "standing": asdict(result.standing),
        "effort": result.marked.effort,
        "bar": asdict(bar),
        "accepted": int(result.accepted.sum()),
        "answers": len(result.accepted),
    }


def _accept(made: SelectiveGrading, found: Calibration, result: Selective) -> None:
    chosen = zip(found.frame[result.accepted], found.frame_machine[result.accepted], strict=True)
    AcceptedMark.objects.bulk_create(
        (AcceptedMark(selective=made, item_id=int(pk), mark=float(mark)) for pk, mark in chosen),
        batch_size=ROWS,
    )


def inputs_digest(found: Calibration) -> str:
    """SHA-256 of everything the threshold was computed from."""
    digest = hashlib.sha256()
    for column in (
        found.data.item, found.machine, found.confidence, found.wrong,
        found.frame, found.frame_machine, found.frame_confidence,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(column).tobytes() + json.dumps(len(column)).encode())
    return digest.hexdigest()


@transaction.atomic
def undo_selective(*, campaign: Campaign, by: User) -> SelectiveGrading:
    """Its marks count no more; what was accepted and by whom is kept."""
    in_force = selective_of(locked(campaign))
    if in_force is None:
        raise ValidationError(_("No selective grading is in force."))
    in_force.undone_at, in_force.undone_by = timezone.now(), by
    in_force.save(update_fields=["undone_at", "undone_by"])
    return in_force


@transaction.atomic
def make_queue(*, campaign: Campaign, by: User) -> Campaign:
    """A draft campaign on the answers that have no mark of record yet, with this one's raters,
    rubrics and policy. One person marks each. Raises ValidationError."""
    in_force = selective_of(locked(campaign))
    if in_force is None:
        raise ValidationError(_("No selective grading is in force."))
    if in_force.queue_id:
        raise ValidationError(_("The campaign for the rest is there already."))
    with_people = (campaign, *queues_of(campaign))
    drawn = set(
        CampaignItem.objects.filter(campaign__in=with_people).values_list("item_id", flat=True)
    )
    answers = mark_sheet(campaign).answers
    rest = [a.item for a in answers if a.record.mark is None and a.item not in drawn]
    if not rest:
        raise ValidationError(_("Every answer has its mark; nothing is left for people."))
    queue = _queue(campaign, by, sorted(rest))
    in_force.queue = queue
    in_force.save(update_fields=["queue"])
    return queue


def _queue(campaign: Campaign, by: User, rest: list[int]) -> Campaign:
    name = _("%(name)s: marked by people") % {"name": campaign.name}
    queue = create_campaign(dataset=campaign.dataset, name=name[:120], kind=campaign.kind, by=by)
    queue.plan = {**queue.plan, "design": "all", "n": None, "by": "", "only": rest}
    queue.ratings_per_item, queue.guidelines = 1, campaign.guidelines
    queue.save(update_fields=["plan", "ratings_per_item", "guidelines"])
    CampaignRubric.objects.bulk_create(
        CampaignRubric(campaign=queue, question_id=row.question_id, rubric_id=row.rubric_id)
        for row in campaign.rubrics.all()
    )
    at_work = campaign.raters.filter(state=CampaignRater.State.ACTIVE)
    CampaignRater.objects.bulk_create(
        CampaignRater(
            campaign=queue,
            user_id=row.user_id,
            school_subjects=row.school_subjects,
            question_keys=row.question_keys,
        )
        for row in at_work
    )
    _copy_policy(campaign, queue)
    return queue


def _copy_policy(campaign: Campaign, queue: Campaign) -> None:
    policy = policy_of(campaign)
    DecisionPolicy.objects.create(
        campaign=queue,
        estimand=policy.estimand,
        threshold=policy.threshold,
        tolerance=policy.tolerance,
        coefficient=policy.coefficient,
        agreement_floor=policy.agreement_floor,
        seed=policy.seed,
    )
