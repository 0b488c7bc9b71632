"""What commands that ask an endpoint say: the price beforehand, and how a run ended."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations.models import Team
from grading.actions.judge_run import Estimate
from grading.models import Endpoint, GenerationRun, JudgeRun


def endpoint_named(team: Team, name: str) -> Endpoint:
    """Raises CommandError with the names there are."""
    endpoints = Endpoint.objects.filter(team=team)
    found = endpoints.filter(name=name).first()
    if found is None:
        names = ", ".join(endpoints.values_list("name", flat=True)) or "–"
        raise CommandError(
            _("The team has no endpoint “%(name)s”. It has: %(names)s.") % {"name": name, "names": names}
        )
    return found


def estimate_line(estimate: Estimate, currency: str) -> str:
    line = _("%(requests)d requests; about %(read)d tokens read and %(written)d written") % {
        "requests": estimate.requests, "read": estimate.tokens_in, "written": estimate.tokens_out,
    }  # fmt: skip
    return line if estimate.cost is None else f"{line}; {estimate.cost:.2f} {currency}".rstrip()


def estimate_facts(estimate: Estimate, currency: str) -> dict[str, Any]:
    cost = None if estimate.cost is None else float(estimate.cost)
    return {
        "items": estimate.items, "requests": estimate.requests, "tokens_in": estimate.tokens_in,
        "tokens_out": estimate.tokens_out, "cost": cost, "currency": currency,
    }  # fmt: skip


def run_facts(run: JudgeRun | GenerationRun) -> dict[str, Any]:
    """What --json says of every run; what happened to it is in `state` and `error`."""
    return {
        "run": run.pk, "state": run.state, "error": run.error, "done": run.done, "total": run.total,
        "failed": run.failed, "requests": run.requests, "tokens_in": run.tokens_in,
        "tokens_out": run.tokens_out, "cost": None if run.cost is None else float(run.cost),
        "currency": run.currency,
    }  # fmt: skip


def run_line(run: JudgeRun | GenerationRun) -> str:
    line = _("%(done)d of %(total)d done, %(failed)d failed; %(read)d tokens read, %(written)d written") % {
        "done": run.done, "total": run.total or 0, "failed": run.failed, "read": run.tokens_in,
        "written": run.tokens_out,
    }  # fmt: skip
    return line if run.cost is None else f"{line}; {run.cost:.2f} {run.currency}".rstrip()


def require_done(run: JudgeRun | GenerationRun) -> None:
    """Raises CommandError where the run did not come to its end, with how to go on."""
    if run.state != run.State.DONE:
        raise CommandError(
            _("%(error)s Go on with --resume %(run)d.")
            % {"error": run.error or run.get_state_display(), "run": run.pk}
        )
