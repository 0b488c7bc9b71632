"""Train a version of a grader from the command line."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from grading.actions.fine_tune import start_fine_tuning
from grading.backends.encoder_settings import LIMITS, METHODS, EncoderSettings, SettingsProblem
from grading.grader_jobs import fine_tune
from grading.grader_words import settings_problem
from grading.models import FineTuning, ModelVersion, TrainingSet


class Command(BaseCommand):
    help = "Train a grader from a training set: classical, or an encoder by --base (a folder or a local name)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "training_set", help="number or digest (its beginning) of the training set"
        )
        parser.add_argument(
            "--subject", help="school subject; that of the training set where left out"
        )
        parser.add_argument(
            "--base", default="", help="folder or name of an encoder; without it: classical"
        )
        parser.add_argument("--method", choices=METHODS, default="full")
        parser.add_argument("--note", default="")
        for name, (low, high) in LIMITS.items():
            usual = getattr(EncoderSettings, name)
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                type=type(usual),
                help=f"{low:g} to {high:g}; {usual:g}",
            )
        parser.add_argument("--head", default="ordinal", help="ordinal, regression or class")
        parser.add_argument(
            "--lora-targets", default="", help="names of layers, with commas between"
        )
        parser.add_argument("--class-weights", action="store_true")
        parser.add_argument("--gradient-checkpointing", action="store_true")
        parser.add_argument("--precision", default="auto", help="auto, float32 or bfloat16")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        training_set = _found(options["training_set"])
        try:
            chosen = _settings(options) if options["base"] else {}
            run = start_fine_tuning(
                training_set=training_set,
                school_subject=options["subject"]
                or training_set.school_subject
                or training_set.name[:60],
                kind=ModelVersion.Kind.ENCODER if chosen else ModelVersion.Kind.CLASSICAL,
                hyper_parameters=chosen,
                user=None,
                note=options["note"],
            )
        except SettingsProblem as problem:
            raise CommandError(settings_problem(problem)) from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        fine_tune(run.pk)
        self._tell(
            FineTuning.objects.select_related("version__grader").get(pk=run.pk), options["json"]
        )

    def _tell(self, run: FineTuning, as_json: bool) -> None:
        if run.state != FineTuning.State.DONE:
            raise CommandError(run.error or run.get_state_display())
        held_out = run.version.measures["held_out"]
        if as_json:
            self.stdout.write(json.dumps({"version": str(run.version), **run.version.measures}))
            return
        self.stdout.write(f"{run.version}")
        for name, told in held_out.items():
            kappa = "–" if told["qwk"] is None else f"{told['qwk'] + 0:.3f}"
            self.stdout.write(
                f"  {name:<10} accuracy {told['accuracy']:.3f}  QWK {kappa}  MAE {told['mae']:.3f}  n {told['n']}"
            )


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    names = [
        *LIMITS,
        "base",
        "method",
        "head",
        "precision",
        "class_weights",
        "gradient_checkpointing",
    ]
    said = {name: options[name] for name in names if options[name] is not None}
    targets = [name.strip() for name in options["lora_targets"].split(",") if name.strip()]
    return EncoderSettings(**said, lora_targets=tuple(targets)).to_json()


def _found(said: str) -> TrainingSet:
    rows = TrainingSet.objects.filter(digest__startswith=said) if len(said) >= 8 else None
    found = rows.first() if rows is not None else None
    if found is None and said.isdigit():
        found = TrainingSet.objects.filter(pk=int(said)).first()
    if found is None:
        raise CommandError(f"There is no training set {said}.")
    return found
