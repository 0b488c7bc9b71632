"""A new token: for which team, what it may."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.models import Team
from grading.models import ApiToken


class ApiTokenForm(forms.Form):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What uses it: “report cards”, “nightly import”."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple,
        initial=[ApiToken.Scope.GRADE, ApiToken.Scope.READ],
    )  # fmt: skip
    per_minute = forms.IntegerField(
        label=_("Requests a minute at most"), min_value=1, max_value=10_000, initial=120
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if teams.count() == 1:
            self.fields["team"].widget = forms.HiddenInput()
            self.fields["team"].initial = teams[0]
