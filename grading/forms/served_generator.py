"""Putting a generator in service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grading.forms.which_model import check_models, offer_models
from grading.models import Endpoint, ModelVersion, PromptTemplate, ServedGenerator


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
        fields = ["name", "endpoint", "template", "version"]
        labels = {
            "endpoint": _("Endpoint"), "template": _("Prompt template"),
            "version": _("Or a generator trained here"),
        }  # fmt: skip
        help_texts = {
            "name": _("Letters, digits, - and _: it stands in the address."),
            "version": _("It is asked by the template that it was trained with."),
        }

    def __init__(
        self, *args: Any, endpoints: QuerySet[Endpoint], templates: QuerySet[PromptTemplate],
        versions: QuerySet[ModelVersion], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for name in ("endpoint", "template", "version"):
            field: Any = self.fields[name]
            field.required, field.empty_label = False, "–"
        offer_models(self, endpoints, templates, versions)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_models(self, data)
        endpoint, template = data.get("endpoint"), data.get("template")
        if endpoint and template and endpoint.team_id != template.team_id:
            self.add_error("template", _("Endpoint and template belong to different teams."))
        return data

    def generator(self) -> ServedGenerator:
        """What was asked for, not stored yet."""
        data, found = self.cleaned_data, self.save(commit=False)
        found.endpoint, found.version, found.template = (
            data[name] for name in ("endpoint", "version", "template")
        )
        found.team_id = found.template.team_id
        found.temperature, found.max_tokens = data["temperature"], data["max_tokens"]
        return found
