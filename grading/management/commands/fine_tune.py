"""Train a version of a grader from the command line."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from annotations.management.watching import watched
from annotations.methods.text_width import padded, text_width
from grading.actions.fine_tune import start_fine_tuning
from grading.backends.encoder_settings import SettingsProblem
from grading.grader_jobs import fine_tune
from grading.grader_words import settings_problem
from grading.management.fine_tune_options import add_settings, kind_of, settings_of
from grading.management.named import template_named
from grading.models import FineTuning, TrainingSet
from grading.version_page import NAMES


class Command(BaseCommand):
    help = "Train a grader from a training set: classical, or an encoder or a generator by --base (a folder or a local name)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "training_set", help="number or digest (its beginning) of the training set"
        )
        parser.add_argument(
            "--subject", help="school subject; that of the training set where left out"
        )
        parser.add_argument("--note", default="")
        add_settings(parser)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        training_set = _found(options["training_set"])
        kind, named = kind_of(options), options["template"]
        try:
            run = start_fine_tuning(
                training_set=training_set,
                school_subject=options["subject"]
                or training_set.school_subject
                or training_set.name[:60],
                kind=kind,
                hyper_parameters=settings_of(kind, options),
                user=None,
                note=options["note"],
                template=template_named(training_set.team, named) if named else None,
            )
        except SettingsProblem as problem:
            raise CommandError(settings_problem(problem)) from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        with watched(run, self.stderr):
            fine_tune(run.pk)
        self._tell(
            FineTuning.objects.select_related("version__grader").get(pk=run.pk), options["json"]
        )

    def _tell(self, run: FineTuning, as_json: bool) -> None:
        if run.state != FineTuning.State.DONE:
            raise CommandError(run.error or run.get_state_display())
        measures = run.version.measures
        if as_json:
            self.stdout.write(json.dumps({"version": str(run.version), **measures}))
            return
        self.stdout.write(f"{run.version}")
        width = max(map(text_width, map(str, NAMES.values())))
        for key, told in measures.get("held_out", {}).items():
            name = padded(str(NAMES.get(key, key)), width)
            kappa = "–" if told["qwk"] is None else f"{told['qwk'] + 0:.3f}"
            if told["pooled_qwk"] is not None:
                kappa += f" (all answers together {told['pooled_qwk'] + 0:.3f})"
            self.stdout.write(
                f"  {name}  accuracy {told['accuracy']:.3f}  QWK {kappa}  MAE {told['mae']:.3f}  n {told['n']}"
            )
        for key, told in measures.get("answers", {}).items():
            name = padded(str(NAMES.get(key, key)), width)
            self.stdout.write(
                f"  {name}  loss {told['loss']:.3f}  perplexity {told['perplexity']:.2f}  "
                f"foreseen {told['foreseen']:.3f}  n {told['answers']}"
            )


def _found(said: str) -> TrainingSet:
    rows = TrainingSet.objects.filter(digest__startswith=said) if len(said) >= 8 else TrainingSet.objects.none()
    found = list(rows.select_related("team"))
    if not found and said.isdecimal() and len(said) < 16:
        found = list(TrainingSet.objects.filter(pk=int(said)))
    if not found:
        raise CommandError(_("There is no training set “%(name)s”; training_set list shows all.") % {"name": said})
    if len(found) > 1:
        named = ", ".join(f"{one.pk} ({one.team}: {one.name})" for one in found)
        raise CommandError(f"Several training sets have this digest; name one by its number: {named}.")
    return found[0]
