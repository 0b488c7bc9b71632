"""The final word on an item."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.methods.composite import composite_and_mark
from annotations.models import Adjudication, Assignment, CampaignItem, User


@transaction.atomic
def adjudicate(
    *, campaign_item: CampaignItem, adjudicator: User, scores: Mapping[str, float], note: str = ""
) -> Adjudication:
    """Store definitive scores as a new Adjudication; earlier ones stay, the newest counts. It answers every
    appeal so far.

    Raises:
        ScoreProblem: a score is unknown, missing or off its scale.
        ValidationError: the item trains or tests raters; its scores are its gold.
    """
    if campaign_item.purpose != CampaignItem.Purpose.LIVE:
        raise ValidationError(
            _("Only live items are adjudicated; the scores of gold items are set with them.")
        )
    question = campaign_item.item.question
    full_mark = None if question.full_mark is None else float(question.full_mark)
    spec = campaign_item.rubric.spec(full_mark, float(question.step))
    result = composite_and_mark(spec, scores)
    _spare_raters(campaign_item)
    return Adjudication.objects.create(
        campaign_item=campaign_item,
        adjudicator=adjudicator,
        scores=dict(scores),
        composite=result.composite,
        mark=result.mark,
        note=note,
    )


def _spare_raters(campaign_item: CampaignItem) -> None:
    """Where items come one by one, nobody need begin one that is decided. A sample keeps its plan."""
    if campaign_item.campaign.is_open_ended:
        slots = campaign_item.assignments.filter(kind=Assignment.Kind.LIVE)
        slots.filter(state=Assignment.State.OPEN, ratings=None).delete()
