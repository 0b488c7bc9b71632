"""What the field template must know about a form field."""

from __future__ import annotations

from django import template
from django.forms import BoundField, CheckboxInput

register = template.Library()


@register.filter
def widget_kind(field: BoundField) -> str:
    """ "check" for a single checkbox (its label stands beside it), "other" for the rest."""
    return "check" if isinstance(field.field.widget, CheckboxInput) else "other"
