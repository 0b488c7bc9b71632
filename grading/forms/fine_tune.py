"""What is asked before a version is trained."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grading.actions.fine_tune import check_learnable, check_template
from grading.backends import base_models
from grading.backends.encoder_settings import HEADS, METHODS, EncoderSettings, SettingsProblem
from grading.backends.generator_settings import ANSWER, MARK, GeneratorSettings
from grading.backends.papers import MOST_LEARNT
from grading.forms import fine_tune_fields as fields
from grading.grader_words import missing_base, settings_problem
from grading.models import ModelVersion, PromptTemplate, TrainingSet

Kind = ModelVersion.Kind
METHOD_WORDS = {
    "": _("usual: full for an encoder, LoRA for a generator"),
    "full": _("full: all weights are trained"),
    "lora": _("LoRA: small matrices beside them, a fraction of the memory"),
    "freeze": _("freeze: the lower layers stay as they are"),
}
HEAD_WORDS = {
    "ordinal": _("ordinal: marks are steps of one scale"),
    "regression": _("regression: a number with its spread"),
    "class": _("class: every mark a class of its own"),
}
WRITES_WORDS = {
    MARK: _("marks: it is a grader"),
    ANSWER: _("answers to questions; it marks nothing"),
}
ENCODER_ONLY = ("head", *fields.OF_HEADS)
GENERATOR_ONLY = ("writes", "least_share")


class FineTuneForm(forms.Form):
    """`settings_dict` is empty for a classical grader."""

    training_set = forms.ModelChoiceField(label=_("Training set"), queryset=TrainingSet.objects.none(), empty_label=None)
    school_subject = forms.CharField(
        label=_("School subject"), max_length=60,
        help_text=_("Versions of one subject follow each other; the API marks by this name."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind of grader"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.CLASSICAL,
        help_text=format_lazy(
            _("Where a question has very many answers, a classical grader learns {most} of them, drawn evenly."),
            most=f"{MOST_LEARNT:,}",
        ),
    )  # fmt: skip
    base = forms.CharField(
        label=_("Base model"), required=False, max_length=400,
        help_text=_("The path of a folder on this machine, or the name of a model in its cache: for an encoder such as bert-base-chinese, for a generator a causal language model."),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=_("Method"), required=False, choices=[(m, METHOD_WORDS[m]) for m in ("", *METHODS)]
    )
    head = forms.ChoiceField(label=_("Head"), choices=[(h, HEAD_WORDS[h]) for h in HEADS])
    template = forms.ModelChoiceField(
        label=_("Prompt template"), queryset=PromptTemplate.objects.none(), required=False, empty_label="–",
        help_text=_("Places: {question}, {reference}, {scoring_points}, {full_mark}; to mark also {answer}, and {input} is all of them, labelled. To answer, {input} is the question."),
    )  # fmt: skip
    writes = forms.ChoiceField(
        label=_("What it writes"), choices=list(WRITES_WORDS.items()), initial=MARK, required=False
    )
    least_share = forms.FloatField(
        label=_("Least share of the full mark"), min_value=0, max_value=1, initial=1.0, required=False,
        help_text=_("Answers with less are not learnt from, where it writes answers."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=200, help_text=_("What is new in this version."))

    def __init__(
        self, *args: Any, sets: QuerySet[TrainingSet], templates: QuerySet[PromptTemplate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["training_set"].queryset = sets
        self.fields["template"].queryset = templates
        for name in fields.ALL:
            self.fields[name] = fields.setting_field(name)

    def group(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def usual(self) -> list[forms.BoundField]:
        return self.group(*fields.USUAL)

    @property
    def of_methods(self) -> list[forms.BoundField]:
        return self.group(*fields.OF_LORA, *fields.OF_FREEZE)

    @property
    def of_heads(self) -> list[forms.BoundField]:
        return self.group(*fields.OF_HEADS)

    @property
    def further(self) -> list[forms.BoundField]:
        return self.group(*fields.FURTHER)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.settings_dict: dict[str, Any] = {}
        if not self.errors and data["kind"] != Kind.CLASSICAL:
            self.settings_dict = self._settings(data)
        if not self.errors:
            check_learnable(data["training_set"], data["kind"], self.settings_dict)
        if not self.errors and data["kind"] == Kind.GENERATOR:
            self._check_template(data)
        return data

    def _settings(self, data: dict[str, Any]) -> dict[str, Any]:
        """Empty fields take what is usual of the kind."""
        is_encoder = data["kind"] == Kind.ENCODER
        own = ENCODER_ONLY if is_encoder else GENERATOR_ONLY
        left_out = GENERATOR_ONLY if is_encoder else ENCODER_ONLY
        names = {"method", *own, *fields.ALL} - set(left_out)
        said = {name: data[name] for name in sorted(names) if data[name] not in (None, "")}
        targets = data["lora_targets"].split(",")
        said["lora_targets"] = tuple(name.strip() for name in targets if name.strip())
        try:
            chosen = (EncoderSettings if is_encoder else GeneratorSettings)(data["base"], **said)
            base_models.check(chosen.base, allow_download=settings.HUB_MODELS)
            base_models.check_layers(chosen.to_json())
        except SettingsProblem as problem:
            if problem.code == "empty":
                words = _("An encoder needs a base model.") if is_encoder else _("A generator needs a base model.")
                raise ValidationError({"base": words}) from problem
            raise ValidationError({problem.field: settings_problem(problem)}) from problem
        except base_models.BaseModelMissing as problem:
            raise ValidationError({"base": missing_base(problem)}) from problem
        return chosen.to_json()

    def _check_template(self, data: dict[str, Any]) -> None:
        try:
            check_template(data["training_set"], data["template"], self.settings_dict)
        except ValidationError as problem:
            self.add_error("template", problem)
