"""manage.py import_items FILE --dataset NAME [--map prompt=题目 …]"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.actions import said_columns
from annotations.actions.item_imports import describe, run_claimed
from annotations.actions.said_columns import WORDS, ColumnsUnclear
from annotations.formats.columns import Role
from annotations.formats.opening import open_table
from annotations.formats.problems import Problem
from annotations.management.map_option import listed, mapping_said, terminal_names
from annotations.management.problem_lines import problem_lines
from annotations.management.reading import reading
from annotations.models import Dataset, ItemImport, Team


class Command(BaseCommand):
    help = "Import a file of items: CSV, TSV, XLSX, JSON, JSON lines, labelled blocks, or a zip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dataset", required=True, help="its name; made if there is none")
        parser.add_argument("--team", help="slug of the team; not needed if there is only one")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="ROLE=COLUMN",
            help="what a column holds; may be repeated, and name several as rater*. Roles: " + ", ".join(Role.values),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        path: Path = options["file"]
        with reading(path), path.open("rb") as file:
            table = open_table(file, path.name)
            facts = describe(table)
            if table.encoding == "cp1252":
                self.stderr.write(_("It was read as Western Windows text (cp1252)."))
            said = mapping_said(options["map"], facts["columns"], WORDS)
            mapping = complete_mapping(facts, said)
            self.stderr.write(_("Columns: %(columns)s") % {"columns": _used(mapping)})
            dataset, _made = Dataset.objects.get_or_create(team=team, name=options["dataset"])
            item_import = _start(dataset, path, table.format, mapping, facts)
            run_claimed(item_import, table)
        self._report(item_import)

    def _report(self, item_import: ItemImport) -> None:
        problems = [Problem.from_data(data) for data in item_import.problems]
        for line in problem_lines(problems, max(item_import.refused, len(problems))):
            self.stderr.write(line)
        if failure := item_import.facts.get("failure"):
            raise CommandError(Problem.from_data(failure).text)
        self.stdout.write(
            _("%(added)s added, %(unchanged)s unchanged, %(refused)s refused")
            % {
                "added": item_import.added,
                "unchanged": item_import.unchanged,
                "refused": item_import.refused,
            }
        )
        if Role.RATING.value in item_import.mapping.values():
            self.stdout.write(
                _("Scores of raters are kept as information; import_ratings makes them ratings.")
            )


def _used(mapping: Mapping[str, str]) -> str:
    """What was taken for what, but for what is only kept as information."""
    by_role: dict[str, list[str]] = {}
    names = terminal_names(mapping)
    for column, role in mapping.items():
        by_role.setdefault(role, []).append(names[column])
    by_role.pop(Role.METADATA.value, None)
    return "; ".join(f"{role} = {', '.join(columns)}" for role, columns in by_role.items())


def _start(
    dataset: Dataset, path: Path, name: str, mapping: dict[str, str], facts: dict[str, Any]
) -> ItemImport:
    now = timezone.now()
    return ItemImport.objects.create(
        team_id=dataset.team_id,
        dataset=dataset,
        dataset_name=dataset.name,
        file_name=path.name[:255],
        file_format=name,
        mapping=mapping,
        facts=facts,
        state=ItemImport.State.RUNNING,
        started_at=now,
        beat_at=now,
    )


def team_named(slug: str | None) -> Team:
    """The team of a slug, or the only one there is.

    Raises:
        CommandError: there is none of that name, or several and no slug.
    """
    teams = Team.objects.filter(slug=slug) if slug else Team.objects.all()
    found = list(teams[:2])
    if len(found) == 1:
        return found[0]
    slugs = ", ".join(Team.objects.order_by("slug").values_list("slug", flat=True)[:10])
    raise CommandError(_("Say which team with --team: %(slugs)s") % {"slugs": slugs or "–"})


def complete_mapping(facts: Mapping[str, Any], said: dict[str, str]) -> dict[str, str]:
    """What was said first, then what the columns say by themselves.

    Raises:
        CommandError: a column is ambiguous, or the mapping cannot work.
    """
    try:
        return said_columns.complete_mapping(facts, said)
    except ColumnsUnclear as unclear:
        if unclear.open:
            raise CommandError(_ask(unclear.open, terminal_names(facts["columns"]))) from None
        texts = [problem.text for problem in unclear.problems]
        raise CommandError("\n".join([*texts, columns_said(facts["columns"])])) from None


def columns_said(columns: Sequence[str]) -> str:
    """What a file has, and how to say what it is."""
    words = _("Columns: %(columns)s. Say what they are with --map ROLE=COLUMN, such as --map answer=COLUMN.")
    return words % {"columns": listed(columns)}


def _ask(open_columns: Mapping[str, list[str]], names: Mapping[str, str]) -> str:
    lines = [_("Some columns could be several things. Say which:")]
    for column, roles in open_columns.items():
        lines.append("  " + _(" or ").join(f'--map "{role}={names[column]}"' for role in roles))
    return "\n".join(lines)
