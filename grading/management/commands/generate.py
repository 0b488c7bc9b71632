"""manage.py generate --dataset NAME --endpoint NAME --template NAME: a model answers questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.formats.opening import open_table
from annotations.management.commands.import_items import team_named
from annotations.management.named import dataset_named
from annotations.management.reading import reading
from annotations.management.watching import watched
from annotations.models import Dataset, Team
from grading import endpoint_jobs, grader_jobs
from grading.actions.generation_run import (
    GenerationPlan,
    estimate_generation_run,
    start_generation_run,
)
from grading.actions.prompt_file import add_questions
from grading.management.asking import add_run_arguments, begun_run, resumed_run
from grading.management.named import template_named, version_named
from grading.management.run_text import endpoint_named, require_done, run_facts, run_line
from grading.models import GenerationRun


class Command(BaseCommand):
    help = "Lets a model behind an endpoint, or a generator trained here, answer the questions of a dataset or a file; its answers become items."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="questions to add to the dataset first")
        parser.add_argument("--dataset", help="its name; made if there is a file and no such dataset")
        parser.add_argument("--team", help="slug of the team; not needed if there is only one")
        parser.add_argument("--endpoint", help="name of the endpoint")
        parser.add_argument("--generator", help="in place of an endpoint: a version trained here, GRADER:NUMBER")
        parser.add_argument("--template", help="of an endpoint: name of the prompt template; its newest version, or NAME:2")
        parser.add_argument("--source", default="", help="name of the answers' source; the model's if left out")
        parser.add_argument("--samples", type=int, default=1, help="answers to each question")
        parser.add_argument("--temperature", type=float, default=0.7)
        parser.add_argument("--max-tokens", type=int, default=1024)
        add_run_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"]:
            run: GenerationRun | None = resumed_run(GenerationRun, options["resume"])
        else:
            plan = _plan(options)
            run = begun_run(self, options, plan, estimate_generation_run, start_generation_run)
        if run is None:
            return
        work = grader_jobs.generate if run.version_id else endpoint_jobs.generate
        with watched(run, self.stderr):
            work(run.pk)
        run.refresh_from_db()
        facts = run_facts(run) | {"dataset": run.dataset.name, "source": run.source}
        self.stdout.write(
            json.dumps(facts, ensure_ascii=False, indent=2) if options["is_json"]
            else f"{run.source}: {run_line(run)}"
        )  # fmt: skip
        require_done(run)


def _plan(options: dict[str, Any]) -> GenerationPlan:
    who, template = options["generator"], options["template"]
    if not options["dataset"] or bool(who) == bool(options["endpoint"]) or bool(who) == bool(template):
        raise CommandError(_("Say which with --dataset, and with --endpoint and --template or with --generator."))
    team = team_named(options["team"])
    version = version_named(team, who) if who else None
    plan = GenerationPlan(
        _dataset(team, options["dataset"], options["file"]),
        None if version else endpoint_named(team, options["endpoint"]),
        version.template if version and version.template else template_named(team, template),
        source=options["source"], samples=max(1, options["samples"]), version=version,
        temperature=options["temperature"], seed=options["seed"], max_tokens=options["max_tokens"],
    )  # fmt: skip
    return plan.named()


def _dataset(team: Team, name: str, path: Path | None) -> Dataset:
    if path is None:
        return dataset_named(team, name)
    with reading(path), path.open("rb") as file:
        table = open_table(file, path.name)
        dataset, _made = Dataset.objects.get_or_create(team=team, name=name)
        add_questions(dataset, table)
    return dataset
