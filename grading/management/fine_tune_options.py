"""The options of manage.py fine_tune, and the settings that they say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from grading.backends import base_models
from grading.backends.encoder_settings import LIMITS, METHODS, EncoderSettings
from grading.backends.generator_settings import WRITES, GeneratorSettings
from grading.models import ModelVersion

Kind = ModelVersion.Kind
SETTINGS = {Kind.ENCODER.value: EncoderSettings, Kind.GENERATOR.value: GeneratorSettings}
OF_ALL = ("method", "precision", "gradient_checkpointing", "class_weights", *LIMITS)
OF_KIND = {
    Kind.ENCODER.value: ("head",),
    Kind.GENERATOR.value: ("writes", "least_share"),
}


def add_settings(parser: CommandParser) -> None:
    parser.add_argument(
        "--kind", choices=Kind.values, help="classical; with --base encoder where left out"
    )
    parser.add_argument("--base", default="", help="folder or name of the base model")
    parser.add_argument("--method", choices=METHODS, help="full for an encoder, lora for a generator")
    for name, (low, high) in LIMITS.items():
        usual = getattr(EncoderSettings, name)
        other = getattr(GeneratorSettings, name)
        told = f"{usual:g}" if usual == other else f"{usual:g}, of a generator {other:g}"
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=type(usual), help=f"{low:g} to {high:g}; {told}")
    parser.add_argument("--head", help="of an encoder: ordinal, regression or class")
    parser.add_argument("--lora-targets", default="", help="names of layers, with commas between")
    parser.add_argument(
        "--class-weights", action="store_true", default=None, help="rare marks count for more"
    )
    parser.add_argument("--gradient-checkpointing", action="store_true", default=None)
    parser.add_argument("--precision", help="auto, float32 or bfloat16")
    parser.add_argument("--template", help="of a generator: name of the prompt template, or NAME:VERSION")
    parser.add_argument("--writes", choices=WRITES, help="what a generator learns to write: mark")
    parser.add_argument(
        "--least-share", type=float, help="of the full mark, in answers that are learnt from: 1"
    )


def kind_of(options: dict[str, Any]) -> str:
    """Raises CommandError where options contradict each other."""
    kind: str = options["kind"] or (Kind.ENCODER if options["base"] else Kind.CLASSICAL)
    if bool(options["base"]) != (kind in SETTINGS):
        raise CommandError("--base is for an encoder or a generator, and these need one.")
    wrong = [n for one, names in OF_KIND.items() if one != kind for n in names if options[n] is not None]
    if wrong:
        raise CommandError(f"--{wrong[0].replace('_', '-')} means nothing for this kind.")
    return kind


def settings_of(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    """Empty for a classical grader. Raises SettingsProblem."""
    if kind not in SETTINGS:
        return {}
    names = (*OF_ALL, *OF_KIND[kind])
    said = {name: options[name] for name in names if options[name] is not None}
    targets = [name.strip() for name in options["lora_targets"].split(",") if name.strip()]
    chosen = SETTINGS[kind](options["base"], **said, lora_targets=tuple(targets)).to_json()
    base_models.check_layers(chosen)
    return chosen
