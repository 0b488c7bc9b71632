"""manage.py verdict: weigh the candidates of a campaign, for people and for CI.

The exit status is the outcome: 0 pass, 10 fail, 11 rejected at the gate, 12 undecided, 13 raters
not ready; 1 and 2 are errors. Without --candidate the worst outcome decides, from the worst to the
best: rejected, fail, raters not ready, undecided, pass.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.management.named import campaign_named
from annotations.models import Campaign
from grading.actions.verdict import compute_verdict, compute_verdicts, require_candidates
from grading.methods.decision import worst
from grading.models import Verdict
from grading.verdict_advice import advice
from grading.verdict_compare import compare_candidates
from grading.verdict_compare_words import compare_rows, compare_sentence
from grading.verdict_data import NoVerdict
from grading.verdict_facts import EXIT, all_facts, facts_of
from grading.verdict_sentences import sentence
from grading.verdict_words import candidate_name


class Command(BaseCommand):
    help = (
        "Computes the verdict on one candidate of a campaign, or on all. Exits 0 pass, 10 fail, "
        "11 rejected at the gate, 12 undecided, 13 raters not ready; without --candidate the worst "
        "decides (rejected, fail, raters not ready, undecided, pass)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", required=True, help="the campaign's slug")
        parser.add_argument("--candidate", help="a source (evaluation) or a scorer (grading)")
        parser.add_argument(
            "--compare", nargs=2, metavar=("A", "B"), help="compare two candidates on the same items"
        )
        parser.add_argument("--json", action="store_true", dest="is_json", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        if options["compare"]:
            self._compare(campaign, *options["compare"], is_json=options["is_json"])
            return
        is_one = options["candidate"] is not None
        try:
            verdicts = _compute(campaign, options["candidate"])
        except NoVerdict as problem:
            raise CommandError(str(problem)) from problem
        if options["is_json"]:
            self._print(facts_of(verdicts[0]) if is_one else all_facts(campaign, verdicts))
        else:
            for verdict in verdicts:
                self.stdout.write(_line(verdict))
        sys.exit(EXIT[worst([verdict.outcome for verdict in verdicts])])

    def _compare(self, campaign: Campaign, a: str, b: str, *, is_json: bool) -> None:
        """Exits 0 whatever comes out: a comparison is no verdict."""
        try:
            _require(campaign, a, b)
            found = compare_candidates(campaign, a, b)
        except NoVerdict as problem:
            raise CommandError(str(problem)) from problem
        if is_json:
            self._print({"campaign": campaign.slug, "sentence": compare_sentence(found), **found.facts()})
            return
        self.stdout.write(compare_sentence(found))
        like = _("raters like these")
        for row in compare_rows(found):
            self.stdout.write(f"  {row['name']}\t{row['span']}\t{like} {row['like']}\tp {row['p']}\tHolm {row['p_holm']}")

    def _print(self, data: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))


def _compute(campaign: Campaign, candidate: str | None) -> list[Verdict]:
    if candidate is None:
        return compute_verdicts(campaign=campaign, by=None, keep_unchanged=True)
    _require(campaign, candidate)
    return [compute_verdict(campaign=campaign, candidate=candidate, by=None, keep_unchanged=True)]


def _require(campaign: Campaign, *names: str) -> None:
    """Raises CommandError with the candidates there are, NoVerdict where none can be weighed."""
    known = require_candidates(campaign)
    for name in names:
        if name not in known:
            message = _("There is no candidate “%(name)s”. There are: %(known)s.")
            there = ", ".join(map(candidate_name, known))
            raise CommandError(message % {"name": name, "known": there})


def _line(verdict: Verdict) -> str:
    hint = advice(verdict.evidence)
    text = f"{candidate_name(verdict.candidate)}\t{verdict.get_outcome_display()}\n  {sentence(verdict)}"
    return f"{text}\n  {hint}" if hint else text
