"""What `manage.py agreement` prints: JSON of a stable shape, or a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annotations.methods.agreement import Agreement
from annotations.methods.coefficient import Coefficient
from annotations.methods.text_width import padded, text_width
from annotations.models.rating_table import COMPOSITE
from annotations.views.agreement_words import LEVEL_NAMES, method_text, reason_text


@dataclass(frozen=True)
class Result:
    """Agreement on one criterion; `raters` are the names of its rater labels."""

    criterion: str | None
    agreement: Agreement
    raters: Mapping[Any, str] = field(default_factory=dict)
    title: str | None = None

    def name_of(self, label: Any) -> Any:
        return self.raters.get(label, label)


def as_data(result: Result) -> dict[str, Any]:
    found = result.agreement
    return {
        "items": found.items,
        "raters": found.raters,
        "level": found.level,
        "criterion": result.title or result.criterion,
        "key": result.criterion,
        "coefficients": [coefficient.as_dict() for coefficient in found.coefficients],
        "pairs": [_pair(result, pair.as_dict()) for pair in found.pairs],
        "leave_one_rater_out": [
            {"rater": result.name_of(label), "krippendorff_alpha": alpha.value,
             "reason": None if alpha.reason is None else str(alpha.reason)}
            for label, alpha in zip(found.rater_labels, found.without, strict=False)
        ],
    }  # fmt: skip


def as_text(result: Result) -> str:
    found = result.agreement
    head = _("%(criterion)s: %(items)s items, %(raters)s raters, level %(level)s") % {
        "criterion": _title(result),
        "items": found.items,
        "raters": "?" if found.raters is None else found.raters,
        "level": LEVEL_NAMES[found.level],
    }
    lines = [head, "", *(_line(coefficient) for coefficient in found.coefficients)]
    lines += ["", "  " + _("The intervals speak for these raters and for items like these.")]
    return "\n".join([*lines, *_pair_lines(result), *_without_lines(result)])


def _title(result: Result) -> str:
    if result.criterion == COMPOSITE:
        return _("Composite")
    return result.title or result.criterion or _("All ratings")


def _pair(result: Result, pair: dict[str, Any]) -> dict[str, Any]:
    return {**pair, "raters": [result.name_of(label) for label in pair["raters"]]}


def _line(coefficient: Coefficient) -> str:
    name = f"  {coefficient.name:<24}"
    if coefficient.value is None:
        return f"{name}{'–':>8}  {reason_text(coefficient.reason)}"
    interval = ""
    if coefficient.low is not None and coefficient.high is not None:
        interval = f"[{coefficient.low:.3f}, {coefficient.high:.3f}]"
    note = method_text(coefficient.method) or reason_text(coefficient.caution)
    return f"{name}{coefficient.value:>8.4f}  {interval:<18}{note}".rstrip()


def _pair_lines(result: Result) -> list[str]:
    pairs = result.agreement.pairs
    if not pairs:
        return []
    names = [" × ".join(str(result.name_of(label)) for label in pair.raters) for pair in pairs]
    title = _("Pairs of raters")
    width = max(text_width(name) for name in [title, *names])
    lines = ["", _pair_line(title, width, (_("items"), _("exact"), "κ", "QWK"))]
    for name, pair in zip(names, pairs, strict=True):
        numbers = (pair.percent_agreement, pair.cohen_kappa, pair.cohen_kappa_quadratic)
        cells = ["–" if n is None else f"{n:.3f}" for n in numbers]
        note = "" if pair.reason is None else f"  {reason_text(pair.reason)}"
        lines.append(_pair_line(name, width, (str(pair.items), *cells)) + note)
    return lines


def _pair_line(name: str, width: int, cells: Sequence[str]) -> str:
    return f"  {padded(name, width)}  " + " ".join(padded(c, 7, to_right=True) for c in cells)


def _without_lines(result: Result) -> list[str]:
    found = result.agreement
    if not found.without:
        return []
    lines = ["", "  " + _("Krippendorff’s alpha without each rater")]
    names = [str(result.name_of(label)) for label in found.rater_labels]
    width = max(24, *(text_width(name) for name in names))
    for name, alpha in zip(names, found.without, strict=True):
        value = f"{'–':>8}  {reason_text(alpha.reason)}"
        if alpha.value is not None:
            value = f"{alpha.value:>8.4f}"
        lines.append(f"  {padded(name, width)}{value}")
    return lines
