"""Coefficients, composites and reasons as pages write them."""

from __future__ import annotations

from django import template

from annotations.methods.coefficient import Coefficient, Reason
from annotations.methods.scales import minus, number_text
from annotations.templatetags.figures import as_percent
from annotations.views import agreement_words

register = template.Library()


@register.filter
def coefficient(value: float | None) -> str:
    return agreement_words.coefficient_text(value)


@register.filter
def interval_of(value: Coefficient) -> str:
    return agreement_words.interval_text(value)


@register.filter
def why(reason: Reason | None) -> str:
    return agreement_words.reason_text(reason)


@register.filter
def share(value: float | None) -> str:
    """A share in [0, 1] in per cent: 89.9 %."""
    return "–" if value is None else as_percent(f"{100 * value:.1f}")


@register.filter
def hundred(value: float | None) -> str:
    """A composite in [0, 1] as it is shown, 0–100."""
    return "–" if value is None else minus(number_text(round(100 * value, 1)))


@register.filter
def signed(value: float | None) -> str:
    """A difference with its sign: +0.40, −1.25, 0.00."""
    return "–" if value is None else minus(f"{value:+.2f}").replace("+0.00", "0.00")


@register.filter
def number(value: float | None) -> str:
    """A score without needless zeros: 3, 2.5."""
    return "–" if value is None else minus(number_text(round(float(value), 2)))


@register.filter
def p_value(p: float) -> str:
    """A p value is never nothing: 0.032, <0.001."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


@register.filter
def whole_share(value: float | None) -> str:
    """A share in [0, 1] in whole per cent, where more would promise too much: 90 %."""
    return "–" if value is None else as_percent(f"{100 * value:.0f}")
