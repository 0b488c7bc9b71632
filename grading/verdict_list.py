"""The candidates of a campaign side by side, from stored evidence, and what has come in since."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from annotations.models import Adjudication, Campaign, Rating
from grading.models import Verdict
from grading.reports.marks import accepted_machine, selective_of
from grading.verdict_advice import advice
from grading.verdict_picture import Line, Picture, picture
from grading.verdict_plainly import plainly
from grading.verdict_sentences import sentence
from grading.verdict_words import candidate_name, deciding_interval, in_a_row, span

MOST_DRAWN = 25


def candidates_picture(verdicts: list[Verdict]) -> Picture | None:
    """The deciding intervals of several candidates on one axis; None where there is nothing."""
    if not verdicts:
        return None
    lines = [
        Line(
            candidate_name(v.candidate),
            deciding_interval(v.evidence) or {},
            v.outcome,
            url=f"{v.pk}/",
        )
        for v in verdicts[:MOST_DRAWN]
    ]
    return picture(lines, verdicts[0].evidence["threshold"])


def candidate_row(verdict: Verdict) -> dict[str, Any]:
    """A line of the list of candidates."""
    evidence = verdict.evidence
    gates = evidence["gates"]
    return {
        "verdict": verdict,
        "name": candidate_name(verdict.candidate),
        "sentence": sentence(verdict),
        "plainly": plainly(evidence),
        "advice": advice(evidence),
        "span": span(deciding_interval(evidence)),
        "gates_passed": sum(gate["is_passed"] is True for gate in gates),
        "gates": len(gates),
        "rated": evidence["sample"]["rated"],
        "population": evidence["sample"]["population"],
    }


def unsigning_sentence(campaign: Campaign) -> str:
    """What computing again takes back, told before it is done; "" where no verdict is signed."""
    if not Verdict.objects.newest(campaign).filter(signed_at__isnull=False).exists():
        return ""
    text = _(
        "A signed verdict is in force. Where anything has changed since, computing again puts a "
        "new one without a signature in its place."
    )
    is_grading = campaign.kind == Campaign.Kind.GRADING
    if is_grading and accepted_machine(campaign) and not selective_of(campaign):
        return in_a_row(text, _("Until that one passes and is signed, the machine's marks are no marks of record."))
    return text


def changes_since(verdict: Verdict) -> int:
    """Ratings and adjudications that came in after the verdict was computed."""
    later = {"created_at__gt": verdict.created_at}
    ratings = Rating.objects.filter(campaign=verdict.campaign, kind="live", **later)
    settled = Adjudication.objects.filter(campaign_item__campaign=verdict.campaign, **later)
    return ratings.count() + settled.count()
