"""How numbers and names of a verdict are written: on the scale 0–100, with their interval."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from annotations.views.agreement_words import coefficient_text
from grading.models import DecisionPolicy

Evidence = dict[str, Any]


def hundred(value: float | None) -> str:
    """A number of [0, 1] on the scale 0–100, one digit after the point."""
    return "–" if value is None else f"{100 * value:.1f}"


def limit(value: float) -> str:
    """A threshold on the scale 0–100, without needless digits: 60, 66.7."""
    return f"{100 * value:.4g}"


def coefficient(value: float | None) -> str:
    """A coefficient as the agreement pages write it, or the dash of the verdict pages."""
    return "–" if value is None else coefficient_text(value)


def plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def span(ends: dict[str, Any] | None, show: Any = hundred) -> str:
    """ "86.2 [82.1, 90.0]", or the estimate alone where there is no interval."""
    if not ends or ends.get("estimate") is None:
        return "–"
    if ends.get("low") is None:
        return str(show(ends["estimate"]))
    return f"{show(ends['estimate'])} [{show(ends['low'])}, {show(ends['high'])}]"


def in_a_row(*sentences: str) -> str:
    """Sentences one after the other: English sets a space between them, Chinese none."""
    text = ""
    for following in filter(None, sentences):
        row = _("%(first)s %(second)s") % {"first": text, "second": following}
        text = row if text else following
    return text


def candidate_name(name: str) -> str:
    return name or _("(no source named)")


def estimand(evidence: Evidence) -> str:
    return str(DecisionPolicy.Estimand(evidence["estimand"]).label)


def deciding_interval(evidence: Evidence) -> dict[str, Any] | None:
    """The interval for raters like these, or None where there is no estimate."""
    found: dict[str, Any] | None = evidence["estimate"].get("intervals", {}).get("like")
    return found
