"""The parts of the rating screen: item cards, rubric panels, the words for its scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.actions.read_slot import claim_proof
from annotations.actions.slots import TRAINING
from annotations.models import Assignment, Item, ItemImage, Question, Rubric


@dataclass(frozen=True)
class RatingCard:
    """One item in the rater's hand. Nothing here says whose it is or whether it is a seed."""

    assignment: Assignment
    rater_id: int
    images: list[ItemImage]
    draft: dict[str, Any] = field(default_factory=dict)

    @property
    def item(self) -> Item:
        return self.assignment.campaign_item.item

    @property
    def question(self) -> Question:
        return self.item.question

    @property
    def training(self) -> str:
        """practice or qualification; empty for everything else, seeds and repeats included."""
        return self.assignment.kind if self.assignment.kind in TRAINING else ""

    @property
    def proof(self) -> str:
        return claim_proof(self.assignment.pk, self.rater_id)

    @property
    def draft_json(self) -> str:
        return json.dumps(self.draft) if self.draft else ""


def cards_of(
    hand: Iterable[Assignment], rater_id: int, drafts: dict[int, dict[str, Any]] | None = None
) -> list[RatingCard]:
    return [
        RatingCard(slot, rater_id, images_of(slot), (drafts or {}).get(slot.pk, {}))
        for slot in hand
    ]


def images_of(slot: Assignment) -> list[ItemImage]:
    item = slot.campaign_item.item
    return list(item.images.all()) if item.has_images else []


def rubrics_of(cards: list[RatingCard], known: Iterable[int] = ()) -> list[SafeString]:
    """The rubric of every card that the page does not know yet, each once."""
    rubrics = {card.assignment.campaign_item.rubric_id: card for card in cards}
    for rubric_id in known:
        rubrics.pop(rubric_id, None)
    return [rubric_html(card.assignment.campaign_item.rubric) for card in rubrics.values()]


def rubric_html(rubric: Rubric) -> SafeString:
    """Panel and guide of a rubric; a published one is rendered once per language."""
    if rubric.is_published:
        return _kept(rubric.pk, rubric.created_at, get_language() or "")
    return _render(rubric.pk)


@lru_cache(maxsize=512)
def _kept(rubric_id: int, created_at: datetime, language: str) -> SafeString:
    """`created_at` tells apart rubrics that had the same id, one after a deletion or in a test."""
    return _render(rubric_id)


def _render(rubric_id: int) -> SafeString:
    rubric = Rubric.objects.prefetch_related("criteria").get(pk=rubric_id)
    context = {"rubric": rubric, "criteria": list(rubric.criteria.all()), "scores": None}
    return mark_safe(get_template("annotations/_rating_rubric.html").render(context))


def answer_html(context: dict[str, Any]) -> str:
    return str(_answer_template().render(context))


@lru_cache(maxsize=1)
def _answer_template() -> Any:
    return get_template("annotations/_rating_answer.html")


def words() -> dict[str, str]:
    """What the scripts say, in the rater's language; {n} and the like are filled in there."""
    return {
        "saved": _("saved"),
        "saving": _("saving …"),
        "kept_here": _("kept on this device"),
        "gone": _("Concord does not know this item any more."),
        "kept_one": _("1 rating kept on this device, will be sent"),
        "kept_many": _("{n} ratings kept on this device, will be sent"),
        "offline": _("No connection to Concord."),
        "sent": _("Everything has been sent."),
        "signed_out": _("You have been signed out. Sign in again and everything is sent; nothing is lost."),
        "sign_in": _("Sign in in a new tab"),
        "send_now": _("Send now"),
        "other_account": _("Somebody else is signed in on this device. These ratings wait until you sign in again."),
        "refused": _("A rating was not accepted: {reason} It is kept on this device."),
        "no_storage": _("This browser keeps nothing on the device: without a connection ratings would be lost. Stay on this page until everything is sent."),
        "discard": _("Discard it"),
        "missing": _("{name} has no score yet."),
        "off_scale": _("{value} is not on the scale of {name}."),
        "reason": _("Say why, in a few words."),
        "scored": _("{name}: {value}. {text}"),
        "criterion": _("{name}, {n} of {total}"),
        "count": _("{done} of {total}"),
        "count_pool": _("{done} done · {left} left for all"),
        "pace": _("{pace} s each · about {time} left"),
        "minutes": _("{n} min"),
        "hours": _("{h} h {n} min"),
        "seconds": _("{n} s"),
        "next": _("Next item. {count}"),
        "waiting_feedback": _("The definitive scores come when the rating has been sent."),
        "waiting": _("Waiting for the next item …"),
        "waiting_offline": _("All items in hand are rated. The next ones come when the connection is back."),
        "break": _("You have been rating for {n} minutes. A short break keeps marks steady."),
        "close": _("Close"),
        "undone": _("The last rating is back. Change it and submit again."),
        "nothing_to_undo": _("There is nothing to undo."),
        "needs_connection": _("This needs a connection."),
        "skipped": _("Skipped. Somebody else will rate it."),
        "server_down": _("Concord does not answer at the moment."),
    }  # fmt: skip
