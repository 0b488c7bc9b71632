"""`manage.py report --campaign SLUG --format html|xlsx|csv|json --output FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from annotations.management.named import campaign_named
from grading.reports.builders import BUILDERS
from grading.reports.content import build_report


class Command(BaseCommand):
    help = "Write the combined report of a campaign to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--format", required=True, choices=sorted(BUILDERS))
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        with translation.override(options["language"]):
            body = BUILDERS[options["format"]].build(build_report(campaign))
        try:
            options["output"].write_bytes(body)
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}") from error
        self.stdout.write(str(options["output"]))
