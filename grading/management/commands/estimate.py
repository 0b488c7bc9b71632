"""manage.py estimate FILE --human COLUMN --automatic COLUMN[,COLUMN…]: mean or rate over all items."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.formats.problems import Problem
from annotations.management.problem_lines import problem_lines
from annotations.management.reading import reading
from grading.actions.estimate_file import ScoreColumns, column_names, estimate_file, split_columns
from grading.management.estimate_text import Question, as_data, as_text
from grading.methods.named_estimates import NamedEstimates


class Command(BaseCommand):
    help = (
        "Estimates the mean human score of a whole dataset, or the rate at or above a mark, from "
        "human scores of some items and automatic scores of all. One row an item."
    )
    # It only reads; checking every page first would slow it down.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, TSV, XLSX or JSON, a row for every item")
        parser.add_argument(
            "--human", required=True, metavar="COLUMN", help="empty where nobody rated"
        )
        parser.add_argument(
            "--automatic",
            required=True,
            metavar="COLUMN[,COLUMN…]",
            help="regression and PPI use the first, ridge_crossfit all of them",
        )
        parser.add_argument(
            "--probability",
            metavar="COLUMN",
            help="inclusion probability of each rated item; without it all were equally likely",
        )
        parser.add_argument(
            "--at-least",
            type=float,
            metavar="X",
            help="estimate the rate of items with a human score of X or more instead of the mean",
        )
        parser.add_argument(
            "--threshold", type=float, metavar="T", help="decide: pass, fail or undecided"
        )
        parser.add_argument(
            "--definitive",
            action="store_true",
            help="the human scores are free of noise and only these items matter: the interval "
            "shrinks as the rated share grows",
        )
        parser.add_argument("--seed", type=int, default=0, help="of the folds of ridge_crossfit")
        parser.add_argument("--json", action="store_true", dest="is_json")

    def handle(self, *args: Any, **options: Any) -> None:
        question = Question(options["at_least"], options["threshold"], options["definitive"])
        _check(question, options["seed"])
        notes: list[Problem] = []
        found = _found(options, notes)
        for line in problem_lines(notes, len(notes)):
            self.stderr.write(line)
        if options["is_json"]:
            text = json.dumps(as_data(found, question), ensure_ascii=False, allow_nan=False)
        else:
            text = as_text(found, question)
        self.stdout.write(text)


def _check(question: Question, seed: int) -> None:
    for name, value in (("--at-least", question.at_least), ("--threshold", question.threshold)):
        if value is not None and not math.isfinite(value):
            raise CommandError(_("%(option)s needs a finite number.") % {"option": name})
    if question.at_least is not None and not 0 <= (question.threshold or 0) <= 1:
        raise CommandError(_("With --at-least the threshold is a rate between 0 and 1."))
    if seed < 0:
        raise CommandError(_("The seed cannot be negative."))


def _found(options: dict[str, Any], notes: list[Problem]) -> NamedEstimates:
    path = options["file"]
    with reading(path):
        automatic = split_columns(options["automatic"], column_names(path))
        if not automatic:
            raise CommandError(_("Name at least one automatic column."))
        return estimate_file(
            path=path,
            columns=ScoreColumns(options["human"], automatic, options["probability"]),
            at_least=options["at_least"],
            is_definitive=options["definitive"],
            seed=options["seed"],
            notes=notes,
        )
