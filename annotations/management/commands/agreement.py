"""manage.py agreement (FILE | --campaign SLUG [--criterion NAME]) --level LEVEL [--json]"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.formats.opening import open_table
from annotations.formats.rating_values import Reading
from annotations.formats.ratings_table import LAYOUTS, ROLES, read_ratings, text_columns
from annotations.formats.table import Table
from annotations.management.agreement_text import Result, as_data, as_text
from annotations.management.map_option import mapping_said
from annotations.management.named import campaign_named
from annotations.management.problem_lines import problem_lines
from annotations.management.reading import reading
from annotations.methods.agreement import agreement
from annotations.methods.coefficient import LEVELS
from annotations.models import Campaign, Question
from annotations.models.rating_table import COMPOSITE, NEAR, RatingTable, rating_table

USAGE = 2


class Command(BaseCommand):
    help = (
        "How far raters agree: a file of ratings, or a campaign (each criterion and the composite)."
    )
    # It only reads; checking every page first would slow it down.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="CSV, TSV, XLSX or JSON")
        parser.add_argument("--campaign", metavar="SLUG")
        parser.add_argument("--criterion", metavar="NAME", help="key or name, or composite")
        parser.add_argument("--question", metavar="KEY", help="only this question of the campaign")
        parser.add_argument(
            "--level",
            choices=LEVELS,
            help="required for a file; a campaign's scales suggest theirs",
        )
        parser.add_argument(
            "--layout",
            choices=LAYOUTS,
            help="long (columns item, rater, value), wide (a column a rater), counts (a column a "
            "category), survey (a line a rater, a column an item); default: told by the columns",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="ROLE=COLUMN",
            help="long: which column is the item, the rater, the value, the criterion; several items "
            "are one together, several values a criterion each",
        )
        parser.add_argument(
            "--domain", default="", help="every possible value, e.g. 0,1,2 (or names, in order)"
        )
        parser.add_argument("--missing", default="", help="values that stand for no score, e.g. 99,-9 (with = before a minus)")
        parser.add_argument("--raters", default="", help="only these raters, separated by commas")
        parser.add_argument(
            "--interval", choices=("jackknife", "bootstrap"), default="jackknife", help="of alpha"
        )
        parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        check_usage(options)
        if options["file"]:
            results = list(self._of_file(options))
            is_list = len(results) > 1
        else:
            results = list(_of_campaign(options))
            is_list = not options["criterion"]
        if options["json"]:
            data = [as_data(result) for result in results]
            text = json.dumps(data if is_list else data[0], ensure_ascii=False, allow_nan=False)
            self.stdout.write(text)
        else:
            self.stdout.write("\n\n".join(as_text(result) for result in results))

    def _of_file(self, options: dict[str, Any]) -> Iterator[Result]:
        with reading(options["file"]), options["file"].open("rb") as file:
            table = open_table(file, options["file"].name)
            table = table.ratings or table
            if options["layout"] == "counts":
                self._mention_left_out(text_columns(table))
            found = read_ratings(table, _reading(table, options), options["layout"])
        for line in problem_lines(found.notes, len(found.notes)):
            self.stderr.write(line)
        for name in _chosen(list(found.tables), options["criterion"]):
            result = agreement(
                found.tables[name], options["level"], interval=options["interval"], seed=options["seed"]
            )
            yield Result(name, result)

    def _mention_left_out(self, columns: list[str]) -> None:
        for column in columns:
            message = _("The column “%(column)s” holds no numbers and is left out.")
            self.stderr.write(message % {"column": column})


def _reading(table: Table, options: dict[str, Any]) -> Reading:
    said: dict[str, list[str]] = {}
    for column, role in mapping_said(options["map"], table.columns, {r: r for r in ROLES}).items():
        said.setdefault(role, []).append(column)
    if not said:
        said = {role: [column] for column, role in table.roles.items() if role in ROLES}
    domain, raters = _listed(options["domain"]), _listed(options["raters"])
    return Reading(options["level"], domain, raters, said, options["criterion"], _listed(options["missing"]))


def check_usage(options: dict[str, Any]) -> None:
    """Raise a CommandError of exit status 2 unless the arguments fit together."""
    if bool(options["file"]) == bool(options["campaign"]):
        raise CommandError(_("Give a file or --campaign, one of them."), returncode=USAGE)
    if options["file"] and not options["level"]:
        message = _("Give --level: nominal, ordinal, interval or ratio.")
        raise CommandError(message, returncode=USAGE)
    if options["file"] and options["question"]:
        raise CommandError(_("--question goes with --campaign."), returncode=USAGE)
    for name in ("layout", "domain", "map", "missing"):
        if options["campaign"] and options[name]:
            message = _("--%(option)s goes with a file.") % {"option": name}
            raise CommandError(message, returncode=USAGE)


def _of_campaign(options: dict[str, Any]) -> Iterator[Result]:
    campaign = campaign_named(options["campaign"])
    table = _narrowed(rating_table(campaign), campaign, options)
    names = {key: column.name for key, column in table.criteria.items()}
    for key in _chosen([*names, COMPOSITE], options["criterion"], names):
        level = options["level"] or table.level_of(key)
        within = NEAR if key == COMPOSITE else None
        result = agreement(
            table.long(key),
            level,
            within=within,
            interval=options["interval"],
            seed=options["seed"],
        )
        yield Result(key, result, table.rater_names, names.get(key))


def _narrowed(table: RatingTable, campaign: Campaign, options: dict[str, Any]) -> RatingTable:
    if options["question"]:
        questions = Question.objects.filter(dataset=campaign.dataset, key=options["question"])
        ids = list(questions.values_list("pk", flat=True))
        if not ids:
            message = _("There is no question “%(key)s”.") % {"key": options["question"]}
            raise CommandError(message)
        table = table.where(table.question == ids[0])
    if wanted := set(_listed(options["raters"])):
        kept = [pk for pk, name in table.rater_names.items() if name in wanted]
        table = table.where_rater(kept)
    return table


def _chosen(
    keys: list[Any], criterion: str | None, names: dict[str, str] | None = None
) -> list[Any]:
    """All keys, or the one whose key or name was asked for."""
    if not criterion:
        return keys
    chosen = [key for key in keys if criterion in (key, (names or {}).get(key))]
    if not chosen:
        message = _("There is no criterion “%(name)s”. There are: %(known)s.")
        known = ", ".join(str(key) for key in keys if key) or "–"
        raise CommandError(message % {"name": criterion, "known": known})
    return chosen[:1]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
