"""manage.py metrics FILE --metrics NAME,…: automatic metrics of any file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.management.reading import reading
from annotations.methods.text_width import padded, text_width
from grading.actions.metrics_file import NAMES, Columns, FileMetrics, metrics_file
from grading.methods.metrics_labels import AVERAGES
from grading.metrics import reason_text


class Command(BaseCommand):
    help = "Computes automatic metrics of a file: a row an item, one column what was said, one what it is held against."
    requires_system_checks: ClassVar[list[str]] = []  # it only reads

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, TSV, XLSX, JSON or JSONL")
        parser.add_argument("--metrics", required=True, metavar="NAME,…", help=", ".join(NAMES))
        parser.add_argument("--prediction", default="", metavar="COLUMN")
        parser.add_argument("--reference", default="", metavar="COLUMN")
        parser.add_argument("--query", default="", metavar="COLUMN", help="for rankings")
        parser.add_argument("--average", choices=AVERAGES)
        parser.add_argument("--positive", help="the class that counts")
        parser.add_argument("--tolerance", type=float, help="in marks")
        parser.add_argument("--step", type=float, help="of the scale, for adjacent")
        parser.add_argument("--segmentation", choices=("words", "characters"))
        parser.add_argument("--n", type=int, help="words in a run, for distinct")
        parser.add_argument("--k", type=int, help="places that count in a ranking")
        parser.add_argument("--risk-free", type=float, help="safe return of a period, for sharpe_ratio")
        parser.add_argument("--periods", type=int, help="in a year, for sharpe_ratio")
        parser.add_argument("--json", action="store_true", dest="is_json")

    def handle(self, *args: Any, **options: Any) -> None:
        names = tuple(dict.fromkeys(n.strip() for n in options["metrics"].split(",") if n.strip()))
        if unknown := [name for name in names if name not in NAMES]:
            message = _("There is no metric “%(name)s”. There are: %(known)s.")
            raise CommandError(message % {"name": unknown[0], "known": ", ".join(NAMES)})
        found = _found(options, names)
        self.stdout.write(_as_json(found) if options["is_json"] else _as_text(found))


TAKEN = ("average", "positive", "tolerance", "step", "segmentation", "n", "k", "risk_free", "periods")


def _found(options: dict[str, Any], names: tuple[str, ...]) -> FileMetrics:
    path = options["file"]
    columns = Columns(options["prediction"], options["reference"], options["query"])
    given = {name: options[name] for name in TAKEN if options[name] is not None}
    with reading(path):
        return metrics_file(path=path, names=names, columns=columns, options=given)


def _as_json(found: FileMetrics) -> str:
    """{"rows", "columns": {…}, "metrics": [{"name", "value", "n", "reason", "detail"}]}."""
    rows = [
        {
            "name": name,
            "value": one.value,
            "n": one.n,
            "reason": reason_text(one.reason) if one.reason else None,
            "detail": one.detail,
        }
        for name, one in found.values.items()
    ]
    columns = {name: column for name, column in vars(found.columns).items() if column}
    data = {"rows": found.rows, "columns": columns, "metrics": rows}
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def _as_text(found: FileMetrics) -> str:
    width = max(map(text_width, found.values))
    return "\n".join(
        f"{padded(name, width)}  "
        + (reason_text(one.reason) if one.value is None else f"{one.value:>10.4f}  n = {one.n}")
        for name, one in found.values.items()
    )
