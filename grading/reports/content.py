"""The combined report of a campaign as plain blocks, in the language that is active."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.models import Campaign
from grading.models import Verdict
from grading.reports.blocks import Report, Section
from grading.reports.data import ReportData, load
from grading.reports.sections import (
    agreement,
    errors,
    machine,
    metrics,
    provenance,
    radar,
    raters,
    scores,
    verdicts,
    worth,
)
from grading.verdict_sentences import sentence
from grading.verdict_words import in_a_row

MOST_SENTENCES = 3

SECTIONS: tuple[Callable[[ReportData], Section], ...] = (
    verdicts.section,
    worth.section,
    worth.compare_section,
    scores.section,
    radar.section,
    agreement.section,
    metrics.section,
    machine.section,
    errors.section,
    raters.section,
    raters.cost_section,
    provenance.section,
)


def build_report(campaign: Campaign) -> Report:
    """Read the campaign and put every section together. Changes nothing."""
    data = load(campaign)
    return Report(
        title=_("Report: %(campaign)s") % {"campaign": campaign.name},
        lede=_lede(data),
        language=get_language() or "en",
        facts=_facts(data),
        sections=[make(data) for make in SECTIONS],
    )


def _lede(data: ReportData) -> str:
    words = {
        "rated": len(data.rated),
        "drawn": len(data.items),
        "ratings": len(data.table),
        "raters": len(data.table.rater_names),
    }
    counts = (
        _("%(rated)s of %(drawn)s items rated: %(ratings)s ratings by %(raters)s raters.") % words
    )
    return in_a_row(*_verdicts_in_short(data), counts)


def _verdicts_in_short(data: ReportData) -> list[str]:
    """What each verdict says; of many candidates only how many pass."""
    found = data.verdicts
    if len(found) <= MOST_SENTENCES:
        return [sentence(verdict) for verdict in found]
    passed = sum(verdict.outcome == Verdict.Outcome.PASS for verdict in found)
    return [_("%(passed)s of %(all)s candidates pass.") % {"passed": passed, "all": len(found)}]


def _facts(data: ReportData) -> list[tuple[str, str]]:
    campaign = data.campaign
    return [
        (_("Campaign"), campaign.name),
        (_("Kind"), str(campaign.get_kind_display())),
        (_("State"), str(campaign.get_state_display())),
        (_("Team"), campaign.team.name),
        (_("Dataset"), campaign.dataset.name),
        (_("Launched"), verdicts.when(campaign.launched_at)),
        (_("Closed"), verdicts.when(campaign.closed_at)),
        (_("Report of"), verdicts.when(timezone.now())),
    ]
