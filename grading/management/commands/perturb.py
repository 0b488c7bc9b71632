"""manage.py perturb FILE OUT: the same answers with typos, other punctuation, order, or words left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.formats.csv_out import csv_lines
from annotations.management.reading import reading
from grading.actions.metrics_file import RESPONSES, column_named, table_of
from grading.methods.perturbations import KINDS, RATE, perturbed


class Command(BaseCommand):
    help = "Writes a CSV whose answers are changed on the surface, to be scored beside the original: metrics score_change, changed_share."
    requires_system_checks: ClassVar[list[str]] = []  # it only reads

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, TSV, XLSX, JSON or JSONL")
        parser.add_argument("out", type=Path, help="the CSV to write")
        parser.add_argument("--kind", choices=KINDS, required=True)
        parser.add_argument("--column", default="", help="where the answers are")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--rate", type=float, default=RATE, help="share of letters or words that are touched")

    def handle(self, *args: Any, **options: Any) -> None:
        with reading(options["file"]):
            columns, rows = table_of(options["file"])
            column = column_named(columns, options["column"], RESPONSES, "--column")
        change = {"kind": options["kind"], "seed": options["seed"], "rate": options["rate"]}
        changed = (
            {**row.values, column: perturbed(row.values.get(column, ""), **change)} for row in rows
        )
        lines = csv_lines(list(columns), ([row.get(name, "") for name in columns] for row in changed))
        try:
            with options["out"].open("w", encoding="utf-8", newline="") as out:
                out.writelines(lines)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self.stdout.write(str(options["out"]))
