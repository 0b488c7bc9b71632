"""What a dataset is called, and the name typed before it is deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Dataset


class DatasetForm(forms.ModelForm):
    class Meta:
        model = Dataset
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        same = Dataset.objects.filter(team=self.instance.team, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("The team already has a dataset of this name."))
        return name


class DeleteDatasetForm(forms.Form):
    """The name of the dataset, typed by hand."""

    typed_name = forms.CharField(
        label=_("To delete it, type its name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = dataset.name
        self.fields["typed_name"].widget.attrs["placeholder"] = dataset.name

    def clean_typed_name(self) -> str:
        typed = self.cleaned_data["typed_name"]
        if typed != self._name:
            raise forms.ValidationError(_("This is not the name of the dataset."))
        return typed
