"""manage.py generate --dataset NAME --endpoint NAME --template NAME: a model answers questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.formats.opening import open_table
from annotations.management.commands.import_items import team_named
from annotations.management.reading import reading
from annotations.models import Dataset, Team
from grading.actions.generation_run import (
    GenerationPlan,
    estimate_generation_run,
    start_generation_run,
)
from grading.actions.prompt_file import add_questions
from grading.actions.run_life import resume_run
from grading.endpoint_jobs import generate
from grading.management.run_text import (
    endpoint_named,
    estimate_facts,
    estimate_line,
    require_done,
    run_facts,
    run_line,
)
from grading.models import GenerationRun, PromptTemplate


class Command(BaseCommand):
    help = "Lets a model behind an endpoint answer the questions of a dataset or a file; its answers become items."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="questions to add to the dataset first")
        parser.add_argument("--dataset", help="its name; made if there is a file and no such dataset")
        parser.add_argument("--team", help="slug of the team; not needed if there is only one")
        parser.add_argument("--endpoint", help="name of the endpoint")
        parser.add_argument("--template", help="name of the prompt template; its newest version, or NAME@2")
        parser.add_argument("--source", default="", help="name of the answers' source; the model's if left out")
        parser.add_argument("--samples", type=int, default=1, help="answers to each question")
        parser.add_argument("--temperature", type=float, default=0.7)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--max-tokens", type=int, default=1024)
        parser.add_argument("--estimate", action="store_true", help="only say what it would cost")
        parser.add_argument("--resume", type=int, metavar="RUN", help="go on with a run; asks again for what failed")
        parser.add_argument("--json", action="store_true", dest="is_json")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"]:
            run = _resumed(options["resume"])
        else:
            plan = _plan(options)
            try:
                estimate = estimate_generation_run(plan)
                if options["estimate"]:
                    facts = estimate_facts(estimate, plan.endpoint.currency)
                    line = estimate_line(estimate, plan.endpoint.currency)
                    self.stdout.write(json.dumps(facts) if options["is_json"] else line)
                    return
                self.stderr.write(estimate_line(estimate, plan.endpoint.currency))
                run = start_generation_run(plan=plan, user=None)
            except ValidationError as problem:
                raise CommandError(" ".join(problem.messages)) from problem
        generate(run.pk)
        run.refresh_from_db()
        facts = run_facts(run) | {"dataset": run.dataset.name, "source": run.source}
        self.stdout.write(
            json.dumps(facts, ensure_ascii=False, indent=2) if options["is_json"]
            else f"{run.source}: {run_line(run)}"
        )  # fmt: skip
        require_done(run)


def _plan(options: dict[str, Any]) -> GenerationPlan:
    if not all(options[name] for name in ("dataset", "endpoint", "template")):
        raise CommandError(_("Say which with --dataset, --endpoint and --template."))
    team = team_named(options["team"])
    endpoint = endpoint_named(team, options["endpoint"])
    template = _template(team, options["template"])
    return GenerationPlan(
        _dataset(team, options["dataset"], options["file"]), endpoint, template,
        source=options["source"] or endpoint.model, samples=max(1, options["samples"]),
        temperature=options["temperature"], seed=options["seed"], max_tokens=options["max_tokens"],
    )  # fmt: skip


def _dataset(team: Team, name: str, path: Path | None) -> Dataset:
    if path is None:
        dataset = Dataset.objects.filter(team=team, name=name).first()
        if dataset is None:
            raise CommandError(_("There is no dataset “%(name)s”.") % {"name": name})
        return dataset
    with reading(path), path.open("rb") as file:
        table = open_table(file, path.name)
        dataset, _made = Dataset.objects.get_or_create(team=team, name=name)
        add_questions(dataset, table)
    return dataset


def _template(team: Team, told: str) -> PromptTemplate:
    name, _at, version = told.rpartition("@")
    rows = PromptTemplate.objects.filter(team=team)
    if name and version.isdecimal():
        rows = rows.filter(name=name, version=int(version))
    else:
        rows = rows.filter(name=told)
    found = rows.order_by("-version").first()
    if found is None:
        raise CommandError(_("There is no prompt template “%(name)s”.") % {"name": told})
    return found


def _resumed(pk: int) -> GenerationRun:
    run = GenerationRun.objects.filter(pk=pk).first()
    if run is None or not resume_run(run):
        raise CommandError(_("There is no run %(run)d to go on with.") % {"run": pk})
    return run
