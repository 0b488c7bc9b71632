"""manage.py metrics FILE --metrics NAME,…: automatic metrics of any file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.formats.problems import shown
from annotations.management.reading import reading
from annotations.methods.text_width import padded, text_width
from grading.actions.metrics_file import NAMES, Columns, FileMetrics, metrics_file
from grading.methods.metrics_labels import AVERAGES
from grading.methods.metrics_value import MetricValue
from grading.metrics import DEFAULTS, MetricProblem, own_metrics, problem_text, reason_text
from grading.metrics.entries.own import HUB, OWN
from grading.metrics.entries.retrieved import WAYS


class Command(BaseCommand):
    help = "Computes automatic metrics of a file: a row an item, one column what was said, one what it is held against."
    requires_system_checks: ClassVar[list[str]] = []  # it only reads

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, TSV, XLSX, JSON or JSONL")
        parser.add_argument("--metrics", required=True, metavar="NAME,…", help=", ".join(NAMES))
        parser.add_argument("--prediction", default="", metavar="COLUMN")
        parser.add_argument("--reference", default="", metavar="COLUMN")
        parser.add_argument("--query", default="", metavar="COLUMN", help="for rankings")
        parser.add_argument("--question", default="", metavar="COLUMN", help="for answer_relevance")
        parser.add_argument("--context", default="", metavar="COLUMN", help="retrieved passages: JSON lists, or parted by empty lines")
        parser.add_argument("--judge", default="", metavar="COLUMN", help="a judge's scores")
        parser.add_argument("--group", default="", metavar="COLUMN", help="for differences by group")
        parser.add_argument("--cluster", default="", metavar="COLUMN", help="items that belong together, such as a student's")
        parser.add_argument("--average", choices=AVERAGES)
        parser.add_argument("--positive", help="the class that counts")
        parser.add_argument("--tolerance", type=float, help="in marks")
        parser.add_argument("--step", type=float, help="of the scale, for adjacent")
        parser.add_argument("--segmentation", choices=("words", "characters"))
        parser.add_argument("--n", type=int, help="words in a run, for distinct")
        parser.add_argument("--k", type=int, help="places that count in a ranking")
        parser.add_argument("--risk-free", type=float, help="safe return of a period, for sharpe_ratio")
        parser.add_argument("--periods", type=int, help="in a year, for sharpe_ratio")
        parser.add_argument("--percentile", type=float, help="of the latency")
        parser.add_argument("--at-once", type=int, help="worked on at once, for throughput")
        parser.add_argument("--limit", type=float, help="unsafe from which score of the judge on")
        parser.add_argument("--rules", metavar="FILE", help="rules instead of the shipped ones, for unsafe")
        parser.add_argument("--way", choices=WAYS, help="who says whether a passage bears a sentence out")
        parser.add_argument("--entailment-model", metavar="FOLDER", help="for --way model")
        parser.add_argument("--encoder", metavar="FOLDER", help="for bertscore")
        parser.add_argument("--layer", type=int, help="of the encoder")
        parser.add_argument("--idf", action="store_true", default=None, help="rare words weigh more, for bertscore")
        parser.add_argument("--language-model", metavar="FOLDER", help="for perplexity")
        parser.add_argument("--json", action="store_true", dest="is_json")

    def handle(self, *args: Any, **options: Any) -> None:
        names = tuple(dict.fromkeys(n.strip() for n in options["metrics"].split(",") if n.strip()))
        if not names:
            raise CommandError(_("Name at least one metric."))
        own = [entry.name for entry in own_metrics().entries]
        if unknown := [n for n in names if n not in NAMES and not n.startswith((OWN, HUB))]:
            message = _("There is no metric “%(name)s”. There are: %(known)s.")
            raise CommandError(message % {"name": unknown[0], "known": ", ".join([*NAMES, *own])})
        try:
            found = _found(options, names)
        except MetricProblem as problem:
            raise CommandError(problem_text(problem)) from None
        if not options["is_json"]:
            used = ", ".join(f"{side} = {column}" for side, column in vars(found.columns).items() if column)
            self.stderr.write(_("Columns: %(columns)s") % {"columns": used})
        for line in _told_of(found):
            self.stderr.write(line)
        self.stdout.write(_as_json(found) if options["is_json"] else _as_text(found))


def _told_of(found: FileMetrics) -> Iterator[str]:
    """What was left out without being asked, and what to add to the command."""
    for column, count in found.empty.items():
        message = _("“%(column)s” says nothing in %(count)s of %(rows)s rows; metrics of marks and labels leave them out.")
        yield message % {"column": shown(column), "count": count, "rows": found.rows}
    if any(one.reason == "no_positive" for one in found.values.values()):
        yield _("Name the class that counts with --positive.")


TAKEN = (*DEFAULTS, "risk_free", "periods")
SIDES = tuple(field.name for field in fields(Columns))


def _found(options: dict[str, Any], names: tuple[str, ...]) -> FileMetrics:
    path = options["file"]
    columns = Columns(**{name: options.get(name, "") for name in SIDES})
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
        + (reason_text(one.reason) if one.value is None else _told(one))
        for name, one in found.values.items()
    )


def _told(one: MetricValue) -> str:
    low, high = one.detail.get("low"), one.detail.get("high")
    ends = "" if low is None or high is None else f"  [{low:.4f}, {high:.4f}]"
    way = f"  ({one.detail['way']})" if "way" in one.detail else ""
    return f"{one.value:>10.4f}  n = {one.n}{ends}{way}"
