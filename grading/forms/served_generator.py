"""Putting a generator in service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grading.models import Endpoint, PromptTemplate, ServedGenerator


class ServedGeneratorForm(forms.ModelForm):
    temperature = forms.FloatField(
        label=_("Temperature"), min_value=0, max_value=2, initial=0.7,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    max_tokens = forms.IntegerField(
        label=_("Tokens at most"), min_value=1, max_value=32_768, initial=1024
    )

    class Meta:
        model = ServedGenerator
        fields = ["name", "endpoint", "template"]
        labels = {"endpoint": _("Endpoint"), "template": _("Prompt template")}
        help_texts = {"name": _("Letters, digits, - and _: it stands in the address.")}

    def __init__(
        self, *args: Any, endpoints: QuerySet[Endpoint], templates: QuerySet[PromptTemplate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("endpoint", endpoints), ("template", templates)):
            field = self.fields[name]
            field.queryset, field.empty_label, field.required = rows, None, True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        endpoint, template = data.get("endpoint"), data.get("template")
        if endpoint and template and endpoint.team_id != template.team_id:
            self.add_error("template", _("Endpoint and template belong to different teams."))
        return data

    def generator(self) -> ServedGenerator:
        """What was asked for, not stored yet."""
        found = self.save(commit=False)
        found.team_id = self.cleaned_data["endpoint"].team_id
        found.temperature = self.cleaned_data["temperature"]
        found.max_tokens = self.cleaned_data["max_tokens"]
        return found
