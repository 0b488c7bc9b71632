"""Let a version mark a dataset from the command line."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotations.management.named import dataset_named, names_of
from annotations.management.watching import watched
from grading.actions.grading_run import start_grading_run
from grading.grader_jobs import grade
from grading.models import Grader, GradingRun, ModelVersion

NONE_LEARNT = gettext_noop(
    "The version has learnt none of these questions. It knows a question by its text, or by its number where "
    "one has no text."
)


class Command(BaseCommand):
    help = "A version marks a dataset: marks and confidences become automatic scores of the items."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("subject", help="school subject of the grader")
        parser.add_argument("dataset", help="name of the dataset")
        parser.add_argument("--number", type=int, help="of the version; the newest where left out")
        parser.add_argument(
            "--team", default="", help="slug, where several teams have such a grader"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        version = _version(options)
        dataset = dataset_named(version.grader.team, options["dataset"])
        try:
            run = start_grading_run(version=version, dataset=dataset, user=None)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        with watched(run, self.stderr):
            grade(run.pk)
        run = GradingRun.objects.get(pk=run.pk)
        if run.state != GradingRun.State.DONE:
            raise CommandError(run.error or run.get_state_display())
        told = {"version": str(version), "marked": run.done - run.skipped, "skipped": run.skipped}
        if run.done and run.done == run.skipped:
            self.stderr.write(_(NONE_LEARNT))
        self.stdout.write(json.dumps({**told, **run.measures}, ensure_ascii=False))


def _version(options: dict[str, Any]) -> ModelVersion:
    rows = ModelVersion.objects.marking().select_related("grader__team").exclude(trained_at=None)
    rows = rows.filter(grader__school_subject=options["subject"])
    if options["team"]:
        rows = rows.filter(grader__team__slug=options["team"])
    if options["number"]:
        rows = rows.filter(number=options["number"])
    found = rows.order_by("-number").first()
    if found is None:
        message = _("There is no trained version “%(name)s”. Graders there are: %(known)s.")
        name = " ".join(filter(None, (options["subject"], str(options["number"] or ""))))
        known = names_of(Grader.objects.order_by("school_subject"), "school_subject")
        raise CommandError(message % {"name": name, "known": known})
    return found
