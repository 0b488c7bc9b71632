"""What the gold page lists: training items in the order of training, and how the raters do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.actions.gold_results import Done, Result, training_results
from annotations.actions.gold_training import current_training_items, is_ready
from annotations.forms.gold import PURPOSES, RuleForm
from annotations.lists import Column, Listing, listing_of
from annotations.methods.scales import number_text
from annotations.models import Campaign, CampaignItem

ITEM_COLUMNS = [
    Column("purpose", _("Purpose"), lambda row: row["item"].get_purpose_display()),
    Column("item", _("Item"), lambda row: row["item"].item.key),
    Column("question", _("Question"), lambda row: row["item"].item.question.key),
    Column("response", _("Response"), lambda row: row["item"].item.text),
    Column("scores", _("Definitive scores"), lambda row: _on_one_line(row["scores"])),
    Column("why", _("Explanation"), lambda row: row["item"].gold.explanation),
]
RATER_COLUMNS = [
    Column("rater", _("Rater"), lambda row: row.place.user, lambda row: str(row.place.user)),
    Column("state", _("State"), lambda row: row.place.get_state_display(), lambda row: row.place.state),
    Column("practice", _("Practice"), lambda row: _of(row.practice), lambda row: row.practice.submitted, True),
    Column("qualification", _("Qualification"), lambda row: _of(row.qualification),
           lambda row: row.qualification.submitted, True),
    Column("within", _("Within tolerance"), lambda row: _within(row),
           lambda row: row.outcome.share if row.outcome else None, True),
    Column("compared", _("Item by item"), lambda row: _ticks(row)),
]  # fmt: skip


def list_context(request: HttpRequest, campaign: Campaign, rule: RuleForm) -> dict[str, Any]:
    """The items stand in the order that raters meet them, hence are not sorted otherwise."""
    items = current_training_items(campaign)
    rows = [{"item": item, "is_ready": is_ready(item), "scores": _in_words(item)} for item in items]
    results = training_results(campaign, items) if items else []
    return {
        "campaign": campaign,
        "sections": [
            {"purpose": purpose, "title": title, "rows": [r for r in rows if r["item"].purpose == purpose]}
            for purpose, title in PURPOSES
        ],
        "unready": [row["item"] for row in rows if not row["is_ready"]],
        "items": _whole(request, rows, ITEM_COLUMNS, "items"),
        "raters": _whole(request, results, RATER_COLUMNS, "raters"),
        "rule": rule,
        "is_closed": campaign.state == Campaign.State.CLOSED,
        "is_draft": campaign.state == Campaign.State.DRAFT,
    }


def _whole(request: HttpRequest, rows: list[Any], columns: list[Column], part: str) -> Listing:
    """A list on one page, however long."""
    return listing_of(request, rows, columns, part=part, per_page=max(1, len(rows)))


def _on_one_line(scores: list[tuple[str, float]]) -> str:
    return "; ".join(f"{name}: {number_text(value)}" for name, value in scores)


def _of(done: Done) -> str:
    return _in_all(done.submitted, done.total) if done.total else ""


def _within(result: Result) -> str:
    return _in_all(result.outcome.within, result.outcome.total) if result.outcome else ""


def _in_all(number: int, total: int) -> str:
    """In words: a spreadsheet would take 1/2 for a date."""
    return gettext("%(number)s out of %(total)s") % {"number": number, "total": total}


def _ticks(result: Result) -> str:
    return " ".join("✓" if comparison.is_within else "✕" for _item, comparison in result.compared)


def _in_words(item: CampaignItem) -> list[tuple[str, float]]:
    names = {c.key: c.name for c in item.rubric.criteria.all()}
    return [(names[key], value) for key, value in item.gold.scores.items() if key in names]
