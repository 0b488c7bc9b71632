"""manage.py import_ratings FILE --campaign SLUG [--map ROLE=COLUMN …] [--create-raters]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.actions.import_ratings import import_ratings
from annotations.actions.imported_raters import UNKNOWN
from annotations.actions.known_items import (
    criterion_names,
    keys_of_items,
    mapping_of_items,
    rating_columns,
)
from annotations.formats.columns import plain
from annotations.formats.opening import open_table
from annotations.formats.problems import refused_among, shown
from annotations.formats.ratings import ROLES, RatingRow, guess_rating_roles, read_rating_rows
from annotations.formats.table import Table
from annotations.management.map_option import mapping_said
from annotations.management.named import campaign_named
from annotations.management.problem_lines import problem_lines
from annotations.management.reading import reading
from annotations.models import Campaign

WORDS = {role: role for role in ROLES}


class Command(BaseCommand):
    help = (
        "Import existing human ratings into a launched campaign. The file is a long table (item, "
        "rater, criterion, value, and if you like seconds, note), or has one column a rater "
        "(--map rating=COLUMN, repeated). The criterion may be left out where there is one. A line names "
        "its item by its key, or by the same columns as in the file that the items were imported from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="ROLE=COLUMN",
            help="what a column holds; may be repeated, and name several as rater*. Roles: " + ", ".join(ROLES),
        )
        parser.add_argument("--rater", default="", metavar="NAME", help="all ratings are this rater's")
        parser.add_argument(
            "--criterion", action="append", default=[], metavar="NAME",
            help="only the scores on this criterion; may be repeated",
        )  # fmt: skip
        parser.add_argument(
            "--create-raters",
            action="store_true",
            help="add raters that the campaign does not have; their accounts have no password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        with reading(options["file"]), options["file"].open("rb") as file:
            table = open_table(file, options["file"].name)
            table = table.ratings or table
            said = mapping_said(options["map"], table.columns, WORDS)
            roles = _roles(campaign, table, said, bool(options["rater"]))
            keys = keys_of_items(campaign.dataset, table, roles)
            rows, problems = read_rating_rows(table, roles, keys, options["rater"], criterion_names(campaign))
            rows = _only(rows, options["criterion"])
            done = import_ratings(
                campaign=campaign, rows=rows, may_create_raters=options["create_raters"]
            )
        problems = sorted([*problems, *done.problems], key=lambda problem: problem.line or 0)
        for line in problem_lines(problems, len(problems)):
            self.stderr.write(line)
        if unknown := list(dict.fromkeys(one.params["rater"] for one in problems if one.message == UNKNOWN)):
            message = _("Raters whom the campaign does not have: %(names)s. --create-raters adds them.")
            self.stderr.write(message % {"names": ", ".join(unknown)})
        if done.raters_created:
            names = ", ".join(done.raters_created)
            self.stdout.write(_("raters added: %(names)s") % {"names": names})
        self.stdout.write(
            _("%(added)s added, %(unchanged)s unchanged, %(surplus)s surplus, %(refused)s refused")
            % {
                "added": done.added,
                "unchanged": done.unchanged,
                "surplus": done.surplus,
                "refused": refused_among(problems),
            }
        )


def _only(rows: list[RatingRow], criteria: list[str]) -> list[RatingRow]:
    """The ratings with their scores on these criteria, all where none is named."""
    wanted = {plain(name) for name in criteria}
    known = {plain(name) for row in rows for name in row.scores}
    if wanted - known:
        message = _("The file has no scores on “%(name)s”. There are: %(known)s.")
        missing = next(name for name in criteria if plain(name) not in known)
        names = ", ".join(shown(name) for name in dict.fromkeys(name for row in rows for name in row.scores))
        raise CommandError(message % {"name": missing, "known": names or "–"})
    for row in rows if wanted else []:
        row.scores = {name: score for name, score in row.scores.items() if plain(name) in wanted}
    return [row for row in rows if row.scores]


def _roles(
    campaign: Campaign, table: Table, said: dict[str, str], knows_rater: bool
) -> dict[str, str]:
    """What was said of the columns, what their names say, and what is known of the file of the items."""
    mapping = mapping_of_items(campaign.dataset, table.columns)
    scores = {} if said or knows_rater else rating_columns(mapping, table.columns)
    return guess_rating_roles(table.columns, scores | said, bool(mapping), knows_rater)
