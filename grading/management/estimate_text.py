"""What `manage.py estimate` prints: JSON of a stable shape, or a table for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.methods.text_width import padded, text_width
from grading.methods.named_estimates import NamedEstimate, NamedEstimates

REASONS: dict[str, Promise] = {
    "no_ratings": gettext_lazy("No item has a human score."),
    "too_few_items": gettext_lazy("Too few items have a human score."),
    "too_few_items_for_folds": gettext_lazy("Too few rated items to fit on one part and use on the other."),
    "constant_ratings": gettext_lazy("The human scores are all the same, so their spread is unknown."),
    "constant_score": gettext_lazy("The automatic score is the same on every rated item."),
    "incomplete": gettext_lazy("The automatic score is missing on some items."),
    "perfect_fit": gettext_lazy("The automatic score follows the human scores exactly, as a copy of them would."),
    "off_scale": gettext_lazy("By the automatic score all items reach the mark, or none; it is not on the human scale."),
    "few_exceptions": gettext_lazy("Switched off: fewer than ten rated items on one side of the mark."),
    "weak": gettext_lazy("Switched off: the correlation with the human scores is below 1/√(n−2)."),
}  # fmt: skip
DECISIONS: dict[str, Promise] = {
    "pass": gettext_lazy("pass"),
    "fail": gettext_lazy("fail"),
    "undecided": gettext_lazy("undecided"),
}


@dataclass(frozen=True)
class Question:
    """What was asked: the mean, or the rate of items at or above a mark; against a threshold; for
    items like these, or with definitive scores for exactly these."""

    at_least: float | None = None
    threshold: float | None = None
    is_definitive: bool = False


def as_data(found: NamedEstimates, question: Question) -> dict[str, Any]:
    """{"n", "N", "estimates": [NamedEstimate as a dict, its reason a sentence], "recommended",
    "decision": "pass", "fail" or "undecided", null without a threshold}."""
    rows = [asdict(row) | {"reason": _reason(row)} for row in found.estimates]
    decision = None if question.threshold is None else found.decision(question.threshold)
    return {
        "n": found.n,
        "N": found.population,
        "estimates": rows,
        "recommended": found.recommended,
        "decision": decision,
    }


def as_text(found: NamedEstimates, question: Question) -> str:
    """What was asked, the table, what is recommended and, with a threshold, decided."""
    lines = [_head(found, question), "", *_table(found), ""]
    lines.append(_("Recommended: %(name)s.") % {"name": found.recommended})
    lines.append(_whom(question))
    if question.threshold is not None:
        words = {
            "decision": DECISIONS[found.decision(question.threshold)],
            "threshold": f"{question.threshold:g}",
        }
        lines.append(_("Decision at the threshold %(threshold)s: %(decision)s.") % words)
    return "\n".join(lines)


def _head(found: NamedEstimates, question: Question) -> str:
    numbers = {"n": found.n, "all": found.population, "mark": f"{question.at_least or 0:g}"}
    if question.at_least is None:
        return _("Mean human score of %(all)s items, %(n)s of them rated.") % numbers
    return _("Rate of human scores of %(mark)s or more in %(all)s items, %(n)s rated.") % numbers


def _whom(question: Question) -> str:
    """Whom the intervals speak for: a file does not tell the raters apart."""
    if question.is_definitive:
        return _("The intervals speak for exactly these items.")
    return _("The intervals speak for items like these, rated by the same raters.")


def _table(found: NamedEstimates) -> list[str]:
    """Numbers in columns, the recommended row with an arrow; reasons stand under the table."""
    head = ["", _("Estimate"), _("Value"), _("Low"), _("High"), _("Ratings saved")]
    rows = [head, *(_cells(row, row.name == found.recommended) for row in found.estimates)]
    widths = [max(text_width(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(padded(cell, width, to_right=i > 1) for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]  # fmt: skip
    why = [f"{row.name}: {_reason(row)}" for row in found.estimates if row.reason]
    return [*lines, *([""] if why else []), *why]


def _cells(row: NamedEstimate, is_recommended: bool) -> list[str]:
    numbers = ["–" if n is None else f"{n:.4f}" for n in (row.value, row.low, row.high)]
    saved = "–" if row.ratings_saved is None else f"{round(100 * row.ratings_saved)} %"
    return ["→" if is_recommended else "", row.name, *numbers, saved]


def _reason(row: NamedEstimate) -> str | None:
    return None if row.reason is None else str(REASONS[row.reason])
