"""The rating screen as a whole page."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotations.actions.deal_hand import deal_hand, drafts_of
from annotations.actions.rater_progress import rater_progress
from annotations.actions.undo_rating import may_undo
from annotations.models import CampaignRater
from annotations.views.rating_panels import cards_of, rubrics_of, words
from annotations.views.rating_states import new_pass, state_of


def show_page(
    request: HttpRequest, place: CampaignRater, status: int = 200, **extra: Any
) -> HttpResponse:
    """The rater's hand, or what to do instead; `extra` goes to the template."""
    hand = deal_hand(place)
    context = {
        "campaign": place.campaign,
        "place": place,
        "progress": rater_progress(place),
        "words": words(),
        **extra,
    }
    if not hand:
        context |= {"state": state_of(place), "may_undo": may_undo(place)}
        return render(request, "annotations/rating_state.html", context, status=status)
    cards = cards_of(hand, place.user_id, drafts_of(hand, place.user_id))
    context |= {
        "cards": cards,
        "criteria": cards[0].assignment.campaign_item.rubric.criteria.all(),
        "panels": rubrics_of(cards),
        "seconds": ",".join(f"{second:.1f}" for second in context["progress"].seconds),
        "submission_key": uuid4(),
        "passed": new_pass(place, context["progress"]),
        "is_reference_shown": place.campaign.is_reference_shown,
    }
    return render(request, "annotations/rating.html", context, status=status)
