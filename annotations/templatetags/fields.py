"""What the field template must know about a form field."""

from __future__ import annotations

import re

from django import template
from django.forms import BoundField, CheckboxInput, Select

register = template.Library()


@register.filter
def widget_kind(field: BoundField) -> str:
    """ "check" for a single checkbox (its label stands beside it), "select", "other" for the rest."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "select" if isinstance(widget, Select) else "other"


@register.filter
def without_zeros(text: str) -> str:
    """ "0" for "0.0", "1.5" for "1.50"; everything else stays as it was typed."""
    return re.sub(r"^(-?\d+)(\.\d*?)0+$", r"\1\2", text).removesuffix(".")
