"""The settings of a fine-tuning as fields of a form, with the limits that the backends have."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grading.backends.encoder_settings import LIMITS, PRECISIONS, EncoderSettings
from grading.backends.generator_settings import GeneratorSettings
from grading.grader_words import SETTINGS

PRECISION_WORDS = {
    "auto": _("whatever is faster here"), "float32": "float32", "bfloat16": "bfloat16"
}  # fmt: skip
HELP = {
    "learning_rate": _("0 takes the method's usual one: 5e-5, for generators 2e-5, for LoRA 3e-4."),
    "head_learning_rate": _("0 takes ten times that of the network."),
    "patience": _("Stop after so many evaluations without progress; 0 never stops early."),
    "lora_targets": _("Names of layers with commas between; empty takes query and value."),
    "layers_kept": _("The lowest layers that stay as they are, with the embeddings."),
    "gradient_checkpointing": _("Less memory for more time."),
    "class_weights": _("Rare marks count for more; means nothing where answers are written."),
    "threads": _("0 takes all that the worker has; more than those it never takes."),
}
USUAL = ("epochs", "batch_size", "learning_rate", "max_tokens", "patience", "seed")
OF_LORA = ("lora_rank", "lora_alpha", "lora_dropout", "lora_targets")
OF_FREEZE = ("layers_kept",)
OF_HEADS = ("head_learning_rate",)
FURTHER = (
    "weight_decay", "warmup", "evaluations_per_epoch", "checkpoint_seconds", "class_weights",
    "gradient_checkpointing", "precision", "threads",
)  # fmt: skip
ALL = (*USUAL, *OF_LORA, *OF_FREEZE, *OF_HEADS, *FURTHER)
DIFFERENT = ("batch_size", "max_tokens")
"""What is usual of these depends on the kind: an empty field takes it."""


def setting_field(name: str) -> forms.Field:
    usual, label, help_text = getattr(EncoderSettings, name), SETTINGS[name], HELP.get(name, "")
    more: dict[str, Any] = {"label": label, "help_text": help_text, "initial": usual}
    if name == "precision":
        return forms.ChoiceField(choices=[(p, PRECISION_WORDS[p]) for p in PRECISIONS], **more)
    if name == "lora_targets":
        return forms.CharField(required=False, max_length=200, **{**more, "initial": ""})
    if isinstance(usual, bool):
        return forms.BooleanField(required=False, **more)
    low, high = LIMITS[name]
    if name in DIFFERENT:
        more |= {"required": False, "initial": None, "help_text": _usual_of_kinds(name)}
    if isinstance(usual, int):
        return forms.IntegerField(min_value=int(low), max_value=int(high), **more)
    least = 0 if name.endswith("learning_rate") else low
    more["widget"] = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(min_value=least, max_value=high, **more)


def _usual_of_kinds(name: str) -> Any:
    encoder, generator = getattr(EncoderSettings, name), getattr(GeneratorSettings, name)
    words = _("Empty: {encoder} for an encoder, {generator} for a generator.")
    return format_lazy(words, encoder=encoder, generator=generator)
