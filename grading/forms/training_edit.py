"""What a training set is called, and the name typed before it is deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.models import TrainingSet


class TrainingSetForm(forms.ModelForm):
    """Its rows never change; what it is called may."""

    class Meta:
        model = TrainingSet
        fields = ["name", "school_subject"]


class DeleteTrainingSetForm(forms.Form):
    typed_name = forms.CharField(
        label=_("To delete it, type its name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["typed_name"].widget.attrs["placeholder"] = name

    def clean_typed_name(self) -> str:
        typed = self.cleaned_data["typed_name"]
        if typed != self._name:
            raise forms.ValidationError(_("This is not the name of the training set."))
        return typed
