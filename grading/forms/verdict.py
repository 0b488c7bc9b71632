"""Forms of the verdict pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    """The lead's sign-off."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_(
            "Why you stand for this verdict, or what it must not be used for. It is kept with it."
        ),
        required=False,
        max_length=4000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
