"""What `manage.py training_set` is told: the source, the split, the prompt."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotations.formats.columns import SPOKEN_ROLES
from annotations.formats.problems import Problem, shown
from annotations.formats.table import Table
from annotations.formats.wide_columns import is_wide, wide_table
from annotations.management.commands.import_items import columns_said, complete_mapping
from annotations.management.map_option import mapping_said
from annotations.models import Campaign, Dataset, Team
from grading.methods.prompt_text import StrayBrace, UnknownPlace
from grading.methods.training_split import SHARES, SplitPlan
from grading.models import MarksTaken, SplitBy, TrainingSet
from grading.training_columns import TrainingRole, check_columns, describe_papers
from grading.training_exports import TO_ANSWER, ExportFormat
from grading.training_prompts import Prompt
from grading.training_rows import SPLITS

ASKED = gettext_noop("Several questions stand side by side. Say which of their columns is which: %(names)s.")
LEAST_OF_DIGEST = 6
"""Characters; fewer could be the number of a set that is not there."""
WORDS = {role.value: role.value for role in TrainingRole} | {
    word: role.value for word, role in SPOKEN_ROLES.items() if role.value in TrainingRole.values
} | {"mark": TrainingRole.PAST_MARK.value}  # fmt: skip


def add_make(parser: CommandParser) -> None:
    parser.add_argument("file", nargs="?", help="CSV, TSV, XLSX, JSON, JSONL or labelled text")
    parser.add_argument("--dataset", help="name of a dataset whose past marks are learnt from")
    parser.add_argument("--campaign", metavar="SLUG", help="whose marks of record are learnt from")
    parser.add_argument(
        "--set", action="append", default=[], dest="sets", metavar="SET",
        help="number of a training set, or the beginning of its digest, learnt together with the other source or "
        "with other sets; may be repeated, and what is named first counts first",
    )  # fmt: skip
    parser.add_argument("--marks", choices=MarksTaken.values, default=MarksTaken.SETTLED.value)
    parser.add_argument("--team", help="slug of the team; not needed if there is only one")
    parser.add_argument("--name", default="", help="else the name of the source")
    parser.add_argument("--subject", default="", help="the school subject; others are left out")
    parser.add_argument(
        "--map", action="append", default=[], metavar="ROLE=COLUMN",
        help="what a column holds; may be repeated: mark=得分. Roles: " + ", ".join(WORDS),
    )  # fmt: skip
    parser.add_argument("--split-by", choices=SplitBy.values, default=SplitBy.STUDENT.value)
    parser.add_argument(
        "--shares", default=",".join(f"{100 * share:g}" for share in SHARES), metavar="80,10,10",
        help="to learn from, to tune on, to test on, in per cent",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)


def add_export(parser: CommandParser) -> None:
    parser.add_argument("set", help="number of the training set, or the beginning of its digest")
    parser.add_argument("--format", choices=ExportFormat.values, default=ExportFormat.SFT.value)
    parser.add_argument("--split", choices=SPLITS, help="one split as a file, not all in a zip")
    parser.add_argument("--template", default="", help="text of the prompt with places such as {input}")
    parser.add_argument("--system", default="", help="the system message of formats that have one")
    parser.add_argument("--out", required=True, help="the file to write; - is the standard output")


def mapping_of(table: Table, said: list[str]) -> dict[str, str]:
    """Column → role. Other columns that might be the mark are unused once it was said which one is. Of several
    questions side by side all are learnt, unless it was said which column the answer is.

    Raises:
        CommandError: a column is ambiguous, or the mapping cannot work.
    """
    facts = describe_papers(table)
    mapping = mapping_said(said, facts["columns"], WORDS)
    wide: dict[str, str] = facts["guess"] | mapping
    if is_wide(mapping) or (is_wide(wide) and TrainingRole.ANSWER not in mapping.values()):
        asked = [shown(column) for column in facts["open"] if column not in wide]
        refuse([Problem(None, ASKED, {"names": asked})] if asked else check_columns(wide), facts["columns"])
        return wide
    if TrainingRole.PAST_MARK in mapping.values():
        marks = [c for c, roles in facts["open"].items() if roles[0] == TrainingRole.PAST_MARK]
        mapping = dict.fromkeys(marks, TrainingRole.UNUSED.value) | mapping
    complete = complete_mapping(facts, mapping)
    refuse(check_columns(complete), facts["columns"])
    return complete


def table_lines(mapping: dict[str, str]) -> list[str]:
    """What was found of several questions side by side; nothing where each line is one answer."""
    table = wide_table(mapping)
    if table is None:
        return []
    lines = [f"{one.name}: {one.answer}, {one.mark}" for one in table.questions]
    return [*lines, *([_("Not learnt: %(names)s") % {"names": ", ".join(table.left_out)}] if table.left_out else [])]


def refuse(problems: list[Problem], columns: list[str]) -> None:
    """Raises CommandError where there are any."""
    if problems:
        raise CommandError("\n".join([*(problem.text for problem in problems), columns_said(columns)]))


def plan_of(options: dict[str, Any]) -> SplitPlan:
    """Raises CommandError where the shares are none."""
    try:
        shares = tuple(round(float(part) / 100, 4) for part in options["shares"].split(","))
    except ValueError:
        shares = ()
    is_whole = len(shares) == len(SPLITS) and abs(sum(shares) - 1) < 1e-6
    if not is_whole or min(shares) < 0 or not shares[0]:
        raise CommandError(_("--shares: three numbers that sum to 100, the first above 0, such as 80,10,10."))
    return SplitPlan(options["split_by"], shares, options["seed"])


def source_of(team: Team, options: dict[str, Any]) -> Dataset | Campaign:
    """Raises CommandError where the team has no such dataset or grading campaign."""
    if options["dataset"]:
        found: Dataset | Campaign | None = Dataset.objects.filter(team=team, name=options["dataset"]).first()
    else:
        grading = Campaign.objects.filter(team=team, kind=Campaign.Kind.GRADING)
        found = grading.select_related("dataset").filter(slug=options["campaign"]).first()
    if found is None:
        name = options["dataset"] or options["campaign"]
        raise CommandError(_("The team has nothing named “%(name)s” to learn from.") % {"name": name})
    return found


def sets_of(team: Team, options: dict[str, Any]) -> list[TrainingSet]:
    """Those that are learnt together, each once. Raises CommandError."""
    return list({one.pk: one for one in (set_named(name, team) for name in options["sets"])}.values())


def prompt_of(options: dict[str, Any]) -> Prompt:
    """Raises CommandError where the template cannot be filled in."""
    is_marking = options["format"] not in TO_ANSWER
    prompt = Prompt(is_marking, options["template"], options["system"])
    try:
        prompt.check()
    except UnknownPlace as unknown:
        message = _("This format has nothing to put at {%(name)s}.") % {"name": unknown.name}
        raise CommandError(message) from None
    except StrayBrace:
        message = _("A brace stands alone; write {{ or }} for a brace that is meant.")
        raise CommandError(message) from None
    return prompt


def set_named(name: str, team: Team | None = None) -> TrainingSet:
    """By its number, or by the beginning of its digest, among all or those of a team. Raises CommandError."""
    rows = TrainingSet.objects.all() if team is None else TrainingSet.objects.filter(team=team)
    found = list(rows.filter(digest__startswith=name.lower())[:2]) if len(name) >= LEAST_OF_DIGEST else []
    if name.isdecimal() and len(name) < 16:
        found = list(rows.filter(pk=int(name))) or found
    if len(found) != 1:
        raise CommandError(_("There is no one training set “%(name)s”; training_set list shows all.") % {"name": name})
    return found[0]
