"""What commands that ask an endpoint do alike: say the price, begin a run or go on with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from grading.actions.judge_run import Estimate
from grading.actions.run_life import resume_run
from grading.management.run_text import estimate_facts, estimate_line
from grading.models import GenerationRun, JudgeRun

Plan = TypeVar("Plan", bound=Any)  # with its `endpoint`, or None
Run = TypeVar("Run", JudgeRun, GenerationRun)


def add_run_arguments(parser: CommandParser) -> None:
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--estimate", action="store_true", help="only say what it would cost")
    parser.add_argument("--resume", type=int, metavar="RUN", help="go on with a run; asks again for what failed")
    parser.add_argument("--json", action="store_true", dest="is_json")


def begun_run(
    command: BaseCommand, options: dict[str, Any], plan: Plan,
    estimate: Callable[[Plan], Estimate], start: Callable[..., Run],
) -> Run | None:  # fmt: skip
    """A new run after its price was told; None where only the price was asked for. Raises CommandError."""
    try:
        found = estimate(plan)
        currency = plan.endpoint.currency if plan.endpoint else ""
        line = estimate_line(found, currency)
        if options["estimate"]:
            facts = estimate_facts(found, currency)
            command.stdout.write(json.dumps(facts) if options["is_json"] else line)
            return None
        command.stderr.write(line)
        return start(plan=plan, user=None)
    except ValidationError as problem:
        raise CommandError(" ".join(problem.messages)) from problem


def resumed_run(model: type[Run], pk: int) -> Run:
    """Raises CommandError where there is none that could go on."""
    run = model.objects.filter(pk=pk).first()
    if run is None or not resume_run(run):
        raise CommandError(_("There is no run %(run)d to go on with.") % {"run": pk})
    return run
