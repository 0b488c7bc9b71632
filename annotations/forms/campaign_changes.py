"""Small forms of a running campaign: a larger sample, more raters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign, Role, User


class ExtendForm(forms.Form):
    """The size that the sample is to have."""

    n = forms.IntegerField(label=_("Items in the sample"), min_value=1)


class AddRatersForm(forms.Form):
    """The team's raters who are not in the campaign yet."""

    users = forms.ModelMultipleChoiceField(
        label=_("Raters"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = campaign.raters.values("user")
        self.fields["users"].queryset = (
            User.objects.filter(
                memberships__team_id=campaign.team_id, memberships__role=Role.RATER, is_active=True
            )
            .exclude(pk__in=here)
            .order_by("display_name", "username")
        )
