"""manage.py training_set make|list|export: past papers that graders learn from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.formats.opening import open_table
from annotations.formats.problems import Problem
from annotations.management.commands.import_items import team_named
from annotations.management.problem_lines import problem_lines
from annotations.management.reading import reading
from annotations.models import Campaign, Dataset, Team
from grading.actions.training_set import store_training_set
from grading.management import training_options as told
from grading.models import TrainingOrigin, TrainingSet
from grading.training_build import Built, build
from grading.training_collect import Collected
from grading.training_examples import Examples, of_campaign, of_dataset, of_file
from grading.training_exports import lines, records, zipped
from grading.training_join import Source, joined, source_of_set, told_of
from grading.training_page import training_page
from grading.training_rows import path_of, rows_of


class Command(BaseCommand):
    help = "Makes, lists and exports training sets."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        told.add_make(words.add_parser("make", help="from a file, a dataset, a campaign, other sets"))
        words.add_parser("list").add_argument("--json", action="store_true", dest="is_json")
        told.add_export(words.add_parser("export", help="for programs that fine-tune models"))

    def handle(self, *args: Any, **options: Any) -> None:
        {"make": self._make, "list": self._list, "export": self._export}[options["word"]](options)

    def _make(self, options: dict[str, Any]) -> None:
        sources = [options[name] for name in ("file", "dataset", "campaign") if options[name]]
        if len(sources) > 1 or not (sources or options["sets"]):
            raise CommandError(_("Name one source: a file, --dataset, --campaign, or training sets with --set."))
        team, plan = team_named(options["team"]), told.plan_of(options)
        sets = told.sets_of(team, options)
        name = options["name"] or " + ".join([*(Path(one).stem for one in sources), *(one.name for one in sets)])
        with ExitStack() as open_files:
            examples, values = _source(team, options, open_files, self.stdout.write)
            found = Collected(options["subject"])
            if sets:
                open_files.enter_context(reading(path_of("")))
                found.sets, examples = _together(sources, examples, values, sets)
            for example in examples:
                found.take(example)
            built = build(found, plan)
        self._say(built, plan.by)
        if not built.rows:
            raise CommandError(_("There is nothing to learn from."))
        made, is_new = store_training_set(team=team, user=None, name=name, built=built, plan=plan, **values)
        said = _("Training set %(number)s, digest %(digest)s") if is_new else _(
            "It was there already as training set %(number)s, digest %(digest)s"
        )  # fmt: skip
        self.stdout.write(said % {"number": made.pk, "digest": made.digest})

    def _say(self, built: Built, split_by: str) -> None:
        for line in problem_lines(built.problems, max(built.refused, len(built.problems))):
            self.stderr.write(line)
        page = training_page(built.facts, split_by)
        if page.sets:
            self.stdout.write(" · ".join(f"{one['name']}: {one['answers']}" for one in page.sets))
        if page.left_out:
            self.stdout.write(f"{_('Left out:')} {' · '.join(words for _reason, words in page.left_out)}")
        for warning in page.warnings:
            self.stderr.write(warning.text)
        for name, count, share in page.splits:
            self.stdout.write(f"{name}: {count} ({share:.0%})")
        self.stdout.write(" ".join(filter(None, (page.leak, page.copied))))

    def _list(self, options: dict[str, Any]) -> None:
        rows = TrainingSet.objects.select_related("team").order_by("pk")
        if options["is_json"]:
            self.stdout.write(json.dumps([_as_data(row) for row in rows], ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row.pk}  {row.digest[:12]}  {row.row_count}  {row.team.slug}  {row.name}")

    def _export(self, options: dict[str, Any]) -> None:
        training_set, prompt = told.set_named(options["set"]), told.prompt_of(options)
        kind, split, out = options["format"], options["split"], options["out"]
        if out == "-" and not split:
            raise CommandError(_("A zip goes to a file: name it with --out, or say --split."))
        with reading(Path(out)), ExitStack() as open_files:
            file = sys.stdout.buffer if out == "-" else open_files.enter_context(open(out, "wb"))
            rows = rows_of(training_set, split or "")
            pieces = lines(records(rows, kind, prompt), kind) if split else zipped(training_set, kind, prompt)
            file.writelines(pieces)


def _source(
    team: Team, options: dict[str, Any], open_files: ExitStack, say: Callable[[str], object]
) -> tuple[Examples, dict[str, Any]]:
    """The answers, and what is told of them with the set; none where it is made of other sets alone."""
    if options["file"]:
        path = Path(options["file"])
        open_files.enter_context(reading(path))
        table = open_table(open_files.enter_context(path.open("rb")), path.name)
        mapping = told.mapping_of(table, options["map"])
        for line in told.table_lines(mapping):
            say(line)
        return of_file(table, mapping), {"origin": TrainingOrigin.FILE, "file_name": path.name[:255]}
    if not (options["dataset"] or options["campaign"]):
        return iter(()), {"origin": TrainingOrigin.FILE}
    found = told.source_of(team, options)
    if isinstance(found, Dataset):
        return of_dataset(found), {"origin": TrainingOrigin.DATASET, "dataset": found}
    assert isinstance(found, Campaign)
    marks = options["marks"]
    values = {"origin": TrainingOrigin.CAMPAIGN, "campaign": found, "marks": marks}
    return of_campaign(found, marks), values


def _together(
    sources: list[str], examples: Examples, values: dict[str, Any], sets: list[TrainingSet]
) -> tuple[list[dict[str, Any]], Examples]:
    """What is told of the sets that are learnt together, and the answers of all: the other source counts first."""
    behind = values.get("campaign") or values.get("dataset")
    name = behind.name if behind else "".join(Path(one).name for one in sources)
    datasets = [behind.dataset_id if isinstance(behind, Campaign) else behind.pk] if behind else []
    first = [Source(name, "", examples)] if sources else []
    return told_of(name, sets, datasets), joined([*first, *map(source_of_set, sets)])


def _as_data(row: TrainingSet) -> dict[str, Any]:
    return {
        "number": row.pk, "digest": row.digest, "team": row.team.slug, "name": row.name,
        "school_subject": row.school_subject, "answers": row.row_count, "questions": row.question_count,
        "splits": row.facts["splits"],
        "warnings": [Problem.from_data(data).text for data in row.facts["warnings"]],
    }  # fmt: skip
