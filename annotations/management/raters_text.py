"""What `manage.py raters` answers, as data and as lines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.class_numbers import ClassNumbers, class_numbers
from annotations.methods.rater_drift import Drift, GroupBias
from annotations.methods.text_width import padded, text_width
from annotations.models.rating_table import COMPOSITE, MARK, RatingTable
from annotations.rater_numbers import RaterNumbers, biases, item_scores, rater_numbers, severities
from annotations.views.agreement_words import reason_text

WHOLE = {COMPOSITE: gettext_lazy("Composite"), MARK: gettext_lazy("Mark")}
FIGURES = ("severity", "consistency", "spread", "halo")


def as_data(table: RatingTable, key: str) -> dict[str, Any]:
    """Severity is positive for the severe, in units of the scale (composite: points of 100)."""
    found = severities(table, key)
    parts, scores = found.effects.variances, item_scores(found)
    reason = found.effects.reason
    return {
        "criterion": key,
        "name": table.criteria[key].name if key in table.criteria else str(WHOLE[key]),
        "items": len(scores.campaign_item),
        "ratings": len(found.long),
        "reason": None if reason is None else reason.code,
        "explanation": reason_text(reason),
        "variances": None if parts is None else asdict(parts),
        "rater_share": found.effects.rater_share,
        "raters": [_rater(one) for one in rater_numbers(table, found)],
        "biases": [_bias(table, one) for one in biases(table, found)],
        "classes": _classes(class_numbers(table, key)),
    }


def _rater(one: RaterNumbers) -> dict[str, Any]:
    low, value, high = one.difference.low, one.difference.value, one.difference.high
    severity = {
        "value": None if value is None else -value,
        "low": None if high is None else -high,
        "high": None if low is None else -low,
    }
    return {
        "rater": one.name,
        "ratings": one.ratings,
        "component": one.component,
        "severity": severity,
        "consistency": asdict(one.consistency),
        "spread": asdict(one.spread),
        "halo": asdict(one.halo),
        "drift": _drift(one.drift),
    }


def _drift(drift: Drift | None) -> dict[str, Any] | None:
    """`alarm`: the rater's shared rating, from 1, at which the average left its limits."""
    if drift is None:
        return None
    alarm = None if drift.alarm is None else drift.alarm + 1
    return {"alarm": alarm, "average": float(drift.average[-1]), "limit": float(drift.limit[-1])}


def _bias(table: RatingTable, one: GroupBias) -> dict[str, Any]:
    return {
        "rater": table.rater_names[int(one.rater)], "group": str(one.group), "ratings": one.ratings,
        "value": one.bias, "low": one.low, "high": one.high, "p": one.p,
    }  # fmt: skip


def _classes(found: ClassNumbers | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "reason": None if found.reason is None else found.reason.code,
        "names": found.names,
        "shares": found.shares,
        "raters": [
            {"rater": r.name, "ratings": r.ratings, "accuracy": r.accuracy, "errors": r.errors.tolist()}
            for r in found.raters
        ],
    }


def as_text(data: dict[str, Any]) -> str:
    head = _("%(criterion)s: %(items)s items, %(ratings)s ratings") % {
        **data, "criterion": data["name"],
    }  # fmt: skip
    if data["explanation"]:
        return "\n".join([head, "", data["explanation"], *_class_lines(data)])
    names = [f"{rater['rater']} ({rater['ratings']})" for rater in data["raters"]]
    width = max(map(text_width, names), default=0)
    pairs = zip(names, data["raters"], strict=True)
    lines = [line for name, rater in pairs for line in _lines(name, rater, width)]
    return "\n".join([head, "", *lines, *_bias_lines(data), *_class_lines(data)])


def _lines(name: str, rater: dict[str, Any], width: int) -> list[str]:
    titles = (_("severity"), _("unsteadiness"), _("spread"), _("halo"))
    lines = []
    for place, (key, title) in enumerate(zip(FIGURES, titles, strict=True)):
        start = padded(name if place == 0 else "", width)
        lines.append(f"{start}  {padded(str(title), 14)}{_figure(rater[key])}")
    if rater["drift"] and rater["drift"]["alarm"]:
        lines.append(padded("", width) + "  " + _("changed about rating %(n)s") % {"n": rater["drift"]["alarm"]})
    return lines


def _figure(figure: dict[str, float | None]) -> str:
    if figure["value"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['value']:8.3f}"
    return f"{figure['value']:8.3f}  [{figure['low']:.3f}, {figure['high']:.3f}]"


def _bias_lines(data: dict[str, Any]) -> list[str]:
    if not data["biases"]:
        return []
    rows = [
        f"  {one['rater']} · {one['group']}: {one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
        for one in data["biases"]
    ]
    return ["", _("Groups treated differently"), *rows]


def _class_lines(data: dict[str, Any]) -> list[str]:
    classes = data["classes"]
    if not classes or classes["reason"]:
        return []
    rows = [f"  {one['rater']}: {one['accuracy']:.3f}" for one in classes["raters"]]
    return ["", _("Accuracy by class"), *rows]
