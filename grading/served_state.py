"""How a served answer stands: its mark of record, by the rule that all marks of record follow."""

from __future__ import annotations

from annotations.models import Adjudication, Assignment, CampaignItem
from annotations.models.rating_table import counted_ratings
from grading.methods.marks_of_record import Evidence, MarkOfRecord, mark_of_record
from grading.models import DecisionPolicy, ServedAnswer


def record_of(answer: ServedAnswer) -> MarkOfRecord:
    """People's marks go before the machine's; the machine's counts where it needed nobody and nobody
    appealed."""
    row = _queued(answer)
    evidence = Evidence(
        machine=answer.mark, is_machine_accepted=not answer.needs_person and not has_appeal(answer)
    )
    if row is None:
        return mark_of_record(evidence, tolerance=0, step=float(answer.question.step))
    policy = DecisionPolicy.objects.filter(campaign=row.campaign_id).first()
    evidence = Evidence(
        definitive=_adjudicated(row),
        ratings=_ratings(row),
        planned=row.assignments.filter(kind=Assignment.Kind.LIVE).count(),
        machine=evidence.machine,
        is_machine_accepted=evidence.is_machine_accepted,
    )
    tolerance = policy.tolerance if policy else 0.0
    return mark_of_record(evidence, tolerance=tolerance, step=float(answer.question.step))


def has_appeal(answer: ServedAnswer) -> bool:
    return any(row.kind == row.Kind.APPEAL for row in answer.feedback.all())


def _queued(answer: ServedAnswer) -> CampaignItem | None:
    """Its newest place in a campaign in which people mark for this grader."""
    if answer.item_id is None:
        return None
    queues = answer.request.grader.deployments.values("queue")
    rows = CampaignItem.objects.filter(item=answer.item_id, campaign__in=queues)
    return rows.select_related("campaign").order_by("-pk").first()


def _adjudicated(row: CampaignItem) -> float | None:
    rows = Adjudication.objects.filter(campaign_item=row, mark__isnull=False)
    return rows.order_by("-created_at", "-pk").values_list("mark", flat=True).first()


def _ratings(row: CampaignItem) -> tuple[float, ...]:
    rows = counted_ratings(row.campaign).filter(campaign_item=row, mark__isnull=False)
    return tuple(mark for mark in rows.values_list("mark", flat=True) if mark is not None)
