"""What is asked before a version is trained."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grading.actions.fine_tune import check_learnable
from grading.backends import base_models
from grading.backends.encoder_settings import (
    HEADS,
    LIMITS,
    METHODS,
    PRECISIONS,
    EncoderSettings,
    SettingsProblem,
)
from grading.grader_words import SETTINGS, missing_base, settings_problem
from grading.models import ModelVersion, TrainingSet

Kind = ModelVersion.Kind
METHOD_WORDS = {
    "full": _("full: all weights are trained"),
    "lora": _("LoRA: small matrices beside them, a fraction of the memory"),
    "freeze": _("freeze: the lower layers stay as they are"),
}
HEAD_WORDS = {
    "ordinal": _("ordinal: marks are steps of one scale"),
    "regression": _("regression: a number with its spread"),
    "class": _("class: every mark a class of its own"),
}
PRECISION_WORDS = {
    "auto": _("whatever is faster here"), "float32": "float32", "bfloat16": "bfloat16"
}  # fmt: skip
HELP = {
    "learning_rate": _("0 takes the method's usual one: 2e-5, for LoRA 3e-4."),
    "head_learning_rate": _("0 takes ten times that of the network."),
    "patience": _("Stop after so many evaluations without progress; 0 never stops early."),
    "lora_targets": _("Names of layers with commas between; empty takes query and value."),
    "layers_kept": _("The lowest layers that stay as they are, with the embeddings."),
    "gradient_checkpointing": _("Less memory for more time."),
    "class_weights": _("Rare marks count for more."),
    "threads": _("0 takes all that the worker has."),
}
USUAL = ("epochs", "batch_size", "learning_rate", "max_tokens", "patience", "seed")
OF_LORA = ("lora_rank", "lora_alpha", "lora_dropout", "lora_targets")
OF_FREEZE = ("layers_kept",)
FURTHER = (
    "head_learning_rate", "weight_decay", "warmup", "evaluations_per_epoch", "checkpoint_seconds",
    "class_weights", "gradient_checkpointing", "precision", "threads",
)  # fmt: skip


class FineTuneForm(forms.Form):
    """`settings_dict` is empty for a classical grader."""

    training_set = forms.ModelChoiceField(label=_("Training set"), queryset=TrainingSet.objects.none(), empty_label=None)
    school_subject = forms.CharField(
        label=_("School subject"), max_length=60,
        help_text=_("Versions of one subject follow each other; the API marks by this name."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind of grader"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.CLASSICAL)
    base = forms.CharField(
        label=_("Base model"), required=False, max_length=400,
        help_text=_("For an encoder: the path of a folder on this machine, or the name of a model in its cache (bert-base-chinese)."),
    )  # fmt: skip
    method = forms.ChoiceField(label=_("Method"), choices=[(m, METHOD_WORDS[m]) for m in METHODS])
    head = forms.ChoiceField(label=_("Head"), choices=[(h, HEAD_WORDS[h]) for h in HEADS])
    note = forms.CharField(label=_("Note"), required=False, max_length=200, help_text=_("What is new in this version."))

    def __init__(self, *args: Any, sets: QuerySet[TrainingSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["training_set"].queryset = sets
        for name in (*USUAL, *OF_LORA, *OF_FREEZE, *FURTHER):
            self.fields[name] = _field(name)

    def group(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def usual(self) -> list[forms.BoundField]:
        return self.group(*USUAL)

    @property
    def of_methods(self) -> list[forms.BoundField]:
        return self.group(*OF_LORA, *OF_FREEZE)

    @property
    def further(self) -> list[forms.BoundField]:
        return self.group(*FURTHER)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "training_set" in data and "kind" in data:
            check_learnable(data["training_set"], data["kind"])
        self.settings_dict: dict[str, Any] = {}
        if data.get("kind") == Kind.ENCODER and not self.errors:
            self.settings_dict = self._settings(data)
        return data

    def _settings(self, data: dict[str, Any]) -> dict[str, Any]:
        names = ("base", "method", "head", *USUAL, *OF_LORA, *OF_FREEZE, *FURTHER)
        said = {name: data[name] for name in names}
        said["lora_targets"] = tuple(n.strip() for n in data["lora_targets"].split(",") if n.strip())
        try:
            chosen = EncoderSettings(**said)
            base_models.find(chosen.base)
        except SettingsProblem as problem:
            if problem.code == "empty":
                raise ValidationError({"base": _("An encoder needs a base model.")}) from problem
            raise ValidationError({problem.field: settings_problem(problem)}) from problem
        except base_models.BaseModelMissing as problem:
            raise ValidationError({"base": missing_base(problem)}) from problem
        return chosen.to_json()


def _field(name: str) -> forms.Field:
    """A setting as a field, with the limits that the backend has."""
    usual, label, help_text = getattr(EncoderSettings, name), SETTINGS[name], HELP.get(name, "")
    more: dict[str, Any] = {"label": label, "help_text": help_text, "initial": usual}
    if name == "precision":
        return forms.ChoiceField(choices=[(p, PRECISION_WORDS[p]) for p in PRECISIONS], **more)
    if name == "lora_targets":
        return forms.CharField(required=False, max_length=200, **{**more, "initial": ""})
    if isinstance(usual, bool):
        return forms.BooleanField(required=False, **more)
    low, high = LIMITS[name]
    if isinstance(usual, int):
        return forms.IntegerField(min_value=int(low), max_value=int(high), **more)
    least = 0 if name.endswith("learning_rate") else low
    more["widget"] = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(min_value=least, max_value=high, **more)
