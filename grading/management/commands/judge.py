"""manage.py judge --campaign SLUG --endpoint NAME: an LLM judge scores items by the campaign's rubric."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.management.named import campaign_named
from annotations.management.watching import watched
from grading.actions.judge_run import JudgePlan, estimate_judge_run, start_judge_run
from grading.endpoint_jobs import judge
from grading.judge_findings import findings_of
from grading.management.asking import add_run_arguments, begun_run, resumed_run
from grading.management.run_text import endpoint_named, require_done, run_facts, run_line
from grading.models import JudgeRun


class Command(BaseCommand):
    help = "Lets a model behind an endpoint score items by the frozen rubric of a campaign, and checks it for bias."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", help="the campaign's slug")
        parser.add_argument("--endpoint", help="name of the endpoint")
        parser.add_argument("--scope", choices=JudgeRun.Scope.values, default=JudgeRun.Scope.DRAWN)
        parser.add_argument("--source", action="append", default=[], help="only these; may be repeated")
        parser.add_argument("--checks", type=int, default=0, help="items for each check for bias")
        parser.add_argument("--temperature", type=float, default=0.0)
        add_run_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"]:
            run: JudgeRun | None = resumed_run(JudgeRun, options["resume"])
        else:
            run = begun_run(self, options, _plan(options), estimate_judge_run, start_judge_run)
        if run is None:
            return
        with watched(run, self.stderr):
            judge(run.pk)
        run = JudgeRun.objects.select_related("campaign", "scorer").get(pk=run.pk)
        self._tell(run, options["is_json"])
        require_done(run)

    def _tell(self, run: JudgeRun, is_json: bool) -> None:
        findings = findings_of(run)
        scorer = run.scorer.name if run.scorer else ""
        if is_json:
            checks = {finding.key: finding.sentence for finding in findings}
            facts = run_facts(run) | {"scorer": scorer, "checks": checks}
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{scorer}: {run_line(run)}")
        for finding in findings:
            self.stdout.write(f"{finding.figure.title}: {finding.sentence}")


def _plan(options: dict[str, Any]) -> JudgePlan:
    if not options["campaign"] or not options["endpoint"]:
        raise CommandError(_("Say which with --campaign and --endpoint."))
    campaign = campaign_named(options["campaign"])
    return JudgePlan(
        campaign, endpoint_named(campaign.team, options["endpoint"]), scope=options["scope"],
        sources=options["source"], temperature=options["temperature"], seed=options["seed"],
        checks=max(0, options["checks"]),
    )  # fmt: skip
