"""manage.py raters --campaign SLUG [--criterion KEY] [--json]"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.management.named import campaign_named
from annotations.management.raters_text import as_data, as_text
from annotations.models.rating_table import COMPOSITE, MARK, RatingTable, rating_table


class Command(BaseCommand):
    help = "The raters of a campaign: severity, unsteadiness, spread, halo, drift, bias, classes."
    # It only reads; checking every page first would slow it down.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", metavar="SLUG", required=True)
        parser.add_argument(
            "--criterion", metavar="KEY", help="key or name, composite (the default), or mark"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        table = rating_table(campaign_named(options["campaign"]))
        data = as_data(table, _key(table, options["criterion"]))
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write(as_text(data))


def _key(table: RatingTable, asked: str | None) -> str:
    names = {COMPOSITE: "", MARK: ""} | {k: column.name for k, column in table.criteria.items()}
    if not asked:
        return COMPOSITE
    chosen = [key for key, name in names.items() if asked in (key, name)]
    if not chosen:
        message = _("There is no criterion “%(name)s”. There are: %(known)s.")
        raise CommandError(message % {"name": asked, "known": ", ".join(names)})
    return chosen[0]
