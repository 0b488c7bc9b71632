"""How long the answers of a grader in service are kept."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grading.models import Grader

LEAST = 8  # days that monitoring looks back on


class KeepForm(forms.ModelForm):
    class Meta:
        model = Grader
        fields = ["keep_days"]

    def clean_keep_days(self) -> int:
        days: int = self.cleaned_data["keep_days"]
        if 0 < days < LEAST:
            raise ValidationError(
                _("At least %(least)d days, on which monitoring looks back, or 0 to keep all.")
                % {"least": LEAST}
            )
        return days
