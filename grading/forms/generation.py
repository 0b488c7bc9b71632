"""What a generator answers, with which template and how; and prompt templates themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.models import Dataset, Team
from grading.actions.generation_run import GenerationPlan
from grading.actions.prompt_templates import stray_brace_text
from grading.forms.which_model import check_models, offer_models
from grading.methods.prompt_text import StrayBrace, places
from grading.models import Endpoint, ModelVersion, PromptTemplate, TrainingSet


class GenerationStartForm(forms.Form):
    """Which questions: those of a dataset, or of a file."""

    dataset = forms.ModelChoiceField(
        label=_("Questions of the dataset"), queryset=Dataset.objects.none(), required=False,
        empty_label="–",
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a file of questions"), required=False,
        help_text=_("CSV, XLSX, JSON or JSON lines with a column question or prompt. It becomes a new dataset; other columns can be named in the template."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the new dataset"), max_length=120, required=False)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)

    def __init__(
        self, *args: Any, teams: QuerySet[Team], datasets: QuerySet[Dataset], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = datasets  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if teams.count() == 1:
            self.fields["team"].widget = forms.HiddenInput()
            self.fields["team"].initial = teams[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("dataset") and not data.get("file"):
            self.add_error("dataset", _("Choose a dataset, or a file."))
        if data.get("file") and not data.get("dataset"):
            name = data.get("name") or data["file"].name.rpartition(".")[0][:120]
            data["name"] = name
            if Dataset.objects.filter(team=data.get("team"), name=name).exists():
                self.add_error("name", _("The team already has a dataset of this name."))
        return data


class GenerationRunForm(forms.Form):
    """An endpoint with a template, or a version of our own; what there is none of is not asked."""

    endpoint = forms.ModelChoiceField(
        label=_("Endpoint"), queryset=Endpoint.objects.none(), required=False, empty_label="–"
    )
    template = forms.ModelChoiceField(
        label=_("Prompt template"), queryset=PromptTemplate.objects.none(), required=False, empty_label="–",
    )
    version = forms.ModelChoiceField(
        label=_("Or a generator trained here"), queryset=ModelVersion.objects.none(), required=False,
        empty_label="–", help_text=_("It is asked by the template that it was trained with."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Name of the source"), max_length=120, required=False,
        help_text=_("By which the answers are told from others in the dataset; empty: the name of the model."),
    )  # fmt: skip
    samples = forms.IntegerField(
        label=_("Answers to each question"), min_value=1, max_value=100, initial=1
    )
    temperature = forms.FloatField(
        label=_("Temperature"), min_value=0, max_value=2, initial=0.7,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31 - 200, initial=1)
    max_tokens = forms.IntegerField(
        label=_("Longest answer in tokens"), min_value=1, max_value=100_000, initial=1024
    )

    def __init__(
        self, *args: Any, dataset: Dataset, endpoints: QuerySet[Endpoint],
        templates: QuerySet[PromptTemplate], versions: QuerySet[ModelVersion], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.dataset = dataset
        offer_models(self, endpoints, templates, versions)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_models(self, data)
        return data

    def plan(self) -> GenerationPlan:
        """What was asked for, once valid."""
        return GenerationPlan(self.dataset, **self.cleaned_data).named()


class PromptTemplateForm(forms.Form):
    """`dataset` or `training_set`: whose rows the preview shows."""

    name = forms.CharField(label=_("Name"), max_length=80)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)
    system = forms.CharField(
        label=_("Instruction before it"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the model is told to be or to do; without places."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Template"), widget=forms.Textarea(attrs={"rows": 10}), initial="{input}",
        help_text=_("{input} is the question. Also: {context}, {reference}, {scoring_points}, {full_mark}, {question_key}, {school_subject}, and what else a file of questions holds; to mark also {answer}, and {input} is all of it, labelled. A brace itself is written twice."),
    )  # fmt: skip
    dataset = forms.ModelChoiceField(
        label=_("Preview with the questions of"), queryset=Dataset.objects.none(), required=False,
        empty_label="–",
    )  # fmt: skip
    training_set = forms.ModelChoiceField(
        label=_("Or with the answers of the training set"), queryset=TrainingSet.objects.none(),
        required=False, empty_label="–",
    )  # fmt: skip

    def __init__(
        self, *args: Any, teams: QuerySet[Team], datasets: QuerySet[Dataset],
        training_sets: QuerySet[TrainingSet], template: PromptTemplate | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = datasets  # type: ignore[attr-defined]
        self.fields["training_set"].queryset = training_sets  # type: ignore[attr-defined]
        if template is None:
            self.fields["team"].queryset = teams  # type: ignore[attr-defined]
            if teams.count() == 1:
                self.fields["team"].widget = forms.HiddenInput()
                self.fields["team"].initial = teams[0]
        else:
            del self.fields["team"], self.fields["name"]
            self.initial = {"text": template.text, "system": template.system}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            found = places(text)
        except StrayBrace as brace:
            raise forms.ValidationError(stray_brace_text(text, brace)) from brace
        if not found:
            raise forms.ValidationError(_("Write {input} where the question goes; without a place all prompts are the same."))
        return text
